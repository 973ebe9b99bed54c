"""The evaluation of a program as a page, its charts as files, and several programs side by side."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from service.accounts.sessions import require_session
from service.charts.shapes import Chart, decimals, number, rounded
from service.errors import NotFound
from service.http.context import context_of
from service.programs.evaluated import evaluation_of
from service.programs.evaluation_value import Comparison, Estimate, Evaluation, ObjectiveResult
from service.store import programs
from service.store.unit_of_work import reading
from service.web import program_charts as charts
from service.web.chart_markup import Drawn, chart_markup
from service.web.chart_routes import Kind, chart_file
from service.web.program_survey import survey_choices
from service.web.render import page
from service.web.results_pages import READS

Language = Annotated[str | None, Query()]
Name = Literal["effects", "questions", "decay", "waves"]


def evaluation_values(evaluation: Evaluation) -> dict[str, Any]:
    """What the page prints of an evaluation."""
    measures, questions = charts.measures_of(evaluation)
    every = [*measures, *questions]
    best = [group[0].estimate for group in every]
    found = Counter("not shown" if one is None else one.verdict for one in best)
    falls = [(unit, charts.decay(evaluation, unit)) for unit in charts.units(every)]
    return {
        "evaluation": evaluation,
        "measures": measures,
        "questions": questions,
        "detailed": [group for group in measures if any(one.estimate for one in group)],
        "verdicts": found,
        "met": sum(one.status == "met" for one in evaluation.objectives),
        "expected": rounded(evaluation.expected_by_chance, 1),
        "effects": _by_unit(measures),
        "question_effects": _by_unit([group for group in questions if group[0].estimate]),
        "waves_charts": [chart_markup(chart) for chart in charts.over_waves(evaluation)],
        "decay": [(unit, chart_markup(chart)) for unit, chart in falls if chart is not None],
        **PRINTED,
    }


def _by_unit(groups: list[list[Comparison]]) -> list[tuple[str, Drawn]]:
    return [(unit, chart_markup(charts.effects(groups, unit))) for unit in charts.units(groups)]


def difference(one: Comparison) -> str:
    """A comparison's difference with its margin."""
    if one.estimate is None:
        return number(None, None)
    return number(one.estimate.value, one.estimate.combined, sign=True)


def span(one: Comparison) -> str:
    """From where to where a difference lies with 90 % confidence."""
    if one.estimate is None:
        return number(None, None)
    places = decimals(one.estimate.combined)
    return (
        f"{rounded(one.estimate.low, places, sign=True)} to {rounded(one.estimate.high, places, sign=True)}"
    )


def standardised(one: Estimate) -> str:
    """An effect in standard deviations with its interval."""
    if one.standardised is None or one.standardised_low is None or one.standardised_high is None:
        return "does not apply"
    ends = (rounded(end, 2, sign=True) for end in (one.standardised_low, one.standardised_high))
    return f"{rounded(one.standardised, 2, sign=True)} ({' to '.join(ends)})"


def margin(value: float) -> str:
    """A margin alone."""
    return rounded(value, 2)


def plain(value: float) -> str:
    """A number as its owner wrote it."""
    return f"{value:.6g}"


def latest(one: ObjectiveResult) -> str:
    """Where an objective stands, with its interval where there is one."""
    if one.value is None:
        return number(None, None)
    if one.low is None or one.high is None or one.low == one.high:
        return plain(round(one.value, 2))
    places = decimals((one.high - one.low) / 2)
    ends = (rounded(end, places) for end in (one.low, one.high))
    return f"{rounded(one.value, places)} ({' to '.join(ends)})"


PRINTED: dict[str, Callable[..., str]] = {
    "difference": difference,
    "span": span,
    "standardised": standardised,
    "margin": margin,
    "plain": plain,
    "latest": latest,
}


def router() -> APIRouter:
    """/programs/{program}/evaluation and its charts."""
    routes = APIRouter(prefix="/programs", dependencies=[Depends(require_session(*READS))])

    @routes.get("/{program}/evaluation")
    def show(request: Request, program: str, language: Language = None) -> Response:
        evaluation, texts_in = evaluated(request, program, language)
        return page(
            request,
            "programs/evaluation.html",
            base=f"/programs/{program}",
            name=evaluation.name,
            texts_in=texts_in,
            **evaluation_values(evaluation),
        )

    @routes.get("/{program}/charts/{name}.{kind}")
    def get_chart(
        *,
        request: Request,
        program: str,
        name: Name,
        kind: Kind,
        unit: Annotated[str, Query()] = "points",
        of: Annotated[int, Query(ge=0)] = 0,
        language: Language = None,
    ) -> Response:
        evaluation, _ = evaluated(request, program, language)
        return chart_file(_chart(evaluation, name, unit, of), name, kind)

    return routes


def evaluated(request: Request, program: str, language: str | None) -> tuple[Evaluation, Sequence[str]]:
    """The evaluation of a program in a language, and the languages it can be told in."""
    with reading(context_of(request).main) as tx:
        found = evaluation_of(tx, program, language)
        survey = survey_choices(tx, programs.get_program(tx, program).survey_id)
    return found, () if survey is None else survey.languages


def _chart(evaluation: Evaluation, name: Name, unit: str, of: int) -> Chart:
    measures, questions = charts.measures_of(evaluation)
    shown = {"effects": measures, "questions": [group for group in questions if group[0].estimate]}
    found: Chart | None = None
    if name == "waves":
        trends = charts.over_waves(evaluation)
        found = trends[of] if of < len(trends) else None
    elif name == "decay":
        found = charts.decay(evaluation, unit)
    elif unit in charts.units(shown[name]):
        found = charts.effects(shown[name], unit)
    if found is None:
        raise NotFound("this evaluation has no such chart; choose one that the page offers")
    return found
