"""Complementary withholding: no set of withheld groups that subtraction gives away is small.

In a table of one or two attributes, what the shown cells give away about the withheld ones are the totals of
each known row and column. Draw an arc from row to column for each withheld cell, and one back if the cell
passes the count gate by itself, because no derivable set of small cells can contain it. The sets of small
cells that follow by subtraction are then the directed cuts of this graph. There is none, but for those that
hold a whole row or column of at least k people, if within each connected part all rows and columns with a
shown cell reach one another. Proof: docs/decisions/0005-complementary-withholding.md.

Who did not say is in no group that anybody else could name, so a small cell of theirs need not be hidden by
withholding another: it counts as if it were shown (docs/decisions/0013-not-said-hides-nobody.md).
"""

import numpy as np
from numpy.typing import NDArray

from privacy.consistency import Consistent
from privacy.plan import Design, Table

Flags = NDArray[np.bool_]
Places = NDArray[np.int64]


class Complement:
    """The rule for one draw.

    ``passing`` marks the cells whose noisy count passes the count gate, ``held`` those of them that are not
    shown because they hold fewer than k people.
    """

    def __init__(self, design: Design, sums: Consistent, passing: Flags, held: Flags) -> None:
        self._tables = design.tables
        self._counts = sums.counts
        self._covariance = sums.covariance
        self._held = held
        self._passing = passing & ~held
        self._threshold = design.k, design.z
        self._unsaid = _not_said(design) & ~self._passing  # not shown, and nothing is withheld for its sake
        self._shown = self._passing | self._unsaid
        ends = np.cumsum([table.cells for table in design.tables])
        self._cells = [
            np.arange(end - table.cells, end) for table, end in zip(design.tables, ends, strict=True)
        ]
        self._place = {table.attributes: place for place, table in enumerate(design.tables)}

    def shown(self) -> Flags:
        """The cells that stay shown, once no more need to be withheld."""
        while True:
            self._withhold_parts_of_withheld()
            for place in range(1, len(self._tables)):
                next_one = self._next(place)
                if next_one is not None:
                    self._shown[next_one] = False
                    break
            else:
                return self._shown & ~self._unsaid

    def _withhold_parts_of_withheld(self) -> None:
        """Were every part of a withheld group shown, their sum would show it."""
        for place, table in enumerate(self._tables):
            for attributes, coarser in self._place.items():
                if attributes != table.attributes and set(attributes) <= set(table.attributes):
                    whole = self._cells[coarser][_levels(table, attributes)]
                    cells = self._cells[place]
                    self._shown[cells] &= self._shown[whole] | self._unsaid[cells]

    def _next(self, place: int) -> int | None:
        """The smallest shown cell of the table that has to be withheld next, if any."""
        cells = self._cells[place]
        shown = self._shown[cells]
        if shown.all() or not shown.any():
            return None
        rows, columns = self._nodes(place)
        nodes = int(columns.max()) + 1
        reach = np.eye(nodes, dtype=np.bool_)
        for row, column in set(zip(rows[~shown].tolist(), columns[~shown].tolist(), strict=True)):
            reach[row, column] = True
            group = cells[~shown & (rows == row) & (columns == column)]
            reach[column, row] = self._is_large(group)
        touched = _closed(reach | reach.T)
        reach = _closed(reach)
        open_nodes = np.array([self._is_open(place, rows, columns, node) for node in range(nodes)])
        apart = touched & ~reach & open_nodes[:, None] & open_nodes[None, :]
        faulty = touched[apart.any(axis=1)].any(axis=0)
        if not faulty.any():
            return None
        near = shown & (faulty[rows] | faulty[columns]) & ~self._unsaid[cells]
        if not near.any():
            return None
        joining = near & ~(reach[rows, columns] & reach[columns, rows])
        candidates = cells[joining if joining.any() else near]
        return int(candidates[np.argmin(self._counts[candidates])])

    def _is_large(self, group: Places) -> bool:
        """Whether the group, of one or more cells, has at least k people by the test of the count gate."""
        if self._passing[group].any():
            return True
        if self._held[group].any():
            return False
        k, z = self._threshold
        error = np.sqrt(self._covariance[np.ix_(group, group)].sum())
        return bool(self._counts[group].sum() >= k + z * error)

    def _is_open(self, place: int, rows: Places, columns: Places, node: int) -> bool:
        """Whether a row or column has a shown cell, or is a whole that may itself be small."""
        members = self._cells[place][(rows == node) | (columns == node)]
        if self._shown[members].any():
            return True
        table = self._tables[place]
        side = int(node > int(rows.max()))
        tested = len(table.shape) < 2 or (table.attributes[side],) in self._place
        return not tested and not self._is_large(members)

    def _nodes(self, place: int) -> tuple[Places, Places]:
        """The row and the column of each cell, numbered through; those of unknown total share a number."""
        table = self._tables[place]
        sides = []
        start = 0
        for side in range(2):
            side_known = self._known(table, side)
            levels = _levels(table, table.attributes[side : side + 1]) if len(table.shape) == 2 else None
            numbers = np.zeros(table.cells, dtype=np.int64)
            if levels is not None and side_known is not None:
                numbers = np.where(side_known[levels], levels + 1, 0)
            sides.append(numbers + start)
            start = int(sides[-1].max()) + 1
        return sides[0], sides[1]

    def _known(self, table: Table, side: int) -> Flags | None:
        """For each level of one attribute of a cross, whether its total is known; None if none is."""
        if len(table.shape) != 2:
            return None
        name = table.attributes[side]
        if (name,) in self._place:
            known: Flags = self._shown[self._cells[self._place[(name,)]]]
            return known
        shared = sum(name in other.attributes for other in self._tables) > 1
        return np.ones(table.shape[side], dtype=np.bool_) if shared else None


def _not_said(design: Design) -> Flags:
    """Marks the cells of those who did not say: the last level of one of the table's attributes."""
    marks = []
    for table in design.tables:
        mark = np.zeros(table.shape, dtype=np.bool_)
        for axis in range(len(table.shape)):
            mark[(slice(None),) * axis + (-1,)] = True
        marks.append(mark.ravel())
    return np.concatenate(marks)


def _levels(table: Table, attributes: tuple[str, ...]) -> Places:
    """For each cell of ``table``, the cell of the coarser table over ``attributes`` that it lies in."""
    places = np.arange(table.cells).reshape(table.shape)
    index = np.zeros(table.cells, dtype=np.int64)
    for name, levels in zip(table.attributes, np.unravel_index(places.ravel(), table.shape), strict=True):
        if name in attributes:
            index = index * table.shape[table.attributes.index(name)] + levels
    return index


def _closed(reach: Flags) -> Flags:
    """Which node reaches which over any number of arcs."""
    closed = reach.copy()
    for middle in range(len(closed)):
        closed |= closed[:, middle : middle + 1] & closed[middle]
    return closed
