"""One figure over a survey's waves: each less the one before it that has the figure, or one less another."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from sqlmodel import Session

from privacy.changes import Change, Reading, change, changes
from privacy.errors import Invalid, Problem
from privacy.evaluate import by_chance
from service.accounts.auth import READERS, require
from service.http.body import CSV, JSON
from service.http.context import Context, context_of
from service.http.cursor import PagingDependency
from service.http.negotiate import CSV_TYPE, CsvDependency, csv_bytes
from service.http.problem import responses
from service.results.difference_models import (
    CHANGE_HEADER,
    ChangePageModel,
    ChangeRowModel,
    ComparisonsModel,
    flat_rows,
    outcome_fields,
)
from service.results.one_figure import completed, one_group_problems, row_in, shape_problems, withheld_row
from service.results.released import Released, read
from service.results.rows import labelled, language_of
from service.results.selection import Selection, check, selection
from service.store import surveys, waves
from service.store.tables_main import WaveRow
from service.store.unit_of_work import reading

_MOST_WAVES = 1000


def router() -> APIRouter:
    """GET /api/v1/surveys/{survey}/changes."""
    routes = APIRouter(prefix="/api/v1", tags=["results"], dependencies=[Depends(require(*READERS))])

    @routes.get(
        "/surveys/{survey}/changes",
        operation_id="get_changes",
        summary="Compare one figure between a survey's waves",
        response_model=ChangePageModel,
        responses={
            200: {"content": {CSV: {"schema": {"type": "string"}}}},
            **responses(401, 403, 404, 409, 422, 503),
        },
    )
    def get_changes(
        *,
        survey: str,
        context: Annotated[Context, Depends(context_of)],
        page: PagingDependency,
        as_csv: CsvDependency,
        wanted: Annotated[Selection, Depends(selection)],
        from_: Annotated[
            str | None, Query(alias="from", description="A wave; goes with `to`, and gives one row.")
        ] = None,
        to: Annotated[str | None, Query(description="The wave that `from` is subtracted from.")] = None,
        language: Annotated[str | None, Query(description="Of the texts; a language of the survey.")] = None,
    ) -> Response:
        """Of a question, a theme or the index, for the whole or for one group, in the order of closing times.

        Of more than 1,000 waves those that closed last are there.
        """
        problems = [*shape_problems(wanted), *one_group_problems(wanted), *_pair_problems(from_, to)]
        if problems:
            raise Invalid(problems)
        with reading(context.main) as tx:
            surveys.get_survey(tx, survey)
            named = [] if from_ is None or to is None else _named(tx, survey, from_, to)
            found = [read(tx, row) for row in named or waves.latest_released(tx, survey, _MOST_WAVES)]
        if found:
            check(wanted, found)
            wanted = completed(wanted, found)
            if not any(language in wave.languages for wave in found):
                language_of(found[-1], language)
        readings = [
            Reading(wave.manifest.survey, wave.closed_at.date(), row_in(wave, wanted)) for wave in found
        ]
        pairs: list[tuple[Released, Released | None, Change]]
        if named:
            earlier, later = found
            pairs = [(later, earlier, change(readings[1], readings[0]))]
        else:
            pairs = [
                (wave, None if one.against is None else found[one.against], one)
                for wave, one in zip(found, changes(readings), strict=True)
            ]
        number, expected = by_chance(one.outcome for _, _, one in pairs)
        comparisons = ComparisonsModel(comparisons=number, expected_by_chance=expected)
        rows = [_row(wave, against, one, wanted, language) for wave, against, one in pairs]
        if as_csv:
            return Response(csv_bytes(CHANGE_HEADER, flat_rows(rows, comparisons)), media_type=CSV_TYPE)
        items, cursor = page.part_of(rows)
        body = ChangePageModel(items=items, next=cursor, **comparisons.model_dump())
        return Response(body.model_dump_json(), media_type=JSON)

    return routes


def _pair_problems(earlier: str | None, later: str | None) -> list[Problem]:
    if (earlier is None) != (later is None):
        message, remedy = "one wave of two", "give from= and to=, or neither for every wave"
        return [Problem("two-waves", "from" if earlier is None else "to", message, remedy)]
    return []


def _named(tx: Session, survey: str, earlier: str, later: str) -> list[WaveRow]:
    """Both waves. Raises NotFound, and Invalid if one is of another survey or they are the same."""
    found = [waves.find(tx, ref) for ref in (earlier, later)]
    problems = [
        Problem("other-survey", place, "a wave of another survey", "name a wave of this survey")
        for place, row in zip(("from", "to"), found, strict=True)
        if row.survey_id != survey
    ]
    if found[0].id == found[1].id:
        problems.append(Problem("same-wave", "to", "the wave that from names", "name another wave"))
    if problems:
        raise Invalid(problems)
    return found


def _row(
    wave: Released, against: Released | None, found: Change, wanted: Selection, language: str | None
) -> ChangeRowModel:
    spoken = language_of(wave, language if language in wave.languages else None)
    row = labelled(wave, row_in(wave, wanted) or withheld_row(wanted), spoken)
    return ChangeRowModel(
        **outcome_fields(row, found.outcome, found.note),
        wave=wave.wave,
        wave_id=wave.id,
        survey_version=wave.manifest.survey_version,
        closed_on=wave.closed_at.date(),
        against_wave=None if against is None else against.wave,
        against_wave_id=None if against is None else against.id,
        against_closed_on=None if against is None else against.closed_at.date(),
    )
