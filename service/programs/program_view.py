"""What an evaluation reads of a program: plain values, whoever keeps them and however."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from service.programs.evaluation_value import Measure
from service.results.released import Released

BASELINE, END = "baseline", "end"  # T0 and T1
LATER = ("one-month", "three-months")  # T2 and T3; others are "other-<n>"


@dataclass(frozen=True, slots=True)
class ProgramView:
    """A program as its evaluation needs it.

    ``participants`` are levels of ``attribute``, that of the survey which says who takes part; None where
    none does, and then only changes of everybody can be told. ``comparison`` are levels of the same
    attribute, None for everybody else; ``stratum`` is the attribute and the level that both groups are
    narrowed to.
    """

    id: str
    name: str
    kind: str
    survey_title: str
    attribute: str | None
    participants: tuple[str, ...]
    comparison: tuple[str, ...] | None = None
    stratum: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class LabelledWave:
    """A released wave and its place in the program: baseline, end, one-month, three-months, other-<n>."""

    label: str
    released: Released


@dataclass(frozen=True, slots=True)
class Objective:
    """What the program is to reach, as its owner wrote it. ``target`` is in the unit of the measure."""

    id: str
    text: str
    measure: Measure
    baseline: float | None
    target: float
    due: date
    direction: Literal["increase", "decrease"]


@dataclass(frozen=True, slots=True)
class OutsideFigure:
    """A figure from elsewhere, such as retention, of ``people`` in a group on a day."""

    name: str
    unit: str
    group: Literal["participants", "others", "everybody"]
    day: date
    value: float
    people: int
