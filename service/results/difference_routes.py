"""One figure of a wave, compared between groups."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from privacy.errors import Invalid
from privacy.evaluate import NotCompared, by_chance
from service.accounts.auth import READERS, require
from service.http.body import CSV, JSON
from service.http.context import Context, context_of
from service.http.cursor import PagingDependency
from service.http.negotiate import CSV_TYPE, CsvDependency, csv_bytes
from service.http.problem import responses
from service.results.comparison import Compared, against_of, compare
from service.results.difference_models import (
    DIFFERENCE_HEADER,
    ComparisonsModel,
    DifferencePageModel,
    DifferenceRowModel,
    flat_rows,
    outcome_fields,
)
from service.results.one_figure import completed, shape_problems
from service.results.released import Released, released
from service.results.rows import labelled, language_of
from service.results.selection import Selection, check, selection
from service.store.unit_of_work import reading


def router() -> APIRouter:
    """GET /api/v1/waves/{wave}/differences."""
    routes = APIRouter(prefix="/api/v1", tags=["results"], dependencies=[Depends(require(*READERS))])

    @routes.get(
        "/waves/{wave}/differences",
        operation_id="get_differences",
        summary="Compare the groups of a breakdown",
        response_model=DifferencePageModel,
        responses={
            200: {"content": {CSV: {"schema": {"type": "string"}}}},
            **responses(401, 403, 404, 409, 422, 503),
        },
    )
    def get_differences(
        *,
        wave: str,
        context: Annotated[Context, Depends(context_of)],
        page: PagingDependency,
        as_csv: CsvDependency,
        wanted: Annotated[Selection, Depends(selection)],
        against: Annotated[
            list[str] | None,
            Query(description="`whole`, or a level for each `by`, in their order; the whole if left out."),
        ] = None,
        within: Annotated[
            str | None,
            Query(
                description="Attribute: compare each group with the one of this attribute that it lies in."
            ),
        ] = None,
        language: Annotated[str | None, Query(description="Of the texts; a language of the survey.")] = None,
    ) -> Response:
        """Each group of `by`, or that of `level`, less what it is compared with.

        Of a question, a theme or the index.
        """
        problems = shape_problems(wanted)
        if problems:
            raise Invalid(problems)
        with reading(context.main) as tx:
            found = released(tx, wave)
        spoken = language_of(found, language)
        check(wanted, [found])
        wanted = completed(wanted, [found])
        named = against_of(found, wanted, None if against is None else tuple(against), within)
        compared = compare(found, wanted, named)
        number, expected = by_chance(one.outcome for one in compared)
        comparisons = ComparisonsModel(comparisons=number, expected_by_chance=expected)
        rows = [_row(found, one, spoken) for one in compared]
        if as_csv:
            content = csv_bytes(DIFFERENCE_HEADER, flat_rows(rows, comparisons))
            return Response(content, media_type=CSV_TYPE)
        items, cursor = page.part_of(rows)
        body = DifferencePageModel(items=items, next=cursor, **comparisons.model_dump())
        return Response(body.model_dump_json(), media_type=JSON)

    return routes


def _row(wave: Released, compared: Compared, language: str) -> DifferenceRowModel:
    outcome = compared.outcome
    note = outcome.why if isinstance(outcome, NotCompared) else None
    return DifferenceRowModel(
        **outcome_fields(labelled(wave, compared.row, language), outcome, note),
        against=dict(compared.other["group"]),
        against_text=labelled(wave, compared.other, language).group_text,
    )
