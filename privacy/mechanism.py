"""The discrete Gaussian and what it costs; the only module that imports OpenDP.

Loss is counted in whole millionths of rho, zero-concentrated differential privacy (Bun and Steinke 2016,
https://arxiv.org/abs/1605.02065). The noise is the discrete Gaussian of Canonne, Kamath and Steinke
(https://arxiv.org/abs/2004.00010).
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import opendp.prelude as dp

from privacy.errors import ContractBroken

dp.enable_features("contrib")

MICRO = 1_000_000
LARGEST_VALUE = 1 << 52  # keeps every noisy integer exact in JSON, and far from the ends of 64 bits
LARGEST_EPSILON = 100
_EPSILON_STEPS = 10_000  # an epsilon is stated to four decimals, rounded up


def draw(values: Sequence[int], d2: int, micro_rho: int) -> list[int]:
    """``values`` with independent discrete Gaussian noise of scale ``sigma_of(d2, micro_rho)`` on each.

    ``d2`` is the largest squared Euclidean distance of the values of two neighbours. Raises ContractBroken if
    OpenDP's own map of the measurement exceeds ``micro_rho``, or a value could overflow.
    """
    if any(abs(value) >= LARGEST_VALUE for value in values):
        raise ContractBroken("a sum is too large for the noise to be added exactly; nothing is published")
    space = dp.vector_domain(dp.atom_domain(T="i64")), dp.l2_distance(T="i64")
    measurement = dp.m.make_gaussian(*space, scale=sigma_of(d2, micro_rho))
    if _map(measurement, _distance(d2)) > micro_rho / MICRO:
        raise ContractBroken("the noise would cost more than the contract allows; nothing is published")
    noisy: list[int] = measurement(list(values))
    return noisy


def sigma_of(d2: int, micro_rho: int) -> float:
    """The scale ``(isqrt(d2) + 1) / sqrt(2 rho)``, rounded up to thousandths in whole numbers."""
    if d2 < 0 or micro_rho <= 0:
        raise ValueError("a squared distance is not negative, and a loss is positive")
    squared = _distance(d2) ** 2 * 1_000**2 * MICRO
    return (math.isqrt(squared // (2 * micro_rho)) + 1) / 1_000


def _distance(d2: int) -> int:
    return math.isqrt(d2) + 1


def _map(measurement: dp.Measurement, distance: float) -> Any:
    """What the measurement costs at this distance, in the form of its own privacy measure."""
    return measurement.map(distance)  # type: ignore[no-untyped-call]


@lru_cache(maxsize=1_024)
def epsilon_of(micro_rho: int, delta: float) -> float:
    """The epsilon at ``delta`` of ``micro_rho`` by OpenDP's conversion, rounded up to four decimals.

    Raises ValueError for a loss below zero or a delta outside 0 to 1.
    """
    if micro_rho < 0 or not 0 < delta < 1:
        raise ValueError("a loss is not negative, and a delta lies between 0 and 1")
    if micro_rho == 0:
        return 0.0
    space = dp.atom_domain(T="i64"), dp.absolute_distance(T="f64")
    unit = dp.m.make_gaussian(*space, scale=math.sqrt(MICRO / (2 * micro_rho)))  # costs rho at distance 1
    epsilon = float(_map(dp.c.make_zCDP_to_approxDP(unit), 1.0).epsilon(delta))
    return math.ceil(epsilon * _EPSILON_STEPS) / _EPSILON_STEPS


def micro_rho_for(epsilon: float, delta: float) -> int:
    """The largest loss in millionths of rho whose stated epsilon at ``delta`` is at most ``epsilon``.

    Raises ValueError if not even one millionth is, or the epsilon is beyond all use.
    """
    if not 0 < epsilon <= LARGEST_EPSILON:
        raise ValueError(f"an epsilon is a number above 0 and at most {LARGEST_EPSILON}")
    low, high = 0, 1
    while epsilon_of(high, delta) <= epsilon:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if epsilon_of(middle, delta) <= epsilon else (low, middle)
    if low == 0:
        raise ValueError("the epsilon is too small for any noise")
    return low
