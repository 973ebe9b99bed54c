"""A wave's release, whole and signed, and its figures row by row."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from service.accounts.auth import READERS, require
from service.http.body import CSV, JSON
from service.http.context import Context, context_of
from service.http.cursor import PageModel, PagingDependency
from service.http.immutable import immutable
from service.http.negotiate import CSV_TYPE, CsvDependency, csv_bytes
from service.http.problem import responses
from service.results.released import content_of, released
from service.results.rows import CSV_HEADER, ResultRowModel, flat, labelled, language_of
from service.results.selection import Selection, check, select, selection
from service.store.unit_of_work import reading

ContextDependency = Annotated[Context, Depends(context_of)]
_NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "The caller has it already: it never changes."}
}


def router() -> APIRouter:
    """GET /api/v1/waves/{wave}/release and /api/v1/waves/{wave}/results."""
    routes = APIRouter(prefix="/api/v1", tags=["results"], dependencies=[Depends(require(*READERS))])

    @routes.get(
        "/waves/{wave}/release",
        operation_id="get_release",
        summary="Read the signed release of a wave",
        response_class=Response,
        responses={
            200: {"description": "Canonical JSON with its signature.", "content": {JSON: {}}},
            **_NOT_MODIFIED,
            **responses(401, 403, 404, 409, 422, 503),
        },
    )
    def get_release(wave: str, request: Request, context: ContextDependency) -> Response:
        """The exact bytes that the tally signed; they never change."""
        with reading(context.main) as tx:
            content = content_of(tx, wave)
        return immutable(request, content, JSON)

    @routes.get(
        "/waves/{wave}/results",
        operation_id="get_results",
        summary="Read the figures of a wave",
        response_model=PageModel[ResultRowModel],
        responses={
            200: {"content": {CSV: {"schema": {"type": "string"}}}},
            **_NOT_MODIFIED,
            **responses(401, 403, 404, 409, 422, 503),
        },
    )
    def get_results(
        *,
        wave: str,
        request: Request,
        context: ContextDependency,
        page: PagingDependency,
        as_csv: CsvDependency,
        wanted: Annotated[Selection, Depends(selection)],
        language: Annotated[str | None, Query(description="Of the texts; a language of the survey.")] = None,
    ) -> Response:
        """Filters choose among the released rows. CSV has all of them at once, without pages."""
        with reading(context.main) as tx:
            found = released(tx, wave)
        spoken = language_of(found, language)
        check(wanted, [found])
        rows = [labelled(found, row, spoken) for row in select(wanted, found.rows)]
        if as_csv:
            return immutable(request, csv_bytes(CSV_HEADER, map(flat, rows)), CSV_TYPE)
        items, cursor = page.part_of(rows)
        body = PageModel[ResultRowModel](items=items, next=cursor)
        return immutable(request, body.model_dump_json().encode(), JSON)

    return routes
