"""What a release will be able to say, told before anyone is asked.

The real estimator and the real gate are run on the sums to be expected, without noise: what they give is the
margin of each figure and whether it will usually be shown.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from privacy.consistency import Consistent, Projection
from privacy.estimate import Estimates, Figure, FigureKind, estimate
from privacy.figures import figures_of, limit_of
from privacy.gate import passes, precise, shown_groups
from privacy.nominal import features_of, shares_of
from privacy.plan import Design

Floats = NDArray[np.float64]

GRID = 160  # sizes tried for the smallest group, each about 6 % above the one before
LARGEST_GROUP = 50_000


@dataclass(frozen=True, slots=True)
class Expected:
    """What to expect of one figure in the groups of one table.

    ``margin`` is the 90 % margin in the group of median expected size, None where the noise leaves
    everything open. ``shown`` of ``groups`` groups are likely to be shown, those who do not say left out.
    ``smallest`` is the number of responses from which a group is shown, None beyond 50,000.
    """

    table: tuple[str, ...]
    figure: FigureKind
    question: str | None
    theme: str | None
    margin: float | None
    limit: float
    groups: int
    shown: int
    smallest: int | None


def forecast(design: Design, limits: Mapping[str, float], expected: Floats) -> tuple[Expected, ...]:
    """One value for each table and main figure, tables first.

    ``expected`` is the number of responses to expect in each cell, in order. The main figure of a question is
    its mean, eNPS or widest share; a favourable share goes beside each mean.
    """
    project = Projection(design)
    exact = project(np.zeros(design.size, dtype=np.int64))
    sums = expected_sums(design, exact, expected)
    groups = shown_groups(design, sums, np.zeros(design.cells, dtype=np.bool_))
    named = _named(design)
    typical = [_typical(cells, sums) for cells in named]
    grid = np.unique(np.geomspace(design.k, LARGEST_GROUP, GRID).astype(int)).astype(np.float64)
    ladder = _ladder(design, exact, typical, grid)
    passing = passes(design, ladder)
    tried: dict[Hashable, list[Expected]] = {}
    for figure in _main_figures(design):
        key = alike(design, figure)
        limit = limit_of(figure, limits)
        if key not in tried:
            values = estimate(design, sums, figure)
            shown = groups & precise(design, limit, values.judged, values.answered)
            steps = estimate(design, ladder, figure)
            enough = passing & precise(design, limit, steps.judged, steps.answered)
            tried[key] = [
                Expected(
                    table=table.attributes,
                    figure=figure.kind,
                    question=None,
                    theme=None,
                    margin=_median_margin(values, cells, expected),
                    limit=limit,
                    groups=len(cells),
                    shown=int(shown[cells].sum()),
                    smallest=_first(grid, enough[:, place]),
                )
                for place, (table, cells) in enumerate(zip(design.tables, named, strict=True))
            ]
        tried[figure] = [replace(value, question=figure.question, theme=figure.theme) for value in tried[key]]
    return tuple(
        tried[figure][place] for place in range(len(design.tables)) for figure in _main_figures(design)
    )


def expected_sums(
    design: Design, exact: Consistent, expected: Floats, steps: float = 0.0, moved: Floats | float = 0.0
) -> Consistent:
    """The sums where ``expected`` people answer in each cell as is usual, with the errors of ``exact``.

    The share ``moved`` (cells,) of them answer scales ``steps`` higher than usual (nominal.py).
    """
    features = []
    for place in range(len(design.questions)):
        usual = features_of(design, place)
        change = features_of(design, place, steps) - usual if steps else 0 * usual
        features.append(expected[..., None] * (usual + np.multiply.outer(moved, change)))
    return Consistent(expected, exact.covariance, tuple(features), exact.variances)


def _ladder(design: Design, exact: Consistent, typical: list[int], grid: Floats) -> Consistent:
    """Groups of all sizes of the grid, (grid, tables), with the errors of a typical group of each table."""
    counts = np.repeat(grid[:, None], len(typical), axis=1)
    sums = expected_sums(design, exact, counts)
    covariance = exact.covariance[np.ix_(typical, typical)]
    return Consistent(counts, covariance, sums.features, tuple(one[typical] for one in exact.variances))


def _named(design: Design) -> list[NDArray[np.int64]]:
    """The cells of each table but those of who did not say."""
    cells, start = [], 0
    for table in design.tables:
        places = np.arange(start, start + table.cells).reshape(table.shape)
        cells.append(places[tuple(slice(0, -1) for _ in table.shape)].ravel())
        start += table.cells
    return cells


def _typical(cells: NDArray[np.int64], sums: Consistent) -> int:
    """The cell whose count is known with the median error."""
    order = np.argsort(sums.count_errors[cells], kind="stable")
    return int(cells[order[len(order) // 2]])


def _median_margin(values: Estimates, cells: NDArray[np.int64], expected: Floats) -> float | None:
    order = np.argsort(expected[cells], kind="stable")
    margin = float(values.margin[cells[order[len(order) // 2]]])
    return margin if np.isfinite(margin) else None


def _first(grid: Floats, enough: NDArray[np.bool_]) -> int | None:
    """The smallest size from which on all are enough."""
    fails = np.flatnonzero(~enough)
    start = 0 if len(fails) == 0 else int(fails[-1]) + 1
    return int(grid[start]) if start < len(grid) else None


def _main_figures(design: Design) -> list[Figure]:
    """Every figure but counts and a scale's shares; of other questions the share with the widest margin."""
    chosen: list[Figure] = []
    types = {question.id: question for question in design.questions}
    for figure in figures_of(design):
        if figure.kind == "share":
            question = types[figure.question or ""]
            widest = int(np.argmin(np.abs(shares_of(question) - 0.5)))
            if question.type == "scale" or figure.option != question.options[widest].id:
                continue
        if figure.kind != "count":
            chosen.append(figure)
    return chosen


def alike(design: Design, figure: Figure) -> Hashable:
    """What the forecast of a figure depends on."""
    items = tuple(
        (
            design.embeddings[item.place],
            design.question_multipliers[item.place],
            item.weights,
            tuple(shares_of(design.questions[item.place]).tolist()),
        )
        for item in figure.items
    )
    return figure.kind, figure.low, figure.high, items
