"""Outside figures of a program, such as retention: entered one by one, imported from a file, deleted."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Depends, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from privacy.errors import Invalid
from service.accounts.sessions import check_csrf
from service.errors import Conflict, TooLarge
from service.http.context import Context
from service.programs.outside_figures import add_figure, delete_figure, import_figures
from service.programs.outside_models import NewFigureModel
from service.programs.outside_routes import LARGEST
from service.store import programs
from service.store.unit_of_work import reading
from service.web.owner_surveys import content_of
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
from service.web.render import page

TEXTS = ("name", "unit", "group", "day", "value", "people", "source")
NUMBERS = ("value", "people")


def router() -> APIRouter:
    """/programs/{program}/outside"""
    routes = APIRouter(prefix="/programs/{program}/outside", dependencies=[Depends(check_csrf)])

    @routes.get("")
    def show(request: Request, context: ContextDependency, _: Reader, program: str) -> Response:
        return _page(request, context, program)

    @routes.post("")
    def add(request: Request, context: ContextDependency, by: Owner, program: str, sent: Sent) -> Response:
        try:
            add_figure(context, by, program, _wanted(sent))
        except (Invalid, Conflict) as error:
            return _page(request, context, program, sent=sent, faults=faults_of(error))
        return _back(program)

    @routes.post("/import")
    def put_file(
        request: Request, context: ContextDependency, by: Owner, program: str, file: UploadFile
    ) -> Response:
        try:
            import_figures(context, by, program, content_of(file, LARGEST))
        except (Invalid, TooLarge) as error:
            found = faults_of(error)
            # What is wrong is in the file, whatever its column.
            problems = (replace(one, message=_in_column(one.place, one.message)) for one in found.problems)
            placed = tuple(replace(one, place="file") for one in problems)
            return _page(request, context, program, faults=Faults(placed, found.status))
        return _back(program)

    @routes.post("/{figure}/delete")
    def delete(context: ContextDependency, by: Owner, program: str, figure: str) -> Response:
        delete_figure(context, by, program, figure)
        return _back(program)

    return routes


def _back(program: str) -> Response:
    return RedirectResponse(f"/programs/{program}/outside", status_code=303)


def _in_column(place: str, message: str) -> str:
    return f"{place}: {message}" if place in TEXTS else message


def _wanted(sent: Mapping[str, list[str]]) -> dict[str, Any]:
    """NewFigureModel's fields. Raises Invalid with every fault."""
    texts = texts_of(sent, TEXTS)
    value: dict[str, Any] = {name: texts[name] for name in ("name", "unit", "source")}
    value |= {name: texts[name] for name in ("group", "day") if texts[name]}
    value |= {name: number(texts[name], whole=name == "people") for name in NUMBERS if texts[name]}
    return read(NewFigureModel, value).model_dump()


def _page(
    request: Request,
    context: Context,
    program: str,
    *,
    sent: Mapping[str, list[str]] | None = None,
    faults: Faults = NO_FAULTS,
) -> Response:
    with reading(context.main) as tx:
        row = programs.get_program(tx, program)
        found = programs.figures_of(tx, program)
    return page(
        request,
        "programs/outside.html",
        faults.status,
        base=f"/programs/{program}",
        name=row.name,
        figures=found,
        sent=texts_of(sent or {}, TEXTS),
        plain=plain,
        problems=faults.problems,
    )
