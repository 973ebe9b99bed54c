"""Means over groups of people, as sums of released means: what each is known to and of how many people."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from privacy.deviation import FigureName
from privacy.evaluate import noise_sides
from privacy.nominal import SKIPPED
from privacy.policy_problems import SMALLEST_K
from privacy.released_wave import Cell, Group, ReleasedWave
from privacy.survey import Attribute

BARELY = 0.8  # of the widest margin that is shown


@dataclass(frozen=True, slots=True)
class People:
    """Whom a mean is of: all in ``groups``, which have no members in common; or, if ``within`` is a group
    that holds them all, everybody in it who is in none of them.
    """

    groups: tuple[Group, ...]
    within: Group | None = None


class Correlated(Protocol):
    """What draws its noise once: a released wave, or one that is planned."""

    def correlation(self, cells: Sequence[int]) -> NDArray[np.float64]:
        """The correlation of the noise in the figures of these cells."""


@dataclass(frozen=True, slots=True)
class Term:
    """A released mean that a number is made of: the cell it is of, how often it counts, its noise's sides."""

    cell: int
    factor: float
    below: float
    above: float


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of a figure over some people. ``answered`` of ``invited`` people answered it; ``deviation`` is
    the standard deviation of their answers, ``usual`` that of all answers of the wave.
    """

    wave: Correlated
    value: float
    terms: tuple[Term, ...]
    answered: float
    invited: float
    deviation: float
    usual: float

    def moved_to(self, wave: Correlated) -> "Mean":
        """The same in another wave of the same plan."""
        return replace(self, wave=wave)


def mean_of(wave: ReleasedWave, people: People, figure: FigureName) -> Mean | None:
    """The mean of ``figure`` over ``people``; None where what it takes was not released.

    Rows do not tell how many skipped a question: as many as usual are taken to.
    """
    found = [_of_group(wave, group, figure) for group in people.groups]
    known = [one for one in found if one is not None]
    if len(known) < len(found):
        return None
    around = None if people.within is None else _of_group(wave, people.within, figure)
    if people.within is not None and around is None:
        return None
    sizes = [cell.responses for cell, _ in known]
    answered, factors = joined(sizes, None if around is None else around[0].responses)
    invited = sum(cell.invited for cell, _ in known)
    if around is not None:
        if answered < wave.manifest.policy.k:
            return None
        known.append(around)
        invited = around[0].invited - invited
    parts = [(cell, mean, factor) for (cell, mean), factor in zip(known, factors, strict=True)]
    answered = max((1 - SKIPPED) * answered, SMALLEST_K)
    value = sum(factor * mean.value for _, mean, factor in parts)
    terms = [Term(cell.place, factor, mean.below, mean.above) for cell, mean, factor in parts]
    usual = wave.deviations.of(figure, wave.board["responses"], wave.board["invited"])
    reach = math.sqrt(max(noise_of(wave, terms)))
    deviation = usual * wave.deviations.by_mean(figure, value, reach)
    return Mean(wave, value, tuple(terms), answered, max(invited, answered), deviation, usual)


def levels_of(attribute: Attribute, wanted: Sequence[str]) -> tuple[str, ...] | None:
    """The levels of a wave that hold the ``wanted`` ones and nobody else; None where they were merged with
    others, or the wave has them not.
    """
    found = [level for level in attribute.levels if set(level.members or (level.id,)) <= set(wanted)]
    held = {name for level in found for name in (level.members or (level.id,))}
    return tuple(level.id for level in found) if held == set(wanted) else None


def barely_shown(wave: ReleasedWave, people: People, figure: FigureName) -> bool:
    """Whether a mean of these groups is only just precise enough to be shown.

    Where such a figure is often withheld, those that are shown are those that luck made look precise: the
    noise had more people answer than there were, which draws their mean towards the middle of the range.
    """
    limit = wave.deviations.limit(figure, wave.manifest.policy.margins)
    rows = [wave.row(group, figure) for group in people.groups]
    return any(row is not None and (row["margin"] or 0.0) > BARELY * limit for row in rows)


def joined(sizes: Sequence[float], around: float | None) -> tuple[float, list[float]]:
    """How many people groups of these sizes have, and how often each one's mean counts in that of all.

    With ``around`` they are those of a group of that size who are in none of the groups, and the last factor
    is of that group.
    """
    number = sum(sizes)
    if around is None:
        return number, [size / number for size in sizes]
    others = around - number
    scale = 1 / others if others > 0 else 0.0
    return others, [*(-size * scale for size in sizes), around * scale]


def noise_of(wave: Correlated, terms: Sequence[Term]) -> tuple[float, float]:
    """The squared margins of the noise below and above a sum of terms of one wave.

    As in evaluate.py, by Zou and Donner: what counts negatively faces the other way.
    """
    alike = wave.correlation([one.cell for one in terms])
    factors = np.array([one.factor for one in terms])
    below, above = (np.array([getattr(one, side) for one in terms]) for side in ("below", "above"))
    reaches = (factors * np.where((factors > 0) == down, below, above) for down in (True, False))
    near, far = (max(0.0, float(reach @ alike @ reach)) for reach in reaches)
    return near, far


@dataclass(frozen=True, slots=True)
class _Released:
    value: float
    below: float
    above: float


def _of_group(wave: ReleasedWave, group: Group, figure: FigureName) -> tuple[Cell, _Released] | None:
    cell, row = wave.cell(group), wave.row(group, figure)
    if cell is None or row is None or row["value"] is None:
        return None
    return cell, _Released(row["value"], *noise_sides(row))
