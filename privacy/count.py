"""Opened answers to exact sums: how many gave each answer in each cell, and what the noise is added to.

One ``numpy.bincount`` a table over the joint code of cell, column and answer; blocks of rows keep the memory
small whatever the number of responses.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from privacy.answers import Field
from privacy.answers_batch import level_cells
from privacy.plan import Design, Table

Integers = NDArray[np.int64]
Bytes = NDArray[np.uint8]

BLOCK = 16_384  # rows at a time, so that the joint codes stay in the processor's cache


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Exact numbers of valid responses; two of one design add up.

    ``tables`` has one array (cells, 1 + answer codes) a table: column 0 counts the responses of the cell, the
    others those with each code, in the order of the questions' embeddings.
    """

    tables: tuple[Integers, ...]

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(tuple(one + two for one, two in zip(self.tables, other.tables, strict=True)))


def count(design: Design, rows: Bytes) -> Counts:
    """Count ``rows``, the fixed part of valid responses as ``answers_batch`` gives it: (n, row size) uint8.

    Raises ValueError for another shape and for a byte that no valid response has.
    """
    if rows.ndim != 2 or rows.shape[1] != design.row_size or rows.dtype != np.uint8:
        raise ValueError(f"rows of {design.row_size} bytes were expected")
    width = 1 + sum(sum(embedding.codes) for embedding in design.embeddings)
    totals = [np.zeros(table.cells * width, dtype=np.int64) for table in design.tables]
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK]
        codes = _codes(design, block)
        stated = _stated(design, block)
        for place, table in enumerate(design.tables):
            joint = codes + _cells(table, stated, len(block))[:, None] * width
            totals[place] += np.bincount(joint.ravel(), minlength=len(totals[place]))
    return Counts(tuple(total.reshape(-1, width) for total in totals))


def vector(design: Design, counts: Counts, spoiled: int) -> list[int]:
    """The ``design.size`` integers that get noise: cells in order with their channels, then the spoiled."""
    parts = []
    for place, table in enumerate(counts.tables):
        columns = [table[:, :1] * design.count_multipliers[place]]
        start = 1
        for embedding, multipliers in zip(design.embeddings, design.question_multipliers, strict=True):
            rows = np.array(embedding.rows, dtype=np.int64) * multipliers[place]
            columns.append(table[:, start : start + len(rows)] @ rows)
            start += len(rows)
        parts.append(np.concatenate(columns, axis=1).ravel())
    values: list[int] = np.concatenate(parts).tolist()
    return [*values, spoiled * design.spoiled_multiplier]


def sizes(counts: Counts) -> Integers:
    """The exact number of responses of every cell of every table, in order."""
    return np.concatenate([table[:, 0] for table in counts.tables])


def _codes(design: Design, block: Bytes) -> Integers:
    """Column 0 is all zeros, the others answer codes shifted so that no two columns share one."""
    columns = [np.zeros((len(block), 1), dtype=np.int64)]
    start = 1
    for field, embedding in zip(design.fields, design.embeddings, strict=True):
        code = _column(block, field, 1 if field.kind == "multiple" else field.limit)
        if field.kind == "multiple":
            mask = block[:, field.offset + 1 : field.offset + field.width]
            code = code + np.unpackbits(mask, axis=1, count=field.limit, bitorder="little")
        columns.append(code + (start + 3 * np.arange(code.shape[1])))
        start += sum(embedding.codes)
    return np.concatenate(columns, axis=1)


def _stated(design: Design, block: Bytes) -> dict[str, Integers]:
    """The cell of each row in every attribute of a table and those above it."""
    stated: dict[str, Integers] = {}
    for step in (step for table in design.tables for axis in table.axes for step in axis.chain):
        if step.attribute not in stated:
            above = None if step.above is None else stated[step.above.attribute]
            stated[step.attribute], holds = level_cells(step.field, block, above)
            if not holds.all():
                raise _impossible(step.field)
    return stated


def _cells(table: Table, stated: Mapping[str, Integers], rows: int) -> Integers:
    cells = np.zeros(rows, dtype=np.int64)
    for axis in table.axes:
        cells = cells * axis.size + stated[axis.attribute]
    return cells


def _column(block: Bytes, field: Field, largest: int) -> Integers:
    column = block[:, field.offset : field.offset + 1]
    if column.max(initial=0) > largest:
        raise _impossible(field)
    return column.astype(np.int64)


def _impossible(field: Field) -> ValueError:
    return ValueError(f"a row holds a value of {field.id!r} that no valid response has")
