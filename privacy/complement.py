"""Complementary withholding: no set of withheld groups that subtraction gives away is small.

Tables are taken from the coarsest on, because what is withheld in one withholds parts of it in finer ones and
never the other way round. In a table of one attribute, subtraction gives away the sum of what is withheld
within each group shown of the table above. In a cross it gives away the totals of rows and columns that are
known, where rows that are withheld within one group above are known together. Draw an arc from row to column
for each withheld cell, and one back if the cells between the two are large, because no derivable set of small
cells can contain them. The sets of small cells that follow by subtraction are then the directed cuts of this
graph. There is none, but for those that hold a whole row or column of at least k people, if within each
connected part all rows and columns with a shown cell reach one another. Proof:
docs/decisions/0005-complementary-withholding.md.

Who did not say is in no group that anybody else could name, so a small cell of theirs need not be hidden by
withholding another: it counts as if it were shown (docs/decisions/0013-not-said-hides-nobody.md).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from privacy.consistency import Consistent
from privacy.plan import Axis, Design, Table

Flags = NDArray[np.bool_]
Places = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Groups:
    """The groups of one table, in order.

    ``cells`` (groups, n) are the places in the release of what each is the sum of. ``unsaid`` marks those
    that are not shown and for whose sake nothing is withheld, ``shown`` them and what is shown.
    """

    table: Table
    cells: Places
    counts: Floats
    unsaid: Flags
    shown: Flags


class Complement:
    """The rule for one draw.

    ``passing`` marks the cells whose noisy count passes the count gate, ``held`` those of them that are not
    shown because they hold fewer than k people.
    """

    def __init__(self, design: Design, sums: Consistent, passing: Flags, held: Flags) -> None:
        self._counts = sums.counts
        self._covariance = sums.covariance
        self._passing = passing & ~held
        self._threshold = design.k, design.z
        ends = np.cumsum([table.cells for table in design.tables])
        self._released = [
            (table, np.arange(end - table.cells, end)[:, None])
            for table, end in zip(design.tables, ends, strict=True)
        ]
        self._unreleased = _totals(self._released)
        self._doubt = held.copy()
        for total, summed in self._unreleased:
            for table, cells in self._released:
                above = _cells_above(table, total)
                if above is not None:  # a total with a part that is held may be no more than that part
                    self._doubt[summed[above[held[cells[:, 0]]]]] = True
        self._done: list[_Groups] = []

    def shown(self) -> Flags:
        """The cells that stay shown, once no more need to be withheld."""
        told = np.zeros(len(self._counts), dtype=np.bool_)
        for table, cells in sorted(self._released + self._unreleased, key=_fineness):
            groups = self._groups(table, cells)
            if len(table.axes) == 1:
                self._withhold_beside(groups)
            elif len(table.axes) == 2:
                self._withhold_in_cross(groups)
            self._done.append(groups)
            if cells.shape[1] == 1:  # a table of the release and no sums
                told[cells[:, 0]] = groups.shown & ~groups.unsaid
        return told

    def _groups(self, table: Table, cells: Places) -> _Groups:
        """What passes, but for the parts of what is withheld: their sum would show it."""
        passing = np.array([self._is_large(group) for group in cells])
        unsaid = _not_said(table) & ~passing
        within = np.ones(table.cells, dtype=np.bool_)
        for coarser in self._done:
            above = _cells_above(table, coarser.table)
            if above is not None:
                unsaid |= coarser.unsaid[above]
                within &= coarser.shown[above]
        counts = self._counts[cells].sum(axis=1)
        return _Groups(table, cells, counts, unsaid, passing & within | unsaid)

    def _is_large(self, cells: Places) -> bool:
        """Whether one or more cells together have at least k people by the test of the count gate."""
        if self._passing[cells].any():
            return True
        if len(cells) == 1 or self._doubt[cells].any():
            return False
        k, z = self._threshold
        error = math.sqrt(self._covariance[np.ix_(cells, cells)].sum())
        return bool(self._counts[cells].sum() >= k + z * error)

    def _withhold_beside(self, groups: _Groups) -> None:
        """Withhold the smallest part of each group above whose withheld parts are not large together."""
        above = self._shown_above(groups.table.axes[0])
        for group in np.unique(above[~groups.shown]):
            inside = above == group
            withheld = inside & ~groups.shown
            candidates = np.flatnonzero(inside & groups.shown & ~groups.unsaid)
            if len(candidates) and not self._is_large(groups.cells[withheld].ravel()):
                groups.shown[candidates[np.argmin(groups.counts[candidates])]] = False

    def _withhold_in_cross(self, groups: _Groups) -> None:
        """Withhold the smallest cell that joins what is apart, until all that is open reaches one another."""
        one, two = (self._shown_above(axis) for axis in groups.table.axes)
        rows = np.repeat(one, len(two))
        columns = np.tile(two, len(one)) + one.max() + 1
        graph = _Graph(int(columns.max()) + 1)
        withheld = np.flatnonzero(~groups.shown)
        arcs, arc = np.unique(np.stack([rows, columns])[:, withheld], axis=1, return_inverse=True)
        for number, (row, column) in enumerate(arcs.T):
            between = groups.cells[withheld[arc.ravel() == number]].ravel()
            graph.join(row, column, back=self._is_large(between))
        graph.close()
        while (place := _to_withhold(groups, rows, columns, graph)) is not None:
            groups.shown[place] = False
            graph.merge(rows[place], columns[place])  # it passes, so what is between the two is large

    def _shown_above(self, axis: Axis) -> Places:
        """A number for each cell of ``axis``, alike for those whose finest shown group is the same."""
        numbers = np.zeros(axis.size, dtype=np.int64)
        taken = 1  # by the whole
        for groups in self._done:
            above = _cells_above(Table((axis,)), groups.table)
            if above is not None and groups.table.axes:
                numbers = np.where(groups.shown[above], taken + above, numbers)
                taken += groups.table.cells
        numbered: Places = np.unique(numbers, return_inverse=True)[1]
        return numbered


class _Graph:
    """Rows and columns, with what reaches what over arcs and what is connected by them."""

    def __init__(self, nodes: int) -> None:
        self.reach: Flags = np.eye(nodes, dtype=np.bool_)
        self.touched: Flags = np.eye(nodes, dtype=np.bool_)

    def join(self, row: int, column: int, *, back: bool) -> None:
        """Draw an arc, before the graph is closed."""
        self.reach[row, column] = self.touched[row, column] = self.touched[column, row] = True
        self.reach[column, row] = back

    def close(self) -> None:
        """Follow the arcs over any number of steps."""
        for closed in (self.reach, self.touched):
            for middle in range(len(closed)):
                np.logical_or(closed, np.outer(closed[:, middle], closed[middle]), out=closed)

    def merge(self, row: int, column: int) -> None:
        """Draw arcs both ways in a closed graph."""
        for closed in (self.reach, self.touched):
            arcs = np.outer(closed[:, row] | closed[:, column], closed[row] | closed[column])
            np.logical_or(closed, arcs, out=closed)


def _to_withhold(groups: _Groups, rows: Places, columns: Places, graph: _Graph) -> int | None:
    """The smallest shown cell of the cross that is to be withheld next, if any."""
    is_open = np.zeros(len(graph.reach), dtype=np.bool_)
    is_open[rows[groups.shown]] = is_open[columns[groups.shown]] = True
    apart = graph.touched & ~graph.reach & is_open[:, None] & is_open
    faulty: Flags = np.any(graph.touched[apart.any(axis=1)], axis=0)
    if not faulty.any():
        return None
    shown = groups.shown & ~groups.unsaid
    near = shown & (faulty[rows] | faulty[columns])
    joining = near & ~(graph.reach[rows, columns] & graph.reach[columns, rows])
    for choice in (joining, near, shown):
        if choice.any():
            candidates = np.flatnonzero(choice)
            return int(candidates[np.argmin(groups.counts[candidates])])
    return None


def _totals(released: Sequence[tuple[Table, Places]]) -> list[tuple[Table, Places]]:
    """Tables of one attribute that are not released and may still be known, as sums of a cross of it.

    Another cross of its hierarchy, or a table of a step below it, may give them away.
    """
    alone = {table.attributes for table, _ in released}
    totals: dict[str, tuple[Table, Places]] = {}
    for table, cells in released:
        for side, axis in enumerate(table.axes if len(table.axes) == 2 else ()):
            others = (other for other, _ in released if other is not table)
            if (axis.attribute,) not in alone and any(_may_tell(other, axis) for other in others):
                sums = np.moveaxis(cells.reshape(table.shape), side, 0)
                totals.setdefault(axis.attribute, (Table((axis,)), sums))
    return list(totals.values())


def _may_tell(table: Table, axis: Axis) -> bool:
    """Whether a table besides a cross of ``axis`` bears on the totals of its cells."""
    same = [own for own in table.axes if own.chain[0].attribute == axis.chain[0].attribute]
    return any(len(table.axes) == 2 or axis in own.chain for own in same)


def _fineness(one: tuple[Table, Places]) -> tuple[int, int]:
    axes = one[0].axes
    return len(axes), sum(len(axis.chain) for axis in axes)


def _cells_above(table: Table, coarser: Table) -> Places | None:
    """For each cell of ``table`` the cell of ``coarser`` it lies in; None where that is no coarser table."""
    levels = np.unravel_index(np.arange(table.cells), table.shape) if table.axes else ()
    index = np.zeros(table.cells, dtype=np.int64)
    for step in coarser.axes:
        side = next((side for side, axis in enumerate(table.axes) if step in axis.chain), None)
        if side is None:
            return None
        index = index * step.size + _up(table.axes[side], step)[levels[side]]
    return index


def _up(axis: Axis, step: Axis) -> Places:
    """The cell of ``step``, in the chain of ``axis``, that each cell of ``axis`` lies in."""
    cells = np.arange(axis.size)
    for one in reversed(axis.chain):
        if one == step:
            break
        cells = np.array(one.parents)[cells]
    return cells


def _not_said(table: Table) -> Flags:
    """Marks the cells of those who did not say: the last of one of the table's axes."""
    mark = np.zeros(table.shape, dtype=np.bool_)
    for side in range(len(table.shape)):
        mark[(slice(None),) * side + (-1,)] = True
    return mark.ravel()
