"""One figure over a survey's waves: a row for each wave that is released, withheld where it is withheld."""

from dataclasses import replace
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from privacy.errors import Invalid, Problem
from service.accounts.auth import READERS, require
from service.http.body import CSV, JSON
from service.http.context import Context, context_of
from service.http.cursor import PageModel, PagingDependency
from service.http.negotiate import CSV_TYPE, CsvDependency, csv_bytes
from service.http.problem import responses
from service.results.released import Released, Row, read
from service.results.rows import ResultRowModel, flat, labelled, language_of
from service.results.selection import FigureKind, Selection, check, group_of, select, selection
from service.store import surveys, waves
from service.store.unit_of_work import reading

_WITHHELD = {"value": None, "low": None, "high": None, "margin": None, "shown": False}
_MOST_WAVES = 1000
_USUAL: dict[str, FigureKind] = {"scale": "mean", "nps": "nps", "choice": "share", "multiple": "share"}


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
        """Of a question or a theme, for the whole or for one group, in the order of closing times.

        Of more than 1,000 waves those that closed last are there.
        """
        after = page.after(int)
        _check_shape(wanted)
        with reading(context.main) as tx:
            surveys.get_survey(tx, survey)
            found = [read(tx, row) for row in waves.latest_released(tx, survey, _MOST_WAVES)]
        if found:
            check(wanted, found)
            wanted = _completed(wanted, found)
            if not any(language in wave.languages for wave in found):
                language_of(found[-1], language)
        trend = [_row(wave, wanted, language) for wave in found]
        if as_csv:
            content = csv_bytes(_CSV_HEADER, map(flat, trend))
            return Response(content, media_type=CSV_TYPE)
        start = 0 if after is None else int(after[0])
        numbered = list(enumerate(trend, 1))[start : start + page.limit + 1]
        kept, cursor = page.cut(numbered, lambda pair: (pair[0],))
        body = PageModel[TrendRowModel](items=[row for _, row in kept], next=cursor)
        return Response(body.model_dump_json(), media_type=JSON)

    return routes


def _check_shape(wanted: Selection) -> None:
    problems = []
    if (wanted.question is None) == (wanted.theme is None):
        message, remedy = "not one question or one theme", "give question= or theme=, and not both"
        problems.append(Problem("what", "question", message, remedy))
    if wanted.table and wanted.level is None:
        message, remedy = "a trend is of one group", "give a level for each by"
        problems.append(Problem("level-count", "level", message, remedy))
    if problems:
        raise Invalid(problems)


def _completed(wanted: Selection, found: list[Released]) -> Selection:
    """One figure: the whole unless a group is wanted, and the question's usual figure unless one is named."""
    types = [one.type for wave in found for one in wave.manifest.questions if one.id == wanted.question]
    figure = wanted.figure or (_USUAL[types[-1]] if types else "mean")
    wanted = replace(wanted, figure=figure, by=wanted.by or ())
    if figure == "share" and wanted.option is None:
        known = dict.fromkeys(
            row["option"] for wave in found for row in select(wanted, wave.rows) if row["option"]
        )
        message, remedy = "a share is of one answer option", f"use {', '.join(known) or 'another figure'}"
        raise Invalid([Problem("missing-option", "option", message, remedy)])
    if not any(select(wanted, wave.rows) for wave in found):
        message, remedy = f"no wave has released a {figure} of this", "leave figure out for the usual one"
        raise Invalid([Problem("unknown-figure", "figure", message, remedy)])
    return wanted


def _row(wave: Released, wanted: Selection, language: str | None) -> TrendRowModel:
    spoken = language_of(wave, language if language in wave.languages else None)
    rows = select(wanted, wave.rows)
    row: Row = rows[0] if rows else {**_absent(wanted), **_WITHHELD}
    return TrendRowModel(
        **labelled(wave, row, spoken).model_dump(),
        wave=wave.wave,
        wave_id=wave.id,
        survey_version=wave.manifest.survey_version,
        closed_on=wave.closed_at.date(),
    )


def _absent(wanted: Selection) -> Row:
    return {
        "table": list(wanted.by or ()),
        "group": group_of(wanted) or {},
        "figure": wanted.figure,
        "question": wanted.question,
        "theme": wanted.theme,
        "option": wanted.option,
    }
