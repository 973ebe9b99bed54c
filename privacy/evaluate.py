"""Differences of released figures: between groups, against the whole, between waves (changes.py).

Pure functions of what a release shows, so they cost no privacy loss and can be recomputed by anyone who holds
the releases. The error of a difference has the two parts that a figure's has: the noise, and who did not
answer.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from privacy.intervals import CONFIDENCE
from privacy.rows import DECIMALS

Row = Mapping[str, Any]
Verdict = Literal["higher", "lower", "cannot tell"]

NO_NUMBER = "One of the two has no number, so there is nothing to compare."


@dataclass(frozen=True, slots=True)
class Difference:
    """One released figure less another, in the figure's unit.

    ``low`` and ``high`` are the 90 % interval of both errors, not cut to a range; the verdict is "higher" or
    "lower" where it leaves zero out. ``margin``, ``nonresponse`` and ``combined`` are 90 % margins: of the
    noise, of who did not answer, of both, each the larger distance where the two sides differ. All are
    rounded to the nearest, since those of the two figures were rounded outwards.
    """

    value: float
    margin: float
    nonresponse: float
    combined: float
    low: float
    high: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class NotCompared:
    """There is no difference to state; ``why`` is one sentence."""

    why: str


Outcome = Difference | NotCompared


def difference(one: Row, other: Row, *, correlation: float = 0.0, part: float = 0.0) -> Outcome:
    """What ``one`` is above ``other``, two released rows of the same figure.

    ``correlation`` is that of the noise in the two, zero between waves (correlation.py). ``part`` is the
    share of those who answered in ``other`` who are in ``one`` too, zero for groups without common members
    and between waves. Groups without common members are taken to have independent errors of who did not
    answer, so that a mean over ``other`` holds ``part`` times that of the mean over ``one``. Raises
    ValueError for rows of different figures, and for counts.

    The two intervals need not have their values in the middle; how theirs follow from each other's sides:
    G. Y. Zou and A. Donner, Construction of confidence limits about effect measures, Statistics in Medicine
    27 (2008).
    """
    if any(one[name] != other[name] for name in ("figure", "question", "theme", "option")):
        raise ValueError("the two rows are of different figures")
    if one["figure"] == "count":
        raise ValueError("counts are not compared")
    if one["value"] is None or other["value"] is None:
        return NotCompared(NO_NUMBER)
    noise = [
        _root(mine**2 + theirs**2 - 2 * correlation * mine * theirs)
        for mine, theirs in zip(noise_sides(one), reversed(noise_sides(other)), strict=True)
    ]
    nonresponse = _root(one["nonresponse"] ** 2 * (1 - 2 * part) + other["nonresponse"] ** 2)
    below, above = (math.hypot(side, nonresponse) for side in noise)
    decimals = DECIMALS[one["figure"]]
    value = one["value"] - other["value"]
    numbers = value, max(noise), nonresponse, max(below, above), value - below, value + above
    # Adding zero leaves no minus zero.
    value, margin, missing, combined, low, high = (round(number, decimals) + 0.0 for number in numbers)
    return Difference(value, margin, missing, combined, low, high, verdict_of(low, high))


def by_chance(outcomes: Iterable[Outcome]) -> tuple[int, float]:
    """How many comparisons there are, and how many of them are expected to be "higher" or "lower" by chance.

    The second holds where no two groups differ: one in ten of 90 % intervals leaves zero out. It does not
    depend on whether the comparisons depend on each other.
    """
    number = sum(isinstance(outcome, Difference) for outcome in outcomes)
    return number, round(number * (1 - CONFIDENCE), 1)


def verdict_of(low: float, high: float) -> Verdict:
    """What a 90 % interval of a difference says."""
    if low > 0:
        return "higher"
    return "lower" if high < 0 else "cannot tell"


def noise_sides(row: Row) -> tuple[float, float]:
    """How far a row's interval of the noise reaches below and above its value: not less where it was cut."""
    ends = (row["low"], row["value"] - row["low"]), (row["high"], row["high"] - row["value"])
    below, above = (row["margin"] if _may_be_cut(row["figure"], end) else side for end, side in ends)
    return below, above


def _may_be_cut(figure: str, end: float) -> bool:
    return end % 1 == 0 if figure == "mean" else abs(end) in (0, 100)


def _root(variance: float) -> float:
    return math.sqrt(max(0.0, variance))
