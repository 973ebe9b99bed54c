"""Whether objectives are met: where the interval of the latest figure lies beside the target."""

from collections.abc import Callable, Sequence

from privacy.contrast import level_of
from privacy.means import mean_of
from service.programs.evaluation_comparisons import Comparisons, Told
from service.programs.evaluation_measures import Measured, find
from service.programs.evaluation_value import ObjectiveResult, Status
from service.programs.program_view import Objective, OutsideFigure

UNKNOWN = "Cannot tell: no figure for it has been released or entered yet."
EXACT = "It is counted, so that it has no margin."
NO_INTERVAL = "The figure comes from elsewhere without a margin, so that chance is not allowed for."

Told3 = tuple[float, float, float, str]  # value, low, high, and what to say of the interval
Level = Callable[[Objective], Told3 | None]


def results(
    objectives: Sequence[Objective],
    outside: Sequence[OutsideFigure],
    measures: Sequence[Measured],
    comparisons: Comparisons,
    waves: Sequence[Told],
) -> list[ObjectiveResult]:
    """One for each objective, in their order; ``waves`` are in the order of time."""

    def level(objective: Objective) -> Told3 | None:
        match objective.measure.kind:
            case "outside":
                return _outside(objective, outside)
            case "participation":
                return _participation(waves)
            case _:
                return _released(find(measures, objective.measure), comparisons, waves)

    return [_result(objective, level(objective)) for objective in objectives]


def _result(one: Objective, level: Told3 | None) -> ObjectiveResult:
    value, low, high = (None, None, None) if level is None else level[:3]
    status = _status(one, low, high)
    return ObjectiveResult(
        id=one.id,
        text=one.text,
        measure=one.measure,
        direction=one.direction,
        baseline=one.baseline,
        target=one.target,
        due=one.due,
        value=value,
        low=low,
        high=high,
        status=status,
        sentence=UNKNOWN if level is None else _sentence(one, status, level),
    )


def _status(one: Objective, low: float | None, high: float | None) -> Status:
    if low is None or high is None:
        return "cannot tell"
    if one.direction == "decrease":
        low, high, target = -high, -low, -one.target
    else:
        target = one.target
    if low >= target:
        return "met"
    return "not yet" if high < target else "cannot tell"


def _sentence(one: Objective, status: Status, level: Told3) -> str:
    value, low, high, note = level
    bound = "at least" if one.direction == "increase" else "at most"
    interval = "" if low == high else f" (90 % interval {low:g} to {high:g})"
    target = f"the target is {bound} {one.target:g} by {one.due.isoformat()}"
    return " ".join(part for part in (f"{status.capitalize()}: {value:g}{interval}; {target}.", note) if part)


def _outside(one: Objective, outside: Sequence[OutsideFigure]) -> Told3 | None:
    """The latest figure of that name, of those who take part if there is one of them."""
    named = [figure for figure in outside if figure.name == one.measure.ref]
    mine = [figure for figure in named if figure.group == "participants"]
    everybody = [figure for figure in named if figure.group == "everybody"]
    chosen = mine or everybody
    if not chosen:
        return None
    value = max(chosen, key=lambda figure: figure.day).value
    return value, value, value, NO_INTERVAL


def _participation(waves: Sequence[Told]) -> Told3 | None:
    if not waves:
        return None
    rate = round(100 * waves[-1].wave.rate, 1)
    return rate, rate, rate, EXACT


def _released(one: Measured | None, comparisons: Comparisons, waves: Sequence[Told]) -> Told3 | None:
    """The latest wave that gave a number, of those who take part or else of everybody."""
    if one is None:
        return None
    for told in reversed(waves):
        people, _ = comparisons.people(told.wave)
        mean = mean_of(told.wave, people, one.figure)
        if mean is not None:
            found = level_of(one.figure, mean)
            least, most = one.range_in(told.wave)
            return found.value, max(found.low, least), min(found.high, most), ""
    return None
