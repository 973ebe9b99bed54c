"""Weighted least squares that makes all tables agree.

Every table is a margin of one unknown joint table, so the sums of all cells lie in a linear space: that of
the main effects and interactions of the attributes inside the tables, nested where a hierarchy nests.
Projecting the noisy sums onto it is the best linear unbiased estimate (Gauss and Markov), and its covariance
is known because the noise is.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from privacy.plan import Axis, Design, Table

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

    A cell of a table is a sum of effects, one for every choice of an attribute, or of none, from the chain of
    each of its axes. An effect sums to zero within each cell of the attribute above (over all of them at the
    top), and is spread evenly over the cells below.
    """
    return _incidence(tuple(tables))


@lru_cache(maxsize=8)  # a plan and a release ask for the same tables several times
def _incidence(tables: tuple[Table, ...]) -> Floats:
    effects = sorted({effect for table in tables for effect in _effects(table)})
    parts = {axis.attribute: axis for table in tables for step in table.axes for axis in step.chain}
    contrasts = {name: _contrasts(axis) for name, axis in parts.items()}
    basis = np.concatenate(
        [np.concatenate([_block(table, one, contrasts) for one in effects], axis=1) for table in tables]
    )
    basis.flags.writeable = False
    return basis


def _effects(table: Table) -> Iterator[tuple[str, ...]]:
    for steps in product(*((None, *axis.chain) for axis in table.axes)):
        yield tuple(step.attribute for step in steps if step is not None)


def _block(table: Table, effect: tuple[str, ...], contrasts: Mapping[str, Floats]) -> Floats:
    """What the free parameters of ``effect`` add to each cell of ``table``."""
    if effect not in set(_effects(table)):
        return np.zeros((table.cells, math.prod(contrasts[name].shape[1] for name in effect)))
    block: Floats = np.ones((1, 1))
    for axis in table.axes:
        step = next((step for step in axis.chain if step.attribute in effect), None)
        spread = _spread(step, axis)
        block = np.kron(block, spread if step is None else spread @ contrasts[step.attribute]).astype(
            np.float64
        )
    return block


def _contrasts(axis: Axis) -> Floats:
    """A basis (cells, free) of what sums to zero within each cell above."""
    if axis.above is None:
        return sum_to_zero(axis.size)
    blocks = []
    for parent in range(axis.above.size):
        inside = [cell for cell, above in enumerate(axis.parents) if above == parent]
        basis = np.zeros((axis.size, max(0, len(inside) - 1)))
        basis[inside] = sum_to_zero(len(inside))
        blocks.append(basis)
    return np.concatenate(blocks, axis=1)


def _spread(step: Axis | None, axis: Axis) -> Floats:
    """How each cell of ``step``, or the whole for None, is shared out evenly among those of ``axis``."""
    if step is not None and step.attribute == axis.attribute:
        return np.eye(axis.size)
    if axis.above is None:
        return np.full((axis.size, 1), 1 / axis.size)
    children = np.bincount(axis.parents, minlength=axis.above.size)
    share = np.zeros((axis.size, axis.above.size))
    share[np.arange(axis.size), axis.parents] = 1 / children[list(axis.parents)]
    return share @ _spread(step, axis.above)


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
