"""Several effects side by side: how many would seem to be there by chance, and verdicts that allow for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

from privacy.contrast import Estimate
from privacy.evaluate import Verdict, verdict_of
from privacy.intervals import CONFIDENCE, Z


@dataclass(frozen=True, slots=True)
class SideBySide:
    """``compared`` effects, of which ``expected_by_chance`` would have a verdict if there were none at all.

    ``verdicts`` are by the name of each effect: all of them hold together with at least 90 %.
    """

    compared: int
    expected_by_chance: float
    verdicts: Mapping[str, Verdict]


def side_by_side(effects: Mapping[str, Estimate]) -> SideBySide:
    """The effects of several programs, or on several measures, by name."""
    number = len(effects)
    verdicts = {name: simultaneous(effect, number) for name, effect in effects.items()}
    return SideBySide(number, round(number * (1 - CONFIDENCE), 1), verdicts)


def simultaneous(effect: Estimate, number: int) -> Verdict:
    """The verdict on one of ``number`` effects from an interval so wide that all hold together with 90 %.

    Z. Sidak, Rectangular confidence regions for the means of multivariate normal distributions, Journal of
    the American Statistical Association 62 (1967): for intervals to both sides it holds whatever their
    correlation.
    """
    wider = sidak_z(number) / Z
    below, above = (wider * (end - effect.value) for end in (effect.low, effect.high))
    return verdict_of(effect.value + below, effect.value + above)


def sidak_z(number: int) -> float:
    """How many standard errors each of ``number`` intervals reaches, so that all hold with 90 %."""
    each = CONFIDENCE ** (1 / max(number, 1))
    return NormalDist().inv_cdf((1 + each) / 2)
