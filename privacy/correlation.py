"""How alike the noise in two groups' figures is, which the error of their difference depends on."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from privacy.consistency import incidence
from privacy.plan import Design

Floats = NDArray[np.float64]


def correlation(design: Design, cells: Sequence[int]) -> Floats:
    """The correlation of the noise in the consistent sums of these cells, (len(cells), len(cells)).

    It is that of the questions' features, and the same for every question, because the policy weighs the
    tables alike for all of them. A mean or a share is such a sum over a number of people, so that to first
    order its noise has the same correlation. What it leaves out is the noise of the count, which is in a
    figure only as far as answers are skipped or shares lie apart (docs/decisions/0017-differences.md).
    """
    weights = np.repeat(design.question_multipliers[0], [table.cells for table in design.tables])
    basis = incidence(design.tables)
    weighted = basis * (weights / weights.max())[:, None]
    chosen = basis[list(cells)]
    covariance = chosen @ np.linalg.solve(weighted.T @ weighted, chosen.T)
    errors = np.sqrt(np.diagonal(covariance))
    alike: Floats = np.clip(covariance / np.outer(errors, errors), -1.0, 1.0)
    return alike
