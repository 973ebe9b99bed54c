"""The objectives of a program: what is measured, from where, to where, by when."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from privacy.errors import Invalid
from service.accounts.sessions import check_csrf
from service.errors import Conflict
from service.http.context import Context
from service.programs import objectives as use_cases
from service.programs.objective_routes import NewObjectiveModel
from service.store import programs
from service.store.tables_programs import ObjectiveRow
from service.store.unit_of_work import reading
from service.web.program_evaluation_page import plain
from service.web.program_forms import (
    NO_FAULTS,
    ContextDependency,
    Faults,
    Owner,
    Reader,
    Sent,
    faults_of,
    number,
    read,
    texts_of,
)
from service.web.program_survey import SurveyChoices, survey_choices
from service.web.render import page

TEXTS = ("text", "measure", "outside_name", "direction", "baseline", "target", "due")
_OUTSIDE = "outside:"


def router() -> APIRouter:
    """/programs/{program}/objectives"""
    routes = APIRouter(prefix="/programs/{program}/objectives", dependencies=[Depends(check_csrf)])

    @routes.get("")
    def show(
        request: Request, context: ContextDependency, _: Reader, program: str, change: str | None = None
    ) -> Response:
        return _page(request, context, program, changed=change)

    @routes.post("")
    def add(request: Request, context: ContextDependency, by: Owner, program: str, sent: Sent) -> Response:
        try:
            use_cases.add_objective(context, by, program, _wanted(sent))
        except (Invalid, Conflict) as error:
            return _page(request, context, program, sent=sent, faults=faults_of(error))
        return _back(program)

    @routes.post("/{objective}")
    def change(
        *,
        request: Request,
        context: ContextDependency,
        by: Owner,
        program: str,
        objective: str,
        sent: Sent,
    ) -> Response:
        try:
            use_cases.change_objective(context, by, program, objective, _wanted(sent))
        except (Invalid, Conflict) as error:
            faults = faults_of(error)
            return _page(request, context, program, changed=objective, sent=sent, faults=faults)
        return _back(program)

    @routes.post("/{objective}/delete")
    def delete(
        request: Request, context: ContextDependency, by: Owner, program: str, objective: str
    ) -> Response:
        try:
            use_cases.delete_objective(context, by, program, objective)
        except Conflict as error:
            return _page(request, context, program, faults=faults_of(error))
        return _back(program)

    return routes


def _back(program: str) -> Response:
    return RedirectResponse(f"/programs/{program}/objectives", status_code=303)


def _wanted(sent: Mapping[str, list[str]]) -> dict[str, Any]:
    """NewObjectiveModel's fields. Raises Invalid with every fault."""
    texts = texts_of(sent, TEXTS)
    kind, _, ref = texts["measure"].partition(":")
    ref = ref or (texts["outside_name"] if kind == "outside" else "")
    value: dict[str, Any] = {name: texts[name] for name in ("text", "direction", "due") if texts[name]}
    value["measure"] = {"kind": kind, "ref": ref or None}
    value |= {name: number(texts[name]) for name in ("baseline", "target") if texts[name]}
    return read(NewObjectiveModel, value).model_dump()


def _page(
    request: Request,
    context: Context,
    program: str,
    *,
    changed: str | None = None,
    sent: Mapping[str, list[str]] | None = None,
    faults: Faults = NO_FAULTS,
) -> Response:
    with reading(context.main) as tx:
        row = programs.get_program(tx, program)
        found = programs.objectives_of(tx, program)
        survey = survey_choices(tx, row.survey_id)
        outside = list(dict.fromkeys(one.name for one in programs.figures_of(tx, program)))
    known = next((one for one in found if one.id == changed), None)
    if sent is None:
        sent = {} if known is None else _stored(known, outside)
    measures = _measures(survey, outside)
    return page(
        request,
        "programs/objectives.html",
        faults.status,
        base=f"/programs/{program}",
        name=row.name,
        objectives=found,
        changed="" if known is None else known.id,
        sent=texts_of(sent, TEXTS),
        measures=measures,
        names={value: text for _, named in measures for value, text in named},
        plain=plain,
        problems=faults.problems,
    )


def _measures(survey: SurveyChoices | None, outside: list[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """What can be measured, by kind, as a form's values and their texts; kinds of one thing first."""
    single = []
    if survey is not None:
        single += [("index", "All items together")] if survey.measures else []
        single += [("enps", "eNPS")] if survey.has_promoters else []
        single.append(("participation", "Participation"))
    named = [(kind, list(texts)) for kind, texts in (survey.measures if survey is not None else ())]
    figures = [(f"{_OUTSIDE}{name}", name) for name in outside] + [(_OUTSIDE, "Another, named below")]
    return [*([("", single)] if single else []), *named, ("outside", figures)]


def _stored(row: ObjectiveRow, outside: list[str]) -> dict[str, list[str]]:
    """An objective as the fields of its form."""
    kind, ref = row.measure["kind"], row.measure["ref"]
    unknown = kind == "outside" and ref not in outside
    return {
        "text": [row.text],
        "measure": [kind if ref is None else _OUTSIDE if unknown else f"{kind}:{ref}"],
        "outside_name": [ref if unknown else ""],
        "direction": [row.direction],
        "baseline": ["" if row.baseline is None else plain(row.baseline)],
        "target": [plain(row.target)],
        "due": [row.due.isoformat()],
    }
