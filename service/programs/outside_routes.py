"""The figures from outside of a program over HTTP: one as JSON, many as CSV."""

from typing import Annotated

from fastapi import APIRouter, Depends

from service.accounts.auth import READERS, OwnerCaller, require
from service.http.body import CSV, JSON, Body, parsed, raw_body, request_body, schema_of
from service.http.context import Context, context_of
from service.http.cursor import PageModel, PagingDependency
from service.http.problem import responses
from service.programs.outside_figures import add_figure, delete_figure, import_figures
from service.programs.outside_models import FigureModel, ImportedModel, NewFigureModel, figure_model
from service.store import programs
from service.store.unit_of_work import reading

LARGEST = 1024 * 1024  # bytes
ContextDependency = Annotated[Context, Depends(context_of)]
_EXAMPLE = (
    "name,unit,group,day,value,people,source\nretention,%,participants,2026-06-30,96,24,personnel system\n"
)


def router() -> APIRouter:
    """/api/v1/programs/{program}/outside-figures."""
    routes = APIRouter(prefix="/api/v1/programs/{program}/outside-figures", tags=["programs"])

    @routes.get(
        "",
        dependencies=[Depends(require(*READERS))],
        operation_id="list_outside_figures",
        summary="List the figures from outside",
        responses=responses(401, 403, 404, 422, 503),
    )
    def list_outside_figures(
        program: str, context: ContextDependency, page: PagingDependency
    ) -> PageModel[FigureModel]:
        """In the order of their names and days."""
        with reading(context.main) as tx:
            rows = programs.figures_of(tx, programs.get_program(tx, program).id)
        found, cursor = page.part_of(rows)
        return PageModel(items=[figure_model(row) for row in found], next=cursor)

    @routes.post(
        "",
        status_code=201,
        operation_id="add_outside_figures",
        summary="Enter a figure from outside, or import a file of them",
        responses=responses(401, 403, 404, 413, 415, 422, 503),
        openapi_extra=request_body(
            {
                JSON: {"schema": schema_of(NewFigureModel)},
                CSV: {"schema": {"type": "string"}, "example": _EXAMPLE},
            }
        ),
    )
    def add_outside_figures(
        by: OwnerCaller,
        program: str,
        body: Annotated[Body, Depends(raw_body((JSON, CSV), LARGEST))],
        context: ContextDependency,
    ) -> FigureModel | ImportedModel:
        """Aggregates of at least 5 people. Of a file with faults each is listed, and nothing is stored."""
        if body.media_type == CSV:
            return ImportedModel(imported=import_figures(context, by, program, body.content))
        wanted = parsed(NewFigureModel, body.content)
        return figure_model(add_figure(context, by, program, wanted.model_dump()))

    @routes.delete(
        "/{figure}",
        status_code=204,
        operation_id="delete_outside_figure",
        summary="Delete a figure from outside",
        responses=responses(401, 403, 404, 422, 503),
    )
    def remove_outside_figure(by: OwnerCaller, program: str, figure: str, context: ContextDependency) -> None:
        """To enter it again with another value."""
        delete_figure(context, by, program, figure)

    return routes
