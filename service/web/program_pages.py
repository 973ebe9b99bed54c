"""The list of programs, and the form that makes and changes one."""

from collections.abc import Mapping
from typing import Any, get_args

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from privacy.errors import Invalid
from privacy.survey import PROGRAM_KINDS
from service.accounts.sessions import StaffSession, check_csrf
from service.errors import Conflict
from service.http.context import Context
from service.programs import programs as use_cases
from service.programs.program_models import NewProgramModel, Role
from service.store import programs, surveys
from service.store.unit_of_work import reading
from service.web.owner_home import title_of
from service.web.program_forms import (
    NO_FAULTS,
    ContextDependency,
    Faults,
    Owner,
    Reader,
    Sent,
    faults_of,
    read,
    texts_of,
)
from service.web.render import page

TEXTS = ("name", "kind", "purpose", "owner", "sponsor", "starts_on", "ends_on", "survey")
_MOST = 1000
# What the survey says of who takes part means nothing in another survey.
_NO_GROUPS: Mapping[str, Any] = {
    "attribute": None,
    "participants": [],
    "comparison": {"kind": "rest"},
    "stratum": None,
}


def router() -> APIRouter:
    """/programs, /programs/new and /programs/{program}/edit"""
    routes = APIRouter(prefix="/programs", dependencies=[Depends(check_csrf)])

    @routes.get("")
    def list_programs(request: Request, context: ContextDependency, _: Reader) -> Response:
        with reading(context.main) as tx:
            found = programs.page_of_programs(tx, None, _MOST)
        return page(request, "programs/list.html", programs=found)

    @routes.get("/new")
    def new(request: Request, context: ContextDependency, _: Owner) -> Response:
        return _form(request, context, None, {})

    @routes.post("/new")
    def create(request: Request, context: ContextDependency, by: Owner, sent: Sent) -> Response:
        try:
            row = use_cases.add_program(context, by, read(NewProgramModel, _wanted(sent)).model_dump())
        except (Invalid, Conflict) as error:
            return _form(request, context, None, sent, faults_of(error))
        return RedirectResponse(f"/programs/{row.id}", status_code=303)

    @routes.get("/{program}/edit")
    def edit(request: Request, context: ContextDependency, _: Owner, program: str) -> Response:
        return _form(request, context, program, None)

    @routes.post("/{program}/edit")
    def change(request: Request, context: ContextDependency, by: Owner, program: str, sent: Sent) -> Response:
        try:
            _change(context, by, program, sent)
        except (Invalid, Conflict) as error:
            return _form(request, context, program, sent, faults_of(error))
        return RedirectResponse(f"/programs/{program}", status_code=303)

    return routes


def _wanted(sent: Mapping[str, list[str]]) -> dict[str, Any]:
    texts: dict[str, Any] = texts_of(sent, TEXTS)
    texts["survey"] = texts["survey"] or None
    days = ("starts_on", "ends_on")
    return {key: value for key, value in texts.items() if value or key not in days} | {
        "roles": sent.get("roles", [])
    }


def _change(context: Context, by: StaffSession, program: str, sent: Mapping[str, list[str]]) -> None:
    # A day left empty is missing; in a change it would stay as it is.
    wanted = read(NewProgramModel, _wanted(sent)).model_dump(exclude_unset=True)
    with reading(context.main) as tx:
        row = programs.get_program(tx, program)
    if wanted["survey"] != row.survey_id:
        wanted |= _NO_GROUPS
    use_cases.change_program(context, by, program, wanted)


def _form(
    request: Request,
    context: Context,
    program: str | None,
    sent: Mapping[str, list[str]] | None,
    faults: Faults = NO_FAULTS,
) -> Response:
    with reading(context.main) as tx:
        row = None if program is None else programs.get_program(tx, program)
        listed = [(one.id, title_of(one)) for one in surveys.page_of_surveys(tx, None, _MOST)]
    if sent is None and row is not None:
        sent = {**{name: [str(value or "")] for name, value in row.model_dump().items()}, "roles": row.roles}
        sent |= {"survey": [row.survey_id or ""]}
    sent = sent or {}
    return page(
        request,
        "programs/form.html",
        faults.status,
        program=row,
        sent={**texts_of(sent, TEXTS), "roles": sent.get("roles", [])},
        kinds=PROGRAM_KINDS,
        roles=get_args(Role),
        surveys=listed,
        problems=faults.problems,
    )
