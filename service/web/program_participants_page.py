"""Who takes part in a program, and whom they are compared with: levels of an attribute of its survey."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from privacy.errors import Invalid, Problem
from service.accounts.sessions import check_csrf
from service.errors import Conflict
from service.http.context import Context
from service.programs.program_models import ChangedProgramModel
from service.programs.programs import change_program
from service.store import programs
from service.store.tables_programs import ProgramRow
from service.store.unit_of_work import reading
from service.web.program_forms import (
    NO_FAULTS,
    ContextDependency,
    Faults,
    Owner,
    Sent,
    faults_of,
    read,
    texts_of,
)
from service.web.program_survey import survey_choices
from service.web.render import page

_LEVEL = "level:"  # fields are level:<attribute>:<level>
_GROUPS = ("participants", "comparison")


def router() -> APIRouter:
    """/programs/{program}/participants"""
    routes = APIRouter(prefix="/programs", dependencies=[Depends(check_csrf)])

    @routes.get("/{program}/participants")
    def form(request: Request, context: ContextDependency, _: Owner, program: str) -> Response:
        return _page(request, context, program, None)

    @routes.post("/{program}/participants")
    def change(request: Request, context: ContextDependency, by: Owner, program: str, sent: Sent) -> Response:
        try:
            wanted = read(ChangedProgramModel, _wanted(sent))
            change_program(context, by, program, wanted.model_dump(exclude_unset=True))
        except (Invalid, Conflict) as error:
            return _page(request, context, program, sent, faults_of(error))
        return RedirectResponse(f"/programs/{program}", status_code=303)

    return routes


def _wanted(sent: Mapping[str, list[str]]) -> dict[str, Any]:
    """The columns that a form asks for. Raises Invalid if it marks levels of several attributes."""
    marked: dict[str, list[tuple[str, str]]] = {group: [] for group in _GROUPS}
    for field, values in sent.items():
        _, attribute, level = [*field.split(":", 2), "", ""][:3]
        if field.startswith(_LEVEL) and values[0] in marked:
            marked[values[0]].append((attribute, level))
    attributes = {attribute for levels in marked.values() for attribute, _ in levels}
    if len(attributes) > 1:
        message, remedy = "levels of several attributes are marked", "mark levels of one attribute only"
        raise Invalid([Problem("one-attribute", "participants", message, remedy)])
    participants, against = ([level for _, level in marked[group]] for group in _GROUPS)
    texts = texts_of(sent, ("comparison", "stratum"))
    if texts["comparison"] != "levels" and against:
        message = "levels are marked to compare with, and everybody else is chosen"
        raise Invalid(
            [Problem("comparison", "comparison", message, "choose the levels marked, or unmark them")]
        )
    attribute, _, level = texts["stratum"].partition(":")
    return {
        "attribute": next(iter(attributes), None),
        "participants": participants,
        "comparison": {"kind": "levels", "levels": against}
        if texts["comparison"] == "levels"
        else {"kind": "rest"},
        "stratum": {"attribute": attribute, "level": level} if attribute else None,
    }


def _page(
    request: Request,
    context: Context,
    program: str,
    sent: Mapping[str, list[str]] | None,
    faults: Faults = NO_FAULTS,
) -> Response:
    with reading(context.main) as tx:
        row = programs.get_program(tx, program)
        survey = survey_choices(tx, row.survey_id)
    fields = [
        f"{_LEVEL}{one.id}:{level}"
        for one in (survey.attributes if survey is not None else ())
        for level, _ in one.levels
    ]
    values = _stored(row) if sent is None else sent
    return page(
        request,
        "programs/participants.html",
        faults.status,
        base=f"/programs/{program}",
        name=row.name,
        survey=row.survey_id,
        attributes=[] if survey is None else survey.attributes,
        sent=texts_of(values, [*fields, "comparison", "stratum"]),
        problems=faults.problems,
    )


def _stored(row: ProgramRow) -> dict[str, list[str]]:
    """A program as the fields of its form."""
    found = {f"{_LEVEL}{row.attribute}:{level}": ["participants"] for level in row.participants}
    against = row.comparison.get("levels", [])
    found |= {f"{_LEVEL}{row.attribute}:{level}": ["comparison"] for level in against}
    stratum = "" if row.stratum is None else f"{row.stratum['attribute']}:{row.stratum['level']}"
    return found | {"comparison": [row.comparison["kind"]], "stratum": [stratum]}
