"""Weighted least squares that makes all tables agree.

Every table is a margin of one unknown joint table, so the sums of all cells lie in a linear space: that of
the main effects and interactions of the attribute sets inside the tables. Projecting the noisy sums onto it
is the best linear unbiased estimate (Gauss and Markov), and its covariance is known because the noise is.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from privacy.plan import Design, Table

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Consistent:
    """Noisy sums that agree over all tables, in the units of exact ones.

    ``counts`` (..., cells) are numbers of responses with covariance ``covariance`` (cells, cells).
    ``features`` has for each question an array (..., cells, channels); its channels are independent of one
    another and of the counts, each with variance ``variances[question]`` (cells,).
    """

    counts: Floats
    covariance: Floats
    features: tuple[Floats, ...]
    variances: tuple[Floats, ...]

    @property
    def count_errors(self) -> Floats:
        """The standard error of each count."""
        errors: Floats = np.sqrt(np.diagonal(self.covariance))
        return errors


class Projection:
    """The least squares of one design; made once, used for every draw."""

    def __init__(self, design: Design) -> None:
        self._design = design
        basis = incidence(design.tables)
        self._cells = [table.cells for table in design.tables]
        # Weights that differ by a factor alone share one projection: each would take as long to make, and as
        # much room, as the square of the cells.
        known: dict[tuple[int, ...], tuple[Floats, Floats]] = {}
        for multipliers in (design.count_multipliers, *design.question_multipliers):
            weights, _ = _reduced(multipliers)
            if weights not in known:
                known[weights] = _least_squares(basis, np.repeat(weights, self._cells))
        self._known = known

    def __call__(self, noisy: Sequence[int] | NDArray[np.int64]) -> Consistent:
        """The consistent sums of ``noisy`` (..., design.size): whole numbers as the mechanism drew them."""
        design = self._design
        values = np.asarray(noisy, dtype=np.float64)[..., :-1]
        values = values.reshape(*values.shape[:-1], design.cells, design.channels)
        variance = design.sigma**2
        to_counts, shape, factor = self._of(design.count_multipliers)
        counts = values[..., 0] @ to_counts.T / factor
        covariance = variance / factor**2 * shape
        features, variances = [], []
        start = 1
        for embedding, multipliers in zip(design.embeddings, design.question_multipliers, strict=True):
            project, spread, factor = self._of(multipliers)
            features.append(project @ values[..., start : start + embedding.channels] / factor)
            variances.append(variance / factor**2 * np.diagonal(spread))
            start += embedding.channels
        return Consistent(counts, covariance, tuple(features), tuple(variances))

    def _of(self, multipliers: tuple[int, ...]) -> tuple[Floats, Floats, int]:
        weights, factor = _reduced(multipliers)
        return (*self._known[weights], factor)


def _reduced(multipliers: tuple[int, ...]) -> tuple[tuple[int, ...], int]:
    """The multipliers without their greatest common divisor, and that."""
    factor = math.gcd(*multipliers)
    return tuple(multiplier // factor for multiplier in multipliers), factor


def incidence(tables: Sequence[Table]) -> Floats:
    """A matrix (cells, effects) of full column rank whose columns span all sums that agree over ``tables``.

    A cell of table t is the sum, over the attribute sets S inside t, of an effect of the cell's levels on S
    divided by the number of cells of t that share those levels; an effect sums to zero over each attribute.
    """
    sizes = {name: size for table in tables for name, size in zip(table.attributes, table.shape, strict=True)}
    effects = sorted({part for table in tables for part in _subsets(table.attributes)})
    return np.concatenate(
        [np.concatenate([_block(table, effect, sizes) for effect in effects], axis=1) for table in tables]
    )


def _subsets(attributes: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [part for size in range(len(attributes) + 1) for part in combinations(attributes, size)]


def _block(table: Table, effect: tuple[str, ...], sizes: dict[str, int]) -> Floats:
    """What the free parameters of ``effect`` add to each cell of ``table``."""
    if not set(effect) <= set(table.attributes):
        return np.zeros((table.cells, math.prod(sizes[name] - 1 for name in effect)))
    block = np.ones((1, 1))
    for name in table.attributes:
        size = sizes[name]
        block = np.kron(block, sum_to_zero(size) if name in effect else np.full((size, 1), 1 / size))
    return block


def sum_to_zero(size: int) -> Floats:
    """An orthonormal basis (size, size - 1) of the vectors that sum to zero (Helmert contrasts)."""
    basis = np.zeros((size, size - 1))
    for place in range(1, size):
        basis[:place, place - 1] = 1
        basis[place, place - 1] = -place
    contrasts: Floats = basis / np.linalg.norm(basis, axis=0) if size > 1 else basis
    return contrasts


def _least_squares(basis: Floats, weights: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """The projection of ``weights * sums + noise`` to the sums, and their covariance for unit noise."""
    weighted = basis * weights[:, None]
    spread: Floats = basis @ np.linalg.solve(weighted.T @ weighted, basis.T)
    return spread * weights, spread
