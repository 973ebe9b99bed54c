"""Several programs side by side by one measure, with verdicts that allow for how many they are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from service.accounts.sessions import require_session
from service.charts.shapes import Values, rounded
from service.errors import NotFound
from service.http.context import context_of
from service.programs.evaluated import KINDS, SideBySide, beside_each_other
from service.programs.evaluation_value import Measure
from service.store import programs
from service.store.tables_programs import ProgramRow
from service.store.unit_of_work import reading
from service.web import program_charts as charts
from service.web.chart_markup import chart_markup
from service.web.chart_routes import Kind, chart_file
from service.web.program_evaluation_page import PRINTED
from service.web.program_survey import SurveyChoices, survey_choices
from service.web.render import page
from service.web.results_pages import READS

MOST = 20
Programs = Annotated[Sequence[str], Query()]
MeasureName = Annotated[str, Query()]


@dataclass(frozen=True, slots=True)
class Compared:
    """The programs that are asked for, what they can be measured by, and the answer if they are 2 to MOST."""

    rows: list[ProgramRow]
    measures: list[tuple[str, list[tuple[str, str]]]]
    found: SideBySide | None
    chart: Values | None


def router() -> APIRouter:
    """/programs/compare and its chart."""
    routes = APIRouter(prefix="/programs/compare", dependencies=[Depends(require_session(*READS))])

    @routes.get("")
    def compare(request: Request, program: Programs = (), measure: MeasureName = "index") -> Response:
        compared = _compared(request, program, measure)
        found, chart = compared.found, compared.chart
        return page(
            request,
            "programs/compare.html",
            422 if found is None else 200,
            base="/programs/compare",
            query=urlencode([*(("program", one.id) for one in compared.rows), ("measure", measure)]),
            most=MOST,
            named=compared.rows,
            found=found,
            expected=None if found is None else rounded(found.expected_by_chance, 1),
            measures=compared.measures,
            measure=measure,
            chart=None if chart is None else chart_markup(chart),
            **PRINTED,
        )

    @routes.get("/charts/programs.{kind}")
    def get_chart(
        request: Request, kind: Kind, program: Programs = (), measure: MeasureName = "index"
    ) -> Response:
        chart = _compared(request, program, measure).chart
        if chart is None:
            raise NotFound("nothing can be compared, so there is nothing to draw")
        return chart_file(chart, "programs", kind)

    return routes


def _compared(request: Request, program: Sequence[str], measure: str) -> Compared:
    """Raises NotFound for a program that is not there, and for a measure that none of them has."""
    named = list(dict.fromkeys(program))
    with reading(context_of(request).main) as tx:
        rows = [programs.get_program(tx, one) for one in named[:MOST]]
        measures = _measures(survey_choices(tx, one.survey_id) for one in rows)
        title = next((text for _, known in measures for value, text in known if value == measure), None)
        if title is None:
            raise NotFound("these programs have no such measure; choose one that the page offers")
        if not 2 <= len(named) <= MOST:
            return Compared(rows, measures, None, None)
        kind, _, ref = measure.partition(":")
        wanted = next(Measure(one, ref or None) for one in KINDS if one == kind)
        found = beside_each_other(tx, named, wanted, None)
    return Compared(rows, measures, found, charts.side_by_side(found, title))


def _measures(surveys: Iterable[SurveyChoices | None]) -> list[tuple[str, list[tuple[str, str]]]]:
    """What some of the programs are measured by, by kind."""
    single = {"index": "All items together", "enps": "eNPS", "participation": "Participation"}
    found: dict[str, dict[str, str]] = {"": single}
    for survey in surveys:
        for kind, named in () if survey is None else survey.measures:
            known = found.setdefault(kind, {})
            known.update((value, text) for value, text in named if value not in known)
    return [(kind, list(named.items())) for kind, named in found.items()]
