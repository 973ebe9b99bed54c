"""What was decided after a wave: staff add, change, publish and delete it."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from privacy.errors import Invalid, Problem
from service.accounts.sessions import StaffSession, check_csrf, require_session
from service.http.context import Context, context_of
from service.store import actions, surveys, waves
from service.store.actions import STATES
from service.store.unit_of_work import reading
from service.surveys.action_models import LONGEST, NewActionModel
from service.surveys.actions import add_action, change_action, delete_action
from service.surveys.definition_file import load
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
    value = {
        "text": texts,
        "state": sent.get("state", "planned"),
        "owner": sent.get("owner", "").strip(),
        "wave": sent.get("wave") or None,
        "theme": sent.get("theme") or None,
        "due": sent.get("due") or None,
        "published": sent.get("published") == "yes",
    }
    try:
        return NewActionModel.model_validate_json(json.dumps(value)).model_dump()
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False, include_context=False)
    known = NewActionModel.model_fields
    problems = [
        Problem(
            "form",
            str(fault["loc"][0]) if fault["loc"] and fault["loc"][0] in known else "form",
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
        found = actions.page_of_actions(tx, survey, None, _MOST)
        released = waves.latest_released(tx, survey, _MOST)
    definition, _ = load(row.source)
    first = definition.languages[0]
    return page(
        request,
        "results/actions.html",
        422 if problems else 200,
        survey=row,
        title=title_of(row),
        texts_in=definition.languages,
        themes=[(theme.id, theme.text[first]) for theme in definition.themes],
        waves=[(wave.id, wave.closes_at[:10]) for wave in reversed(released)],
        states=STATES,
        actions=[_fields(one) for one in found],
        sent=sent or {},
        problems=problems,
        longest=LONGEST,
    )


def _fields(row: Any) -> dict[str, Any]:
    """An action as the fields of its form."""
    values = {f"text-{language}": text for language, text in row.text.items()}
    values |= {"id": row.id, "state": row.state, "owner": row.owner, "wave": row.wave_id or ""}
    values |= {"theme": row.theme or "", "due": row.due.isoformat() if row.due else ""}
    return values | {
        "published": "yes" if row.published else "",
        "text": next(iter(row.text.values())),
        "languages": list(row.text),
    }
