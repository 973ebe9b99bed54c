"""Charts of evaluations: differences with their 90 % intervals around zero, and what they were wave by wave.

Nothing is computed here; a comparison without a number is a row that is not shown.
"""

import math
from collections.abc import Iterable, Sequence

from service.charts.shapes import Trend, Value, Values
from service.programs.evaluated import SideBySide
from service.programs.evaluation_value import Comparison, Evaluation

LEAST_REACH = {"points": 0.6, "%": 10.0, "eNPS points": 20.0}  # of a scale, so that noise does not look large
_STEPS = {"points": 0.2, "%": 2.0, "eNPS points": 10.0}  # in which scales reach further
WAVES = {
    "baseline": "before",
    "end": "at the end",
    "one-month": "one month after",
    "three-months": "three months after",
}


def wave_words(label: str) -> str:
    """A wave's label in words."""
    return WAVES.get(label, label.replace("-", " "))


def by_measure(comparisons: Iterable[Comparison]) -> list[list[Comparison]]:
    """The comparisons of each measure, the best one first as it comes."""
    found: dict[tuple[str, str | None], list[Comparison]] = {}
    for one in comparisons:
        found.setdefault((one.measure.kind, one.measure.ref), []).append(one)
    return list(found.values())


def measures_of(evaluation: Evaluation) -> tuple[list[list[Comparison]], list[list[Comparison]]]:
    """Comparisons by measure: of what is told first, and of single questions, which are told after it."""
    found = by_measure(evaluation.comparisons)
    single = [group for group in found if group[0].measure.kind == "item"]
    return [group for group in found if group not in single], single


def units(groups: Iterable[Sequence[Comparison]]) -> list[str]:
    """The units of measures, in their order."""
    return list(dict.fromkeys(group[0].unit for group in groups))


def effects(groups: Sequence[Sequence[Comparison]], unit: str) -> Values:
    """The best comparison of each measure in one unit; ``groups`` are as of by_measure."""
    best = [group[0] for group in groups if group[0].unit == unit]
    title = f"What changed for those who took part, in {unit}"
    return _around_zero(title, unit, [_value(one) for one in best])


def decay(evaluation: Evaluation, unit: str) -> Values | None:
    """What was lost or gained after the end, in one unit; None where nothing is compared."""
    found = [_value(one) for one in evaluation.decay if one.unit == unit]
    return _around_zero(f"What changed after the end, in {unit}", unit, found) if found else None


def over_waves(evaluation: Evaluation) -> list[Trend]:
    """For each measure that is compared in one way up to several waves, the difference at each of them."""
    places = {wave.label: place for place, wave in enumerate(evaluation.waves)}
    found = []
    for group in by_measure(evaluation.comparisons):
        for kind in dict.fromkeys(one.kind for one in group):
            last = {one.waves[-1]: one for one in group if one.kind == kind and one.waves}
            if len(last) < 2:
                continue
            ordered = sorted(last, key=lambda label: places.get(label, len(places)))
            points = tuple(_point(wave_words(label), last[label]) for label in ordered)
            reach = _reach(group[0].unit, points)
            found.append(Trend(group[0].text, -reach, reach, points))
            break
    return found


def side_by_side(found: SideBySide, title: str) -> Values | None:
    """Each program's best comparison of one measure; None where no program has one."""
    named = [(one.name, one.comparison) for one in found.programs if one.comparison is not None]
    if not named:
        return None
    unit = named[0][1].unit
    return _around_zero(f"{title}, in {unit}", unit, [_value(best, name) for name, best in named])


def _value(one: Comparison, label: str | None = None) -> Value:
    told = f"{label or one.text} ({'paired' if one.paired else 'unpaired'})"
    return _point(told, one, word=one.estimate.verdict if one.estimate is not None else "")


def _point(label: str, one: Comparison, word: str = "") -> Value:
    if one.estimate is None:
        return Value(label, None, None, None)
    estimate = one.estimate
    return Value(label, estimate.value, estimate.low, estimate.high, estimate.combined, word)


def _around_zero(title: str, unit: str, values: Sequence[Value]) -> Values:
    reach = _reach(unit, values)
    return Values(title, -reach, reach, tuple(values), zero=True)


def _reach(unit: str, values: Sequence[Value]) -> float:
    least, step = LEAST_REACH.get(unit, 0.6), _STEPS.get(unit, 0.2)
    ends = (abs(end) for one in values for end in (one.low, one.high) if end is not None)
    return step * math.ceil(round(max([least, *ends]) / step, 9))
