"""What was decided after a wave: staff add, change, publish and delete it, and ask whether it helped."""

import json
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ValidationError

from privacy.errors import Invalid, Problem
from service.accounts.sessions import StaffSession, check_csrf, require_session
from service.charts.shapes import number
from service.http.context import Context, context_of
from service.store import actions, programs, surveys, waves
from service.store.actions import STATES
from service.store.tables_staff import ActionRow
from service.store.unit_of_work import reading
from service.surveys.action_models import LONGEST, NewActionModel, NewPulseModel
from service.surveys.actions import add_action, change_action, delete_action
from service.surveys.definition_file import load
from service.surveys.pulses import EPSILON, ask_whether_it_helped, pulse_of
from service.web.owner_home import title_of
from service.web.render import page

ContextDependency = Annotated[Context, Depends(context_of)]
Owner = Annotated[StaffSession, Depends(require_session("admin", "owner"))]
Reader = Annotated[StaffSession, Depends(require_session("admin", "owner", "analyst"))]
_MOST = 1000
_WORDS = {"string_too_long": "it is too long", "string_too_short": "it is empty"}


async def fields_of(request: Request) -> dict[str, str]:
    """FastAPI dependency: the form's text fields."""
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


Fields = Annotated[dict[str, str], Depends(fields_of)]


def router() -> APIRouter:
    """/surveys/{survey}/actions"""
    routes = APIRouter(prefix="/surveys/{survey}/actions", dependencies=[Depends(check_csrf)])

    @routes.get("")
    def show(request: Request, context: ContextDependency, _: Reader, survey: str) -> Response:
        return _page(request, context, survey)

    @routes.post("")
    def add(request: Request, context: ContextDependency, by: Owner, survey: str, sent: Fields) -> Response:
        try:
            add_action(context, by, survey, _wanted(sent))
        except Invalid as error:
            return _page(request, context, survey, sent, error.problems)
        return _back(survey)

    @routes.post("/{action}")
    def change(
        *, request: Request, context: ContextDependency, by: Owner, survey: str, action: str, sent: Fields
    ) -> Response:
        try:
            change_action(context, by, survey, action, _wanted(sent))
        except Invalid as error:
            return _page(request, context, survey, {**sent, "id": action}, error.problems)
        return _back(survey)

    @routes.post("/{action}/pulse")
    def ask(
        *, request: Request, context: ContextDependency, by: Owner, survey: str, action: str, sent: Fields
    ) -> Response:
        try:
            wanted = _read(NewPulseModel, _pulse_fields(sent))
            ask_whether_it_helped(context, by, survey, action, wanted)
        except Invalid as error:
            return _page(request, context, survey, {**sent, "asked": action}, error.problems)
        return _back(survey)

    @routes.post("/{action}/delete")
    def delete(context: ContextDependency, by: Owner, survey: str, action: str) -> Response:
        delete_action(context, by, survey, action)
        return _back(survey)

    return routes


def _back(survey: str) -> Response:
    return RedirectResponse(f"/surveys/{survey}/actions", status_code=303)


def _wanted(sent: dict[str, str]) -> dict[str, Any]:
    """NewActionModel's fields from a form, where nothing is an empty text. Raises Invalid."""
    texts = {
        name.removeprefix("text-"): value.replace("\r\n", "\n").strip()
        for name, value in sent.items()
        if name.startswith("text-") and value.strip()
    }
    program, _, objective = sent.get("tie", "").partition(" ")
    value = {
        "text": texts,
        "state": sent.get("state", "planned"),
        "owner": sent.get("owner", "").strip(),
        "wave": sent.get("wave") or None,
        "theme": sent.get("theme") or None,
        "program": program or None,
        "objective": objective or None,
        "due": sent.get("due") or None,
        "published": sent.get("published") == "yes",
    }
    return _read(NewActionModel, value)


def _pulse_fields(sent: dict[str, str]) -> dict[str, Any]:
    epsilon = sent.get("epsilon", "").strip()
    try:
        given: Any = float(epsilon)
    except ValueError:
        given = epsilon  # refused as no number
    return {"from": sent.get("from") or None, **({"epsilon": given} if epsilon else {})}


def _read(model: type[BaseModel], value: dict[str, Any]) -> dict[str, Any]:
    """The fields of a model from what a form holds. Raises Invalid with every fault."""
    try:
        return model.model_validate_json(json.dumps(value)).model_dump()
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False, include_context=False)
    problems = [
        Problem(
            "form",
            str(fault["loc"][0]) if fault["loc"] and fault["loc"][0] in value else "form",
            _WORDS.get(fault["type"], "it is missing or cannot be read"),
            "fill the field in again",
        )
        for fault in faults
    ]
    raise Invalid(dict.fromkeys(problems))


def _page(
    request: Request,
    context: Context,
    survey: str,
    sent: dict[str, str] | None = None,
    problems: tuple[Problem, ...] = (),
) -> Response:
    with reading(context.main) as tx:
        row = surveys.get_survey(tx, survey)
        found = actions.page_of_actions(tx, None, _MOST, survey_id=survey)
        pulses = {one.id: pulse_of(tx, one) for one in found}
        released = waves.latest_released(tx, survey, _MOST)
        ties = [
            (one.name, [("", one.id), *((each.text, f"{one.id} {each.id}") for each in objectives)])
            for one in programs.page_of_programs(tx, None, _MOST, survey_id=survey)
            for objectives in [programs.objectives_of(tx, one.id)]
        ]
    definition, _ = load(row.source)
    first = definition.languages[0]
    themes = [(theme.id, theme.text[first]) for theme in definition.themes]
    return page(
        request,
        "results/actions.html",
        422 if problems else 200,
        survey=row,
        title=title_of(row),
        texts_in=definition.languages,
        themes=themes,
        waves=[(wave.id, wave.closes_at[:10]) for wave in reversed(released)],
        states=STATES,
        ties=ties,
        actions=[
            _fields(one) | {"pulse": pulses[one.id], "about": _about(one, themes, ties)} for one in found
        ],
        number=number,
        usual_epsilon=EPSILON,
        sent=sent or {},
        problems=problems,
        longest=LONGEST,
    )


def _about(row: ActionRow, themes: Sequence[tuple[str, str]], ties: Sequence[Any]) -> list[str]:
    """The theme, the program and the objective that an action is tied to, by their texts."""
    told = [text for name, text in themes if name == row.theme]
    for program, entries in ties:
        for text, tie in entries:
            if tie == _tie(row):
                told += [program, text] if text else [program]
    return told


def _tie(row: ActionRow) -> str:
    return f"{row.program_id or ''} {row.objective_id or ''}".strip()


def _fields(row: ActionRow) -> dict[str, Any]:
    """An action as the fields of its form."""
    values = {f"text-{language}": text for language, text in row.text.items()}
    values |= {"id": row.id, "state": row.state, "owner": row.owner, "wave": row.wave_id or ""}
    values |= {"theme": row.theme or "", "due": row.due.isoformat() if row.due else ""}
    values["tie"] = _tie(row)
    return values | {
        "askable": row.published or row.state == "done",
        "published": "yes" if row.published else "",
        "text": next(iter(row.text.values())),
        "languages": list(row.text),
    }
