"""Noisy integers to the flat rows of a release; withheld and absent rows are the same bytes."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from privacy.consistency import Projection
from privacy.estimate import Estimates, Figure, estimate
from privacy.figures import figures_of, limit_of
from privacy.gate import precise, shown_groups
from privacy.plan import Design, Table
from privacy.policy_problems import NOT_SAID

Flags = NDArray[np.bool_]

DECIMALS = {"count": 1, "mean": 3, "favourable": 1, "share": 1, "nps": 1}
WITHHELD = {"value": None, "low": None, "high": None, "margin": None, "shown": False}


def rows_of(
    design: Design, limits: Mapping[str, float], noisy: Sequence[int], below_k: Flags, responses: int
) -> list[dict[str, Any]]:
    """One row for every figure of every group: groups in the order of cells, figures in that of the design.

    ``limits`` are the policy's margins, ``below_k`` the marks of the draw, one a cell, and ``responses`` the
    number on the board, beyond which no interval of a count reaches. A row is withheld if its group is, or
    its own margin is over the limit. Ends of intervals and margins are rounded outwards.
    """
    sums = Projection(design)(noisy)
    groups = shown_groups(design, sums, below_k)
    columns = []
    for figure in figures_of(design):
        values = estimate(design, sums, figure)
        shown = groups & precise(design, limit_of(figure, limits), values.judged, values.answered)
        columns.append((figure, values, shown))
    return [
        {
            **_place(design, table, levels),
            **_name(figure),
            **(_numbers(figure, values, cell, responses) if shown[cell] else WITHHELD),
        }
        for cell, (table, levels) in enumerate(groups_of(design))
        for figure, values, shown in columns
    ]


def groups_of(design: Design) -> Iterator[tuple[Table, tuple[int, ...]]]:
    """Every cell in order: its table and the position of its level of each attribute."""
    for table in design.tables:
        for levels in np.ndindex(table.shape):
            yield table, levels


def _place(design: Design, table: Table, levels: tuple[int, ...]) -> dict[str, Any]:
    known = {attribute.id: [level.id for level in attribute.levels] for attribute in design.attributes}
    group = {
        name: [*known[name], NOT_SAID][level] for name, level in zip(table.attributes, levels, strict=True)
    }
    return {"table": list(table.attributes), "group": group}


def _name(figure: Figure) -> dict[str, Any]:
    return {
        "figure": figure.kind,
        "question": figure.question,
        "theme": figure.theme,
        "option": figure.option,
    }


def _numbers(figure: Figure, values: Estimates, cell: int, responses: int) -> dict[str, Any]:
    scale = 10 ** DECIMALS[figure.kind]
    most = responses if figure.kind == "count" else figure.high
    return {
        "value": round(float(values.value[cell]), DECIMALS[figure.kind]),
        "low": math.floor(min(float(values.low[cell]), most) * scale) / scale,
        "high": math.ceil(min(float(values.high[cell]), most) * scale) / scale,
        "margin": math.ceil(float(values.margin[cell]) * scale) / scale,
        "shown": True,
    }
