"""What an evidence report says, block by block: the page and the PDF are made of the same blocks."""

from collections import Counter
from collections.abc import Iterator, Sequence

from service.charts.intervals import bar_of_interval
from service.charts.report import Block, Cell, cell, heading, items, paragraph, table
from service.charts.shapes import NOT_SHOWN, Value, rounded
from service.programs.evaluation_value import Comparison, ObjectiveResult, WaveSummary
from service.programs.evidence import ActionTaken, Evidence
from service.surveys.pulses import Pulse
from service.web.program_charts import wave_words

_AGAINST = {"groups", "difference-in-differences", "paired-difference"}
_SHORT = {"end": "end", "one-month": "1 month after", "three-months": "3 months after"}
_REACH = {"%": 10.0, "eNPS points": 20.0}  # of a scale at least, so that noise does not look large
_STATES = {"planned": "planned", "doing": "under way", "done": "done"}


def blocks_of(evidence: Evidence) -> list[Block]:
    """The whole report but its title, in its order. Numbers are rounded to what their sentences say."""
    return [
        *_about(evidence),
        *_objectives(evidence.objectives),
        *_figures(evidence),
        *_lasting(evidence.lasting),
        *_themes(evidence),
        *_missing(evidence.waves),
        *_actions(evidence.actions),
        *_limits(evidence),
    ]


def _about(evidence: Evidence) -> Iterator[Block]:
    people = [
        told.format(name)
        for told, name in (("Run by {}.", evidence.owner), ("{} answers for it.", evidence.sponsor))
        if name
    ]
    kind = evidence.kind.replace("-", " ").capitalize()
    when = f"{kind}, {evidence.state}, {evidence.starts_on} to {evidence.ends_on}."
    known = "No wave has been released yet." if evidence.as_of is None else f"As of {evidence.as_of}."
    if evidence.purpose:
        yield paragraph(evidence.purpose)
    yield paragraph(" ".join((when, *people, known)))
    met: Counter[str] = Counter(one.status for one in evidence.objectives)
    found: Counter[str] = Counter(
        one.estimate.verdict if one.estimate else "cannot tell" for one in evidence.figures
    )
    told = [
        f"{what}: {', '.join(f'{counted[word]} {word}' for word in words)}."
        for what, counted, words in (
            ("Objectives", met, ("met", "not yet", "cannot tell")),
            ("Measures", found, ("higher", "lower", "cannot tell")),
        )
        if counted
    ]
    if told:
        yield paragraph(" ".join(told))


def _objectives(found: Sequence[ObjectiveResult]) -> Iterator[Block]:
    yield heading("Objectives")
    if not found:
        yield paragraph("None is set.")
        return
    yield table(
        ("Objective", "Status", "Baseline", "Target", "Latest", "90 % interval", "By"),
        [
            (
                one.text,
                one.status,
                "–" if one.baseline is None else f"{one.baseline:.6g}",
                f"{'at least' if one.direction == 'increase' else 'at most'} {one.target:.6g}",
                _level(one, one.value),
                _interval(one),
                one.due.isoformat(),
            )
            for one in found
        ],
    )


def _level(one: ObjectiveResult, value: float | None) -> str:
    if value is None:
        return NOT_SHOWN
    if one.measure.kind == "outside":
        return f"{value:.6g}"
    return rounded(value, 1 if one.measure.kind in ("participation", "enps") else 2)


def _interval(one: ObjectiveResult) -> str:
    if one.value is None:
        return NOT_SHOWN
    if one.low is None or one.high is None or one.low == one.high:
        return "–"
    return f"{_level(one, one.low)} to {_level(one, one.high)}"


def _figures(evidence: Evidence) -> Iterator[Block]:
    yield heading("What changed, and against whom")
    yield paragraph(evidence.compared_with)
    if not evidence.figures:
        yield paragraph("Nothing can be compared yet.")
        return
    yield _compared(evidence.figures)


def _compared(found: Sequence[Comparison]) -> Block:
    return table(
        ("Measure", "Verdict", "Difference", "90 % interval", "Around zero", "In SDs", "Comparison"),
        [(one.text, *_numbers(one, _reach(found, one.unit)), _comparison(one)) for one in found],
        size=7.0,
    )


def _reach(found: Sequence[Comparison], unit: str) -> float:
    alike = [one.estimate for one in found if one.unit == unit and one.estimate is not None]
    ends = (abs(end) for one in alike for end in (one.low, one.high))
    return max([_REACH.get(unit, 0.6), *ends])


def _numbers(one: Comparison, reach: float) -> tuple[Cell, ...]:
    found, places = one.estimate, 2 if one.unit == "points" else 1
    if found is None:
        hidden = cell(bar_of_interval(Value(one.text, None, None, None), reach), NOT_SHOWN)
        return "cannot tell", NOT_SHOWN, NOT_SHOWN, hidden, NOT_SHOWN
    value, low, high = (rounded(end, places, sign=True) for end in (found.value, found.low, found.high))
    drawn = bar_of_interval(Value(one.text, found.value, found.low, found.high), reach)
    return (
        found.verdict,
        f"{value} ± {rounded(found.combined, places)} {one.unit}",
        f"{low} to {high}",
        cell(drawn, f"{low} to {high}"),
        "–" if found.standardised is None else rounded(found.standardised, 2, sign=True),
    )


def _comparison(one: Comparison) -> str:
    waves = " → ".join(_SHORT.get(label, wave_words(label)) for label in one.waves)
    against = ", against others" if one.kind in _AGAINST else ""
    after = "after the end, " if one.kind == "decay" else ""
    told = f"{after}{'paired' if one.paired else 'unpaired'}{against}: {waves}"
    if one.estimate is None:
        return f"{told}; {one.why}"
    if one.simultaneous is not None and one.simultaneous != one.estimate.verdict:
        return f"{told}; among so many comparisons: {one.simultaneous}"
    return told


def _lasting(found: Sequence[Comparison]) -> Iterator[Block]:
    if found:
        yield heading("Did it last")
        yield _compared(found)


def _themes(evidence: Evidence) -> Iterator[Block]:
    yield heading("What helped and what hurt")
    higher, lower = (", ".join(found) or "no theme" for found in (evidence.helped, evidence.hurt))
    yield paragraph(f"Higher: {higher}. Lower: {lower}.")


def _missing(waves: Sequence[WaveSummary]) -> Iterator[Block]:
    if not waves:
        return
    yield heading("Who is missing")
    yield table(
        ("Wave", "Closed on", "Invited", "Answered", "Did not answer", "Groups without any figure"),
        [
            (
                wave_words(one.label),
                one.closed_on.isoformat(),
                str(one.invited),
                str(one.responses),
                str(one.invited - one.responses),
                f"{one.withheld} of {one.groups}",
            )
            for one in waves
        ],
    )


def _actions(found: Sequence[ActionTaken]) -> Iterator[Block]:
    yield heading("What was done about it")
    if not found:
        yield paragraph("Nothing is published yet.")
        return
    yield table(
        ("Action", "About", "State", "Who", "By", "Did it help"),
        [
            (
                one.text,
                one.objective or one.theme or "–",
                _STATES[one.state],
                one.owner or "–",
                "–" if one.due is None else one.due.isoformat(),
                _helped(one.pulse),
            )
            for one in found
        ],
    )


def _helped(pulse: Pulse | None) -> str:
    if pulse is None:
        return "not asked"
    if pulse.state != "released":
        return f"asked from {pulse.opens_at[:10]}"
    if pulse.value is None or pulse.low is None or pulse.high is None or pulse.margin is None:
        return NOT_SHOWN
    value, margin, low, high = (rounded(one, 2) for one in (pulse.value, pulse.margin, pulse.low, pulse.high))
    return f"{pulse.verdict}: {value} ± {margin} on a scale of 1 to 5 ({low} to {high})"


def _limits(evidence: Evidence) -> Iterator[Block]:
    if evidence.privacy:
        yield heading("What is promised to whoever answered")
        yield items(list(evidence.privacy.values()))
    yield heading("Method and limits")
    yield items([*evidence.method, *evidence.caveats])
