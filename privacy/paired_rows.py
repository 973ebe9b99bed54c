"""What is released of the pairs of two waves: their number and the mean change of each measure, with noise.

A pair adds to its group ``PAIRS * sqrt(measures)`` once and, for each measure, ``round(CHANGE u)`` and
``round(SQUARE (2 u^2 - 1))``, where u is its change over the largest that counts. None is longer than that of
u = 1, so the squared sensitivity of a pair is the sum of the squares of the three.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from privacy import mechanism
from privacy.contract import Manifest, Pairing
from privacy.errors import ContractBroken
from privacy.intervals import Ratio, Z, fieller
from privacy.pairing import TWO_PAIRS, Pairs, items_of, largest_change
from privacy.plan import gate_z
from privacy.policy_problems import NOT_SAID, SMALLEST_K
from privacy.rows import DECIMALS, upwards

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

CHANGE, SQUARE, PAIRS = 10_000, 4_500, 8_500  # so that margin and gate let the same numbers of pairs through
NUMBERS = ("value", "low", "high", "margin", "nonresponse", "combined", "sd")
STEPS_OF_FIVE = 4


@dataclass(frozen=True, slots=True)
class PairedDesign:
    """``size`` integers get noise: for each group the pairs, then change and square of each measure."""

    groups: int
    measures: int
    micro_rho: int
    z: float

    @property
    def pair(self) -> int:
        """What a pair adds to the number of its group."""
        return math.isqrt(PAIRS**2 * self.measures)

    @property
    def d2(self) -> int:
        """The squared sensitivity of one pair."""
        return self.pair**2 + self.measures * (CHANGE**2 + SQUARE**2)

    @property
    def width(self) -> int:
        """The integers of one group."""
        return 1 + 2 * self.measures

    @property
    def size(self) -> int:
        """The number of integers."""
        return self.groups * self.width


@dataclass(frozen=True, slots=True)
class DrawnPairs:
    """``noisy`` are the integers with their noise; ``below_k`` marks groups of fewer than k pairs."""

    noisy: tuple[int, ...]
    below_k: tuple[bool, ...]


def paired_design(manifest: Manifest) -> PairedDesign | None:
    """The design of a wave's paired release; None where it is paired with no earlier wave."""
    pairing = manifest.pairing
    if pairing is None or pairing.earlier is None:
        return None
    z = gate_z(TWO_PAIRS, pairing.delta_gate)
    return PairedDesign(len(_groups(manifest, pairing)), len(pairing.measures), pairing.link_micro_rho, z)


def paired_vector(design: PairedDesign, pairs: Pairs) -> Integers:
    """The integers that get noise: (groups, width)."""
    sums = np.zeros((design.groups, design.width), dtype=np.int64)
    rows = np.empty((len(pairs.changes), design.width), dtype=np.int64)
    rows[:, 0] = design.pair
    rows[:, 1::2] = np.round(CHANGE * pairs.changes)
    rows[:, 2::2] = np.round(SQUARE * (2 * pairs.changes**2 - 1))
    np.add.at(sums, pairs.cells, rows)
    return sums


def protect_pairs(manifest: Manifest, pairs: Pairs) -> DrawnPairs:
    """Add the noise and mark the groups that must not be shown.

    Raises ContractBroken if the wave promises no paired release, or one that this noise does not fit.
    """
    design = paired_design(manifest)
    if design is None:
        raise ContractBroken("the wave promises no paired release; nothing is published")
    noisy = mechanism.draw(paired_vector(design, pairs).ravel().tolist(), design.d2, design.micro_rho)
    exact = np.bincount(pairs.cells, minlength=design.groups)
    marked = _passing(design, manifest.policy.k, np.array(noisy)) & (exact < manifest.policy.k)
    return DrawnPairs(tuple(noisy), tuple(marked.tolist()))


def paired_part(manifest: Manifest, drawn: DrawnPairs | None, responses: int) -> dict[str, Any] | None:
    """The member ``paired`` of a release, None where the manifest promises none.

    The groups are a partition and their whole is not among them, so nothing follows by subtraction. Raises
    ContractBroken if the draw does not fit the manifest.
    """
    design, pairing = paired_design(manifest), manifest.pairing
    if design is None or pairing is None or pairing.earlier is None:
        if drawn is not None:
            raise ContractBroken("the stored draw has pairs and the contract has none; nothing is published")
        return None
    if drawn is None or (len(drawn.noisy), len(drawn.below_k)) != (design.size, design.groups):
        raise ContractBroken("the stored draw of the pairs was made under another plan; nothing is published")
    noisy = np.array(drawn.noisy, dtype=np.int64)
    shown = _passing(design, manifest.policy.k, noisy) & ~np.array(drawn.below_k)
    sums = noisy.reshape(design.groups, design.width).astype(np.float64)
    sigma = mechanism.sigma_of(design.d2, design.micro_rho)
    numbers = sums[:, 0] / design.pair
    groups = _groups(manifest, pairing)
    people = _people(manifest, groups, numbers, responses)
    return {
        "earlier": pairing.earlier.hex(),
        "by": pairing.by,
        "groups": [
            {
                "group": group,
                "pairs": {
                    "value": round(float(numbers[cell]), 1) if shown[cell] else None,
                    "margin": upwards(Z * sigma / design.pair, 1) if shown[cell] else None,
                },
                "figures": list(
                    _figures(manifest, design, sums[cell], people[cell], shown=bool(shown[cell]))
                ),
            }
            for cell, group in enumerate(groups)
        ],
    }


def _figures(
    manifest: Manifest, design: PairedDesign, sums: Floats, people: float, *, shown: bool
) -> Iterator[dict[str, Any]]:
    pairing = manifest.pairing
    assert pairing is not None  # noqa: S101 - paired_design has seen it
    for place, measure in enumerate(pairing.measures):
        name = {"question": measure.question, "theme": measure.theme}
        told = _numbers(manifest, design, sums, people, place) if shown else None
        empty: dict[str, Any] = dict.fromkeys(NUMBERS)
        yield {**name, "shown": told is not None, **(empty if told is None else told)}


def _numbers(
    manifest: Manifest, design: PairedDesign, sums: Floats, people: float, place: int
) -> dict[str, Any] | None:
    """The numbers of one measure in one group; None where the margin is over the policy's limit."""
    pairing = manifest.pairing
    assert pairing is not None  # noqa: S101
    options = len(items_of(manifest.questions, pairing.measures[place])[0].options)
    most = largest_change(options)
    sigma = mechanism.sigma_of(design.d2, design.micro_rho)
    pairs, change, square = sums[0] / design.pair, sums[1 + 2 * place], sums[2 + 2 * place]
    variances = ((most * sigma / CHANGE) ** 2, 0.0, (sigma / design.pair) ** 2)
    ratio = Ratio(*(np.array([one]) for one in (most * change / CHANGE, pairs, *variances)))
    low, high = (float(np.clip(end[0], -most, most)) for end in fieller(ratio))
    value = float(np.clip(most * change / CHANGE / pairs, -most, most))
    margin = max(value - low, high - value)
    if margin > manifest.policy.margins["scale"] * (options - 1) / STEPS_OF_FIVE:
        return None
    spread = most * _spread(value / most, square, pairs, sigma)
    number = max(pairs, SMALLEST_K)
    missing = Z * spread * math.sqrt(max(0.0, 1 - number / max(people, number)) / (number - 1))
    decimals = DECIMALS["mean"]
    return {
        "value": round(value, decimals) + 0.0,
        "low": -upwards(-low, decimals) + 0.0,
        "high": upwards(high, decimals) + 0.0,
        "margin": upwards(margin, decimals),
        "nonresponse": upwards(missing, decimals),
        "combined": upwards(math.hypot(margin, missing), decimals),
        "sd": upwards(spread, decimals),
    }


def _spread(mean: float, square: float, pairs: float, sigma: float) -> float:
    """The standard deviation of the changes of the pairs, in largest changes.

    Not above that of changes at the two ends alone, and not below what the noise could hide, as in
    nonresponse.py.
    """
    error = sigma / CHANGE / pairs
    second = (square / SQUARE / pairs + 1) / 2
    noise = sigma / (2 * SQUARE) / pairs
    most = max(0.0, 1 - max(0.0, abs(mean) - Z * error) ** 2)
    variance = second - mean**2 + error**2
    return math.sqrt(min(max(variance, Z * noise), most))


def _passing(design: PairedDesign, k: int, noisy: Integers) -> Flags:
    error = mechanism.sigma_of(design.d2, design.micro_rho) / design.pair
    passing: Flags = noisy[:: design.width] / design.pair >= k + design.z * error
    return passing


def _groups(manifest: Manifest, pairing: Pairing) -> list[dict[str, str]]:
    if pairing.by is None:
        return [{}]
    attribute = next(one for one in manifest.attributes if one.id == pairing.by)
    return [{pairing.by: level} for level in (*(level.id for level in attribute.levels), NOT_SAID)]


def _people(manifest: Manifest, groups: list[dict[str, str]], numbers: Floats, responses: int) -> Floats:
    """How many were invited in each group: public, or else as many as the share who answered suggests."""
    if groups == [{}]:
        return np.array([float(manifest.invited)])
    by = next(iter(groups[0]))
    levels = {level.id: level.invited for one in manifest.attributes if one.id == by for level in one.levels}
    rate = max(responses, 1) / max(responses, manifest.invited, 1)
    known = [levels.get(group[by]) for group in groups]
    return np.array(
        [number / rate if one is None else one for one, number in zip(known, numbers, strict=True)]
    )
