"""Fieller's interval for a ratio of two noisy sums.

E. C. Fieller, Some problems in interval estimation, Journal of the Royal Statistical Society B 16 (1954).
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CONFIDENCE = 0.9
Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)


@dataclass(frozen=True, slots=True, eq=False)
class Ratio:
    """Two jointly normal sums and their covariance, arrays of one shape; the true denominator is positive."""

    numerator: Floats
    denominator: Floats
    numerator_variance: Floats
    covariance: Floats
    denominator_variance: Floats


def fieller(ratio: Ratio) -> tuple[Floats, Floats]:
    """The ends of the 90 % interval: all ratios that the sums do not contradict.

    Minus and plus infinity where the denominator may be zero, because then any ratio may be true.
    """
    squared = Z**2
    bounded = ratio.denominator**2 - squared * ratio.denominator_variance
    middle = ratio.numerator * ratio.denominator - squared * ratio.covariance
    outer = ratio.numerator**2 - squared * ratio.numerator_variance
    known = (bounded > 0) & (ratio.denominator > 0)
    leading = np.where(known, bounded, 1.0)
    half = np.sqrt(np.maximum(middle**2 - leading * outer, 0.0))
    low = np.where(known, (middle - half) / leading, -np.inf)
    high = np.where(known, (middle + half) / leading, np.inf)
    return low, high
