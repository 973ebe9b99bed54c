"""Noisy integers to the flat rows of a release; withheld and absent rows are the same bytes."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from privacy.consistency import Projection
from privacy.estimate import Estimates, Figure, estimate
from privacy.figures import figures_of, limit_of
from privacy.gate import all_alike, precise, shown_groups
from privacy.intervals import Z
from privacy.nonresponse import nonresponse, population
from privacy.plan import Design, Table
from privacy.policy_problems import NOT_SAID
from privacy.smoothing import smoothed

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

DECIMALS = {"count": 1, "mean": 3, "favourable": 1, "share": 1, "nps": 1}
NUMBERS = ("value", "low", "high", "margin", "nonresponse", "combined", "smoothed")
WITHHELD = {**dict.fromkeys(NUMBERS), "words": None, "shown": False}
ALMOST_NONE = "almost none"
ALMOST_ALL = "almost all"


@dataclass(frozen=True, slots=True, eq=False)
class _Column:
    """One figure in every cell, arrays (cells,). ``low`` and ``high`` are the ends as they are printed."""

    figure: Figure
    values: Estimates
    low: Floats
    high: Floats
    nonresponse: Floats
    nobody: Flags
    everybody: Flags
    shown: Flags


def rows_of(
    design: Design,
    limits: Mapping[str, float],
    noisy: Sequence[int],
    below_k: Flags,
    *,
    responses: int,
    invited: int,
) -> list[dict[str, Any]]:
    """One row for every figure of every group: groups in the order of cells, figures in that of the design.

    ``limits`` are the policy's margins, ``below_k`` the marks of the draw, one a cell, ``responses`` the
    number on the board, beyond which no interval of a count reaches, and ``invited`` that on the roster. A
    row is withheld if its group is, its own margin is over the limit, or its interval excludes nothing. Ends
    of intervals and margins are rounded outwards.
    """
    sums = Projection(design)(noisy)
    groups = shown_groups(design, sums, below_k)
    people = population(design, sums.counts, responses, invited)
    columns = []
    for figure in figures_of(design):
        values = estimate(design, sums, figure)
        shown = groups & precise(design, limit_of(figure, limits), values.judged, values.answered)
        columns.append(_column(figure, values, nonresponse(design, sums, figure, people), shown, responses))
    drawn = _smoothed(design, columns)
    named = [(_name(column.figure), column, drawn[number]) for number, column in enumerate(columns)]
    return [
        {**place, **name, **(_numbers(column, cell, towards[cell]) if column.shown[cell] else WITHHELD)}
        for cell, place in enumerate(_places(design))
        for name, column, towards in named
    ]


def groups_of(design: Design) -> Iterator[tuple[Table, tuple[int, ...]]]:
    """Every cell in order: its table and the position of its level of each attribute."""
    for table in design.tables:
        for levels in np.ndindex(table.shape):
            yield table, levels


def _places(design: Design) -> Iterator[dict[str, Any]]:
    known = {one.id: [*(level.id for level in one.levels), NOT_SAID] for one in design.attributes}
    for table, levels in groups_of(design):
        names = table.attributes
        group = {name: known[name][level] for name, level in zip(names, levels, strict=True)}
        yield {"table": list(names), "group": group}


def _name(figure: Figure) -> dict[str, Any]:
    return {
        "figure": figure.kind,
        "question": figure.question,
        "theme": figure.theme,
        "option": figure.option,
    }


def _column(figure: Figure, values: Estimates, missing: Floats, shown: Flags, responses: int) -> _Column:
    scale = 10 ** DECIMALS[figure.kind]
    most = responses if figure.kind == "count" else figure.high
    low = np.floor(np.minimum(values.low, most) * scale) / scale
    high = np.ceil(np.minimum(values.high, most) * scale) / scale
    if figure.kind in ("share", "favourable"):
        nobody, everybody = all_alike(low, high)
    else:
        nobody = everybody = np.zeros_like(shown)
    shown = shown & ~(nobody & everybody)
    return _Column(figure, values, low, high, missing, nobody, everybody, shown)


def _smoothed(design: Design, columns: Sequence[_Column]) -> Floats:
    """The smoothed value of each column in each cell, (columns, cells), not a number where there is none."""
    values = np.array([column.values.value for column in columns])
    errors = np.array([column.values.margin for column in columns]) / Z
    shown = np.array([column.shown & (column.figure.kind != "count") for column in columns])
    drawn = np.full_like(values, np.nan)
    end = 0
    for table in design.tables:
        cells = slice(end, end := end + table.cells)
        if table.axes:
            drawn[:, cells] = smoothed(values[:, cells], errors[:, cells], shown[:, cells])
    return drawn


def _numbers(column: _Column, cell: int, drawn: float) -> dict[str, Any]:
    """What the row of a shown cell states beside its place and name."""
    figure, values = column.figure, column.values
    told = {**WITHHELD, "low": float(column.low[cell]), "high": float(column.high[cell]), "shown": True}
    if column.nobody[cell] or column.everybody[cell]:
        return {**told, "words": ALMOST_NONE if column.nobody[cell] else ALMOST_ALL}
    decimals = DECIMALS[figure.kind]
    margin, missing = float(values.margin[cell]), float(column.nonresponse[cell])
    told["value"] = round(float(values.value[cell]), decimals)
    told["margin"] = upwards(margin, decimals)
    if not math.isnan(missing):
        told["nonresponse"] = upwards(missing, decimals)
        told["combined"] = upwards(math.hypot(margin, missing), decimals)
    if not math.isnan(drawn):
        told["smoothed"] = round(min(max(float(drawn), figure.low), figure.high), decimals)
    return told


def upwards(number: float, decimals: int) -> float:
    """``number`` rounded up to so many decimals."""
    scale = 10.0**decimals
    return math.ceil(number * scale) / scale
