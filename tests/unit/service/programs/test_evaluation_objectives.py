import pytest

from service.programs.evaluation import evaluate
from service.programs.evaluation_objectives import EXACT, NO_INTERVAL, UNKNOWN
from service.programs.evaluation_value import ObjectiveResult
from service.programs.program_view import LabelledWave, Objective, OutsideFigure
from tests.unit.service.programs.evaluated import HIGH, LOW, VIEW, labelled, objective, outside

BEFORE, AFTER = labelled("baseline", LOW), labelled("end", HIGH, month=6)


def result(one: Objective, *waves: LabelledWave, figures: tuple[OutsideFigure, ...] = ()) -> ObjectiveResult:
    return evaluate(VIEW, waves or (BEFORE, AFTER), [one], figures, "en").objectives[0]


@pytest.mark.parametrize(
    ("target", "direction", "status"),
    [
        (3.5, "increase", "met"),
        (4.0, "increase", "cannot tell"),
        (4.5, "increase", "not yet"),
        (4.5, "decrease", "met"),
        (4.0, "decrease", "cannot tell"),
        (3.5, "decrease", "not yet"),
    ],
)
def test_it_is_met_where_the_interval_lies_beyond_the_target(
    target: float, direction: str, status: str
) -> None:
    found = result(objective("item", target, ref="voice", direction=direction))
    assert (found.value, found.status) == (4, status)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 4 < found.high
    assert found.sentence.lower().startswith(status)
    assert "2026-12-31" in found.sentence


def test_it_is_of_those_who_take_part_in_the_latest_wave_that_gave_a_number() -> None:
    few = labelled("one-month", {**LOW, "mentee": [3, 4, 3]}, month=7)
    assert result(objective("index", 4), BEFORE, AFTER, few).value == 4
    assert result(objective("index", 4), BEFORE).value == 3


@pytest.mark.parametrize(
    ("kind", "ref", "value"), [("theme", "climate", 4), ("enps", None, 0), ("enps", "recommend", 0)]
)
def test_themes_and_enps_are_measures_too(kind: str, ref: str | None, value: float) -> None:
    """Of answers 3, 4, 4, 5 one is a detractor's and one a promoter's."""
    found = result(objective(kind, 1, ref=ref))
    assert found.value == pytest.approx(value, abs=0.2)
    assert found.high is None or found.high <= 100


def test_participation_is_counted_and_has_no_margin() -> None:
    found = result(objective("participation", 60))
    assert (found.value, found.low, found.high, found.status) == (66.7, 66.7, 66.7, "met")
    assert found.sentence.endswith(EXACT)


def test_an_outside_figure_is_the_latest_of_those_who_take_part_and_says_that_it_has_no_margin() -> None:
    figures = (outside(80, 2), outside(90, 20), outside(70, 10), outside(10, 25, "others"))
    found = result(objective("outside", 85, ref="retention"), figures=figures)
    assert (found.value, found.status) == (90, "met")
    assert found.sentence.endswith(NO_INTERVAL)
    below = result(objective("outside", 95, ref="retention"), figures=figures)
    assert below.status == "not yet"
    everybody = result(objective("outside", 5, ref="retention"), figures=(outside(10, 1, "everybody"),))
    assert everybody.value == 10


def test_what_no_wave_and_no_figure_tells_is_unknown() -> None:
    for one in (objective("item", 4, ref="other"), objective("outside", 4, ref="retention")):
        found = result(one)
        assert (found.value, found.low, found.high, found.status) == (None, None, None, "cannot tell")
        assert found.sentence == UNKNOWN
