"""Effects from the pairs of two waves: how much the same people's answers changed (paired_rows.py).

What people differ in anyway is not in a change, so its error is smaller the more the answers of one person
go together. It is of those who used a program code in both waves, who may differ from those who did not.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from privacy.contrast import Estimate, estimate_of, sampling
from privacy.deviation import FigureName
from privacy.evaluate import NotCompared, noise_sides
from privacy.means import People
from privacy.policy_problems import SMALLEST_K
from privacy.released_wave import Group, ReleasedWave
from privacy.rows import DECIMALS

NOT_PAIRED = "The later wave is not paired with the earlier one for this."
NO_PAIRS = "Too few people used a code in both waves for the change to be stated."

EVERYBODY = People(({},))


@dataclass(frozen=True, slots=True)
class _Change:
    """The released change of one group: a row, its number of pairs, how many were invited."""

    group: Group
    row: Mapping[str, Any]
    pairs: float
    invited: float


def paired_change(
    before: ReleasedWave, after: ReleasedWave, figure: FigureName, people: People
) -> Estimate | NotCompared:
    """The mean change of those of ``people`` who used a code in both waves."""
    return _contrast(before, after, figure, ((1, people),))


def paired_difference(
    before: ReleasedWave, after: ReleasedWave, figure: FigureName, people: People, others: People
) -> Estimate | NotCompared:
    """The mean change of ``people`` above that of ``others``, of those who used a code in both waves."""
    return _contrast(before, after, figure, ((1, people), (-1, others)))


def _contrast(
    before: ReleasedWave, after: ReleasedWave, figure: FigureName, sides: Sequence[tuple[int, People]]
) -> Estimate | NotCompared:
    released = after.paired
    if released is None or released["earlier"] != before.manifest.wave.hex() or figure.figure != "mean":
        return NotCompared(NOT_PAIRED)
    told = [found for one in released["groups"] if (found := _change(after, one, figure)) is not None]
    if not told or not all(_known(released["by"], people) for _, people in sides):
        return NotCompared(NOT_PAIRED)
    shown = [one for one in told if one.row["value"] is not None]
    value = below = above = missing = chance = 0.0
    for sign, people in sides:
        mine = [one for one in shown if _is_of(one.group, people)]
        # Everybody else are all of the others who are shown; of named groups none may be missing.
        if not mine or (people.within is None and people != EVERYBODY and len(mine) < len(people.groups)):
            return NotCompared(NO_PAIRS)
        number, invited = sum(one.pairs for one in mine), sum(one.invited for one in mine)
        for one in mine:
            factor = one.pairs / number
            near, far = noise_sides(one.row)[::sign]
            value += sign * factor * one.row["value"]
            below, above = below + (factor * near) ** 2, above + (factor * far) ** 2
        parts = sampling(_deviation(shown), number, invited)
        missing, chance = missing + parts[0], chance + parts[1]
    spread = after.deviations.of(figure, after.board["responses"], after.board["invited"])
    return estimate_of(value, (below, above), (missing, chance), spread, decimals=DECIMALS["mean"])


def _change(wave: ReleasedWave, one: Mapping[str, Any], figure: FigureName) -> _Change | None:
    """What is told of a group; None where the figure is not among the measures."""
    for row in one["figures"]:
        if (row["question"], row["theme"]) == (figure.question, figure.theme):
            cell = wave.cell(one["group"])
            pairs = max(one["pairs"]["value"] or 0.0, SMALLEST_K)
            invited = pairs / wave.rate if cell is None else max(cell.invited, pairs)
            return _Change(one["group"], {"figure": "mean", **row}, pairs, invited)
    return None


def _known(by: str | None, people: People) -> bool:
    """Whether the pairs are told apart as ``people`` are."""
    if people == EVERYBODY:
        return True
    return people.within in (None, {}) and all(tuple(group) == (by,) for group in people.groups)


def _is_of(group: Group, people: People) -> bool:
    return people == EVERYBODY or (group in people.groups) == (people.within is None)


def _deviation(changes: Sequence[_Change]) -> float:
    """The standard deviation of a change, that of all groups together: one group says little by itself."""
    squares = [one.row["sd"] ** 2 for one in changes]
    return math.sqrt(np.average(squares, weights=[one.pairs for one in changes]))
