"""How precisely each group is known for given weights of the tables, without making the whole projection.

The columns of ``consistency.incidence`` fall into parts that no table mixes: one for every effect, but for
effects of one hierarchy whose units differ in size. Each part has its own small normal matrix, which for all
but the latter is a multiple of the identity; so a thousand groups cost about as much as ten.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from privacy.consistency import incidence
from privacy.plan import Table

Floats = NDArray[np.float64]

_NOTHING = 1e-9  # below it a product of columns of lengths about 1 is zero


@dataclass(frozen=True, slots=True, eq=False)
class _Simple:
    """A column space in which every table's normal matrix is a multiple of the identity."""

    grams: Floats  # (tables,) those multiples
    norms: Floats  # (cells,) squared lengths of the rows


@dataclass(frozen=True, slots=True, eq=False)
class _Mixed:
    """Any other column space."""

    grams: Floats  # (tables, columns, columns)
    rows: Floats  # (cells, columns)


class Spread:
    """The variances of one set of tables; made once, asked for many weights."""

    def __init__(self, tables: tuple[Table, ...]) -> None:
        basis = incidence(tables)
        ends = np.cumsum([table.cells for table in tables])
        blocks = np.split(basis, ends[:-1])
        used = np.array([np.abs(block).max(axis=0) > _NOTHING for block in blocks])
        self._simple: list[_Simple] = []
        self._mixed: list[_Mixed] = []
        for columns in _parts(blocks, used):
            grams = np.array([block[:, columns].T @ block[:, columns] for block in blocks])
            diagonals = np.diagonal(grams, axis1=1, axis2=2)
            first = diagonals[:, :1, None] * np.eye(len(columns))
            if np.abs(grams - first).max() < _NOTHING:
                self._simple.append(_Simple(diagonals[:, 0], np.square(basis[:, columns]).sum(axis=1)))
            else:
                self._mixed.append(_Mixed(grams, basis[:, columns]))
        self.cells = len(basis)

    def variances(self, weights: Floats) -> Floats:
        """The variance of each cell's sum, (cells,), if table t is multiplied by ``sqrt(weights[t])``.

        In units of the noise's variance.
        """
        total = np.zeros(self.cells)
        for simple in self._simple:
            total += simple.norms / (weights @ simple.grams)
        for mixed in self._mixed:
            inverse = np.linalg.inv(np.tensordot(weights, mixed.grams, 1))
            total += np.einsum("ij,jk,ik->i", mixed.rows, inverse, mixed.rows)
        return total

    def gains(self, weights: Floats, importance: Floats) -> Floats:
        """How fast the sum of ``importance * variances`` falls with the weight of each table, (tables,)."""
        gains = np.zeros(len(weights))
        for simple in self._simple:
            gains += simple.grams * (importance @ simple.norms) / (weights @ simple.grams) ** 2
        for mixed in self._mixed:
            inverse = np.linalg.inv(np.tensordot(weights, mixed.grams, 1))
            wanted = inverse @ (mixed.rows.T @ (importance[:, None] * mixed.rows)) @ inverse
            gains += np.einsum("tij,ij->t", mixed.grams, wanted)
        return gains


@lru_cache(maxsize=8)  # alternatives of one plan have the same tables
def spread_of(tables: tuple[Table, ...]) -> Spread:
    """The spread of these tables."""
    return Spread(tables)


def _parts(blocks: Sequence[Floats], used: NDArray[np.bool_]) -> list[list[int]]:
    """The columns, grouped so that no table mixes two groups and each group is used by the same tables."""
    mixes = np.zeros((used.shape[1],) * 2, dtype=np.bool_)
    for block in blocks:
        mixes |= np.abs(block.T @ block) > _NOTHING
    np.fill_diagonal(mixes, True)
    group = np.arange(len(mixes))
    while True:
        lowest = np.where(mixes, group, len(mixes)).min(axis=1)
        if (lowest == group).all():
            break
        group = lowest
    parts: dict[tuple[int, bytes], list[int]] = {}
    alone = mixes.sum(axis=1) == 1
    for column, lowest in enumerate(group.tolist()):
        # Columns that mix with none are put together where the same tables know them equally well.
        lengths = tuple(round(float(block[:, column] @ block[:, column]), 9) for block in blocks)
        key = (-1, repr(lengths).encode()) if alone[column] else (lowest, b"")
        parts.setdefault(key, []).append(column)
    return list(parts.values())
