"""Differences between means of groups of people, from released rows, with every part of their error.

What is estimated is what people in such groups would say: those on the roster are taken for a random sample
of them and those who answered for a random sample of the roster. So the error of a group's mean has three
parts: the noise; who did not answer, ``s^2 / n (1 - n / N)``; and who happens to be on the roster,
``s^2 / N``; where n of N people answered and s is the standard deviation of one answer. The last two add up
to ``s^2 / n`` (W. G. Cochran, Sampling Techniques, 3rd edition 1977, section 2.6).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from privacy.deviation import FigureName
from privacy.evaluate import Verdict, verdict_of
from privacy.intervals import Z
from privacy.means import Mean, noise_of
from privacy.rows import DECIMALS

STANDARDISED_DECIMALS = 2


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its 90 % interval, in the measure's unit, and the margins of its error's parts.

    ``noise`` is that of the privacy noise, ``nonresponse`` of who did not answer, ``chance`` of who happens
    to be on the roster; ``combined`` of all three. ``standardised`` is in standard deviations of an answer,
    None where it means nothing.
    """

    value: float
    low: float
    high: float
    noise: float
    nonresponse: float
    chance: float
    combined: float
    standardised: float | None
    standardised_low: float | None
    standardised_high: float | None
    verdict: Verdict


def contrast(figure: FigureName, sides: Sequence[tuple[int, Mean]]) -> Estimate:
    """The sum of means of ``figure``, each times its sign, 1 or -1; those of one wave share no people.

    Waves are taken as independent, which is on the safe side where the same people answer both.
    """
    below = above = 0.0
    for wave in {id(mean.wave): mean.wave for _, mean in sides}.values():
        mine = [(sign, mean) for sign, mean in sides if mean.wave is wave]
        terms = [replace(one, factor=sign * one.factor) for sign, mean in mine for one in mean.terms]
        near, far = noise_of(wave, terms)
        below, above = below + near, above + far
    value = sum(sign * mean.value for sign, mean in sides)
    spread = math.sqrt(np.mean([mean.usual**2 for _, mean in sides]))
    sampled = [sampling(mean.deviation, mean.answered, mean.invited) for _, mean in sides]
    missing, chance = (sum(parts) for parts in zip(*sampled, strict=True))
    return estimate_of(value, (below, above), (missing, chance), spread, decimals=DECIMALS[figure.figure])


def estimate_of(
    value: float,
    noise: tuple[float, float],
    sampling: tuple[float, float],
    deviation: float,
    *,
    decimals: int,
) -> Estimate:
    """``noise`` are the squared margins to each side, ``sampling`` those of who did not answer and of chance.

    ``deviation`` is the standard deviation of one answer. The standardised effect is in these: J. Cohen,
    Statistical Power Analysis for the Behavioral Sciences, 2nd edition 1988, with that of all answers of the
    waves in place of the two groups'; its interval leaves the error of the deviation out.
    """
    below, above = (math.sqrt(side + sum(sampling)) for side in noise)
    # Adding zero leaves no minus zero.
    value, low, high = (round(number, decimals) + 0.0 for number in (value, value - below, value + above))
    missing, chance = (math.sqrt(part) for part in sampling)
    return Estimate(
        value,
        low,
        high,
        noise=round(math.sqrt(max(noise)), decimals),
        nonresponse=round(missing, decimals),
        chance=round(chance, decimals),
        combined=round(max(below, above), decimals),
        standardised=_in_deviations(value, deviation),
        standardised_low=_in_deviations(low, deviation),
        standardised_high=_in_deviations(high, deviation),
        verdict=verdict_of(low, high),
    )


def _in_deviations(value: float, deviation: float) -> float:
    return round(value / deviation, STANDARDISED_DECIMALS) + 0.0


def level_of(figure: FigureName, mean: Mean) -> Estimate:
    """The mean itself; nothing is higher or lower, and it is in no standard deviations."""
    found = contrast(figure, [(1, mean)])
    return replace(
        found,
        verdict="cannot tell",
        standardised=None,
        standardised_low=None,
        standardised_high=None,
    )


def sampling(deviation: float, answered: float, invited: float) -> tuple[float, float]:
    """Squared margins of who did not answer and of who happens to be on the roster.

    The deviation is not known exactly: by the quantile of Student's law for as many answers (R. A. Fisher and
    E. A. Cornish, The percentile points of distributions having known cumulants, Technometrics 2, 1960).
    """
    student = 1 + (Z**2 + 1) / (4 * max(answered - 1, 1))
    error = (Z * student * deviation) ** 2
    return error / answered * (1 - answered / invited), error / invited
