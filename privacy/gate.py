"""What may be shown: the count gate and the precision gate (the complementary rule is in complement.py).

All but ``held`` is computed from noisy sums, and so costs nothing.
"""

import numpy as np
from numpy.typing import NDArray

from privacy.complement import Complement
from privacy.consistency import Consistent
from privacy.plan import Design

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

WHOLE = 100.0  # percent


def passes(design: Design, sums: Consistent) -> Flags:
    """Whether the noisy count of each cell is at least ``k + z`` standard errors, (..., cells)."""
    passing: Flags = sums.counts >= design.k + design.z * sums.count_errors
    return passing


def shown_groups(design: Design, sums: Consistent, held: Flags) -> Flags:
    """The cells that are shown, (cells,), of one draw.

    ``held`` marks cells that pass on their noisy count and must not because fewer than k people are in them.
    """
    return Complement(design, sums, passes(design, sums), held).shown()


def precise(design: Design, limit: float, judged: Floats, answered: Floats) -> Flags:
    """Whether margins ``judged`` are within ``limit`` and at least k people answered, all (..., cells).

    ``answered`` is the lower end of the 90 % interval of their number: a group above k in which next to
    nobody answered a question says nothing on it.
    """
    within: Flags = (judged <= limit) & (answered >= design.k)
    return within


def all_alike(low: Floats, high: Floats) -> tuple[Flags, Flags]:
    """Whether shares with these 90 % intervals may be those of next to nobody, and of next to everybody.

    Such a share is told in words, so that no reader sees a number that makes all of a group alike; one that
    may be either says nothing (docs/decisions/0016-what-a-figure-states.md).
    """
    return low <= 0, high >= WHOLE
