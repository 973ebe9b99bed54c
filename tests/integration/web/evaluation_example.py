"""An evaluation with something of everything, made by hand."""

from dataclasses import replace
from datetime import date

from service.programs.evaluation_value import (
    Comparison,
    ComparisonKind,
    Estimate,
    Evaluation,
    Measure,
    ObjectiveResult,
    Verdict,
    WaveSummary,
)

SELECTED = "those who chose to join may differ from those who did not"


def estimate(value: float, combined: float, spread: float | None = 1.1) -> Estimate:
    """An estimate with its interval and verdict. ``spread`` is an answer's standard deviation."""
    low, high = value - combined, value + combined
    verdict: Verdict = "higher" if low > 0 else "lower" if high < 0 else "cannot tell"
    scaled = [None] * 3 if spread is None else [number / spread for number in (value, low, high)]
    return Estimate(
        value, low, high, 0.5 * combined, 0.6 * combined, 0.62 * combined, combined, *scaled, verdict
    )


def comparison(
    ref: str, kind: ComparisonKind, waves: tuple[str, ...], found: Estimate | None, text: str = ""
) -> Comparison:
    """One comparison of a theme."""
    said = "no number: fewer than 5 of those who take part answered"
    verdict = found.verdict if found is not None else None
    return Comparison(
        kind=kind,
        measure=Measure("theme", ref),
        text=text or ref.capitalize(),
        unit="points",
        waves=waves,
        paired=kind in ("paired", "paired-difference"),
        estimate=found,
        why=None if found is not None else said,
        simultaneous=verdict,
        sentence=f"Those who took part changed: {verdict}." if found is not None else said,
        caveats=() if kind == "paired-difference" else (SELECTED,),
    )


EXAMPLE = Evaluation(
    program="p-example",
    name="Mentorship 2026",
    language="en",
    waves=(
        WaveSummary("baseline", "w-1", date(2026, 1, 31), 204, 160, 3, 0),
        WaveSummary("end", "w-2", date(2026, 6, 30), 200, 131, 3, 0),
        WaveSummary("three-months", "w-3", date(2026, 9, 30), 198, 109, 3, 1),
    ),
    comparisons=(
        comparison("growth", "paired-difference", ("baseline", "end"), estimate(0.55, 0.29)),
        comparison("growth", "difference-in-differences", ("baseline", "end"), estimate(0.6, 0.5)),
        comparison("growth", "difference-in-differences", ("baseline", "three-months"), estimate(0.3, 0.55)),
        comparison("growth", "groups", ("end",), estimate(0.7, 0.4)),
        comparison("belonging", "difference-in-differences", ("baseline", "end"), estimate(0.1, 0.45)),
        comparison("workload", "difference-in-differences", ("baseline", "end"), estimate(-0.7, 0.4)),
        comparison("openness", "groups", ("end",), None),
        replace(
            comparison("step", "groups", ("end",), estimate(0.4, 0.3), "I see a next step."),
            measure=Measure("item", "step"),
        ),
        replace(
            comparison("heard", "groups", ("end",), None, "I am heard."), measure=Measure("item", "heard")
        ),
        replace(
            comparison("all", "groups", ("end",), estimate(6.0, 9.2, None), "Participation"),
            measure=Measure("participation", None),
            unit="%",
        ),
    ),
    objectives=(
        ObjectiveResult(
            "o-1",
            "Mentees see a next step",
            Measure("theme", "growth"),
            "increase",
            3.1,
            3.6,
            date(2026, 6, 30),
            3.8,
            3.65,
            3.95,
            "met",
            "The whole interval is above the target.",
        ),
        ObjectiveResult(
            "o-2",
            "Fewer leave within a year",
            Measure("outside", "left within a year"),
            "decrease",
            14.0,
            9.0,
            date(2026, 12, 31),
            11.0,
            11.0,
            11.0,
            "not yet",
            "11 % is above 9 %.",
        ),
        ObjectiveResult(
            "o-3",
            "Everybody is heard",
            Measure("theme", "openness"),
            "increase",
            None,
            4.0,
            date(2026, 12, 31),
            None,
            None,
            None,
            "cannot tell",
            "No wave has shown it.",
        ),
    ),
    decay=(comparison("growth", "decay", ("end", "three-months"), estimate(-0.3, 0.42)),),
    helped=("Growth",),
    hurt=("Workload",),
    compared=5,
    expected_by_chance=0.5,
    caveats=(SELECTED,),
    privacy={
        "presence": "Whoever guesses whether you answered is right in 60 of 100 cases at most.",
        "answers": "Whoever guesses what you answered is right in 70 of 100 cases at most.",
    },
)
