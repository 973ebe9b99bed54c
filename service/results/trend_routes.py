"""One figure over a survey's waves: a row for each wave that is released, withheld where it is withheld."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from privacy.errors import Invalid
from service.accounts.auth import READERS, require
from service.http.body import CSV, JSON
from service.http.context import Context, context_of
from service.http.cursor import PageModel, PagingDependency
from service.http.negotiate import CSV_TYPE, CsvDependency, csv_bytes
from service.http.problem import responses
from service.results.one_figure import completed, one_group_problems, row_in, shape_problems, withheld_row
from service.results.released import Released, read
from service.results.rows import ResultRowModel, flat, labelled, language_of
from service.results.selection import Selection, check, selection
from service.store import surveys, waves
from service.store.unit_of_work import reading

_MOST_WAVES = 1000


class TrendRowModel(ResultRowModel):
    """The figure in one wave. What a wave did not release looks like what it withheld."""

    wave: str = Field(description="64 hex digits.")
    wave_id: str
    survey_version: str = Field(description="Of the definition; wordings may differ between versions.")
    closed_on: date


_CSV_HEADER = tuple(TrendRowModel.model_fields)


def router() -> APIRouter:
    """GET /api/v1/surveys/{survey}/trend."""
    routes = APIRouter(prefix="/api/v1", tags=["results"], dependencies=[Depends(require(*READERS))])

    @routes.get(
        "/surveys/{survey}/trend",
        operation_id="get_trend",
        summary="Read one figure over a survey's waves",
        response_model=PageModel[TrendRowModel],
        responses={
            200: {"content": {CSV: {"schema": {"type": "string"}}}},
            **responses(401, 403, 404, 422, 503),
        },
    )
    def get_trend(
        *,
        survey: str,
        context: Annotated[Context, Depends(context_of)],
        page: PagingDependency,
        as_csv: CsvDependency,
        wanted: Annotated[Selection, Depends(selection)],
        language: Annotated[str | None, Query(description="Of the texts; a language of the survey.")] = None,
    ) -> Response:
        """Of a question, a theme or the index, for the whole or for one group, in the order of closing times.

        Of more than 1,000 waves those that closed last are there.
        """
        problems = [*shape_problems(wanted), *one_group_problems(wanted)]
        if problems:
            raise Invalid(problems)
        with reading(context.main) as tx:
            surveys.get_survey(tx, survey)
            found = [read(tx, row) for row in waves.latest_released(tx, survey, _MOST_WAVES)]
        if found:
            check(wanted, found)
            wanted = completed(wanted, found)
            if not any(language in wave.languages for wave in found):
                language_of(found[-1], language)
        trend = [_row(wave, wanted, language) for wave in found]
        if as_csv:
            content = csv_bytes(_CSV_HEADER, map(flat, trend))
            return Response(content, media_type=CSV_TYPE)
        items, cursor = page.part_of(trend)
        body = PageModel[TrendRowModel](items=items, next=cursor)
        return Response(body.model_dump_json(), media_type=JSON)

    return routes


def _row(wave: Released, wanted: Selection, language: str | None) -> TrendRowModel:
    spoken = language_of(wave, language if language in wave.languages else None)
    return TrendRowModel(
        **labelled(wave, row_in(wave, wanted) or withheld_row(wanted), spoken).model_dump(),
        wave=wave.wave,
        wave_id=wave.id,
        survey_version=wave.manifest.survey_version,
        closed_on=wave.closed_at.date(),
    )
