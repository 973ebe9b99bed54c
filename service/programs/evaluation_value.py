"""What an evaluation of a program says: one value for the page, the report, CSV and JSON.

Nothing is in it that was not released, entered by the owner or computed from these.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from privacy.contrast import Estimate
from privacy.evaluate import Verdict

__all__ = [
    "Comparison",
    "ComparisonKind",
    "Estimate",
    "Evaluation",
    "Measure",
    "MeasureKind",
    "ObjectiveResult",
    "Status",
    "Verdict",
    "WaveSummary",
]

MeasureKind = Literal["item", "theme", "index", "enps", "participation", "outside"]
ComparisonKind = Literal[
    "groups", "before-after", "difference-in-differences", "paired", "paired-difference", "decay"
]
Status = Literal["met", "not yet", "cannot tell"]


@dataclass(frozen=True, slots=True)
class Measure:
    """What is measured. ``ref`` is a question's, theme's or outside figure's name; None for the others."""

    kind: MeasureKind
    ref: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison of one measure.

    ``waves`` are labels, the earlier first. ``estimate`` is None where there is no number, and ``why`` is
    then one sentence; ``caveats`` are sentences. ``simultaneous`` is the verdict that allows for all the
    comparisons of the evaluation.
    """

    kind: ComparisonKind
    measure: Measure
    text: str  # of the measure, in the language asked for
    unit: str  # points | % | eNPS points
    waves: tuple[str, ...]
    paired: bool
    estimate: Estimate | None
    why: str | None
    simultaneous: Verdict | None
    sentence: str  # the plain verdict
    caveats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ObjectiveResult:
    """How far an objective has come. ``value`` with its 90 % interval is the latest; None where unknown."""

    id: str
    text: str
    measure: Measure
    direction: Literal["increase", "decrease"]
    baseline: float | None
    target: float
    due: date
    value: float | None
    low: float | None
    high: float | None
    status: Status
    sentence: str


@dataclass(frozen=True, slots=True)
class WaveSummary:
    """One labelled wave: who was asked and who is missing. ``withheld`` counts groups without any figure."""

    label: str
    wave_id: str
    closed_on: date
    invited: int
    responses: int
    groups: int
    withheld: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The evaluation of one program.

    ``comparisons`` has for each measure its best comparison first (paired difference, difference-in-
    differences, paired, before-after, groups). ``helped`` and ``hurt`` are texts of themes whose best
    comparison says higher and lower. ``expected_by_chance`` of ``compared`` verdicts would be false if there
    were no effect at all.
    """

    program: str
    name: str
    language: str
    waves: tuple[WaveSummary, ...]
    comparisons: tuple[Comparison, ...]
    objectives: tuple[ObjectiveResult, ...]
    decay: tuple[Comparison, ...]
    helped: tuple[str, ...]
    hurt: tuple[str, ...]
    compared: int
    expected_by_chance: float
    caveats: tuple[str, ...]
    privacy: Mapping[str, str]  # sentences by relation: presence, answers
