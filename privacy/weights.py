"""The weights that make the figures that will be shown as precise as they can be.

A figure of a group of n responses has the variance ``sigma^2 (A V / (share of its questions) + B V / (share
of the count)) / n^2``: A and B are the figure's load (nominal.py), V the group's variance under the weights
of the tables (spread.py). The shares of the questions have a closed form. Those of the tables are an
A-optimal design, found by the multiplicative algorithm (Y. Yu, Annals of Statistics 38, 2010,
https://arxiv.org/abs/0905.2646). That of the count is searched on a grid, because it decides which groups
pass at all. A figure that will not be shown counts as one whose margin is just at its limit, so nothing is
gained by making it more precise unless it gets through.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from privacy.contract import Weights
from privacy.estimate import Figure
from privacy.figures import figures_of, limit_of
from privacy.intervals import Z
from privacy.mechanism import MICRO
from privacy.nominal import load_of
from privacy.plan import Design, Table
from privacy.spread import Spread, spread_of

Floats = NDArray[np.float64]

TABLE_SCALE = 500  # the largest multiplier of a table
QUESTION_SCALE = 10_000  # what a question's multiplier times the root of its norm is on average
# Of the whole squared length. The first is taken where nothing passes, whatever the share.
COUNT_SHARES = (0.2, *(0.01 * 1.35**step for step in range(15)))
ROUNDS = 5
STEPS = 30
SHARE_IMPORTANCE = 0.5  # of an answer's share beside a mean
_LOGISTIC = 1.702  # makes the logistic law differ from the normal by less than 0.01
_DOUBT = 0.15  # standard error of an expected number of responses, as a share of it


@dataclass(frozen=True, slots=True)
class Wish:
    """How much the author cares: factors by question or theme id, and by table."""

    figures: Mapping[str, float]
    tables: Mapping[tuple[str, ...], float]


@dataclass(frozen=True, slots=True, eq=False)
class _Demands:
    """Kinds of figures, arrays (kinds,): loads per unit share, squared limits, and how many there are."""

    features: Floats
    count: Floats
    limits: Floats
    importance: Floats


def choose_weights(
    design: Design, limits: Mapping[str, float], expected: Floats, wish: Wish | None = None
) -> Weights:
    """The best weights for a design, whose own are not looked at.

    ``expected`` is the number of responses to expect in each cell; cells of those who did not say may be left
    at 0. ``limits`` are the policy's margins.
    """
    if not design.questions:
        return Weights((1,) * len(design.tables), (1,) * len(design.tables), ())
    wish = wish or Wish({}, {})
    spread = spread_of(design.tables)
    shares = _question_shares(design, limits, wish)
    demands = _demands(design, limits, shares, wish)
    cells = np.concatenate([_importance_of_groups(table, wish) for table in design.tables])
    search = _Search(design, spread, demands, expected, cells)
    even = np.full(len(design.tables), 1 / len(design.tables))
    every = np.where(expected > 0, cells / np.maximum(expected, 1.0) ** 2, 0.0)
    tables, count = min(
        (search.best(start) for start in (even, _optimal(spread, even, every))), key=search.loss_of
    )
    return _integers(design, tables, shares, count)


def _importance_of_groups(table: Table, wish: Wish) -> Floats:
    """A table of many groups counts for more than one of few, but a group of it for less."""
    return np.full(table.cells, wish.tables.get(table.attributes, 1.0) / math.sqrt(table.cells))


class _Search:
    """The loss of a choice of weights, and steps to a smaller one."""

    def __init__(
        self, design: Design, spread: Spread, demands: _Demands, expected: Floats, cells: Floats
    ) -> None:
        self._k, self._z = design.k, design.z
        self._noise = MICRO / (2 * design.micro_rho)  # variance for a squared length of 1
        self._spread = spread
        self._demands = demands
        self._number = np.maximum(expected, 1e-9)
        self._cells = np.where(expected > 0, cells, 0.0)

    def best(self, tables: Floats) -> tuple[Floats, float]:
        """Alternate between the share of the count and the weights of the tables."""
        found: list[tuple[Floats, float]] = []
        for _ in range(ROUNDS):
            variances = self._spread.variances(tables)
            count = min(COUNT_SHARES, key=lambda share: self._loss(variances, share))
            found.append((tables, count))
            tables = _optimal(self._spread, tables, self._importance(variances, count))
        return min(found, key=self.loss_of)

    def loss_of(self, choice: tuple[Floats, float]) -> float:
        """The loss of weights of the tables and the share of the count."""
        tables, count = choice
        return self._loss(self._spread.variances(tables), count)

    def _loss(self, variances: Floats, count: float) -> float:
        passing = self._passing(variances, count)
        losses = _loss_of(self._squares(variances, count))
        return float(self._demands.importance @ (1 - passing * (1 - losses)) @ self._cells)

    def _importance(self, variances: Floats, count: float) -> Floats:
        """What a smaller variance of each cell is worth."""
        squares = self._squares(variances, count)
        useful = squares * (1 + squares**2) ** -1.5 / variances
        worth: Floats = self._demands.importance @ useful * self._passing(variances, count) * self._cells
        return worth

    def _passing(self, variances: Floats, count: float) -> Floats:
        """The chance that each cell passes the count gate."""
        error = np.sqrt(self._noise * variances / count)
        above = self._number - self._k - self._z * error
        above /= np.hypot(error, _DOUBT * self._number)
        chances: Floats = 1 / (1 + np.exp(-_LOGISTIC * np.clip(above, -20, 20)))
        return chances

    def _squares(self, variances: Floats, count: float) -> Floats:
        """Squared margins over squared limits, (kinds, cells)."""
        demands = self._demands
        loads = demands.features / (1 - count) + demands.count / count
        squares: Floats = Z**2 * self._noise * np.outer(loads / demands.limits, variances / self._number**2)
        return squares


def _loss_of(squares: Floats) -> Floats:
    """Next to the smaller of the squared margin over the squared limit and 1, which is what is withheld."""
    loss: Floats = squares / np.sqrt(1 + squares**2)
    return loss


def _question_shares(design: Design, limits: Mapping[str, float], wish: Wish) -> Floats:
    """Shares that add up to 1 and minimise the sum of squared errors over squared limits."""
    wanted = np.zeros(len(design.questions))
    for figure, importance in _figures(design, wish):
        for place, factor in load_of(design, figure).features:
            wanted[place] += importance * factor / limit_of(figure, limits) ** 2
    roots = np.sqrt(wanted * [embedding.norm for embedding in design.embeddings])
    shares: Floats = roots / roots.sum()
    return shares


def _demands(design: Design, limits: Mapping[str, float], shares: Floats, wish: Wish) -> _Demands:
    kinds: dict[tuple[float, float, float], float] = {}
    for figure, importance in _figures(design, wish):
        load = load_of(design, figure)
        features = sum(
            factor * design.embeddings[place].norm / shares[place] for place, factor in load.features
        )
        key = (float(f"{features:.6g}"), float(f"{load.count:.6g}"), limit_of(figure, limits) ** 2)
        kinds[key] = kinds.get(key, 0.0) + importance
    features, count, squared = np.array(list(kinds)).T
    return _Demands(features, count, squared, np.array(list(kinds.values())))


def _figures(design: Design, wish: Wish) -> list[tuple[Figure, float]]:
    """Every figure but the count with its importance: each kind, of items, themes and the index, alike."""
    figures = [figure for figure in figures_of(design) if figure.kind != "count"]
    classes = [(figure.kind, figure.question is None, figure.theme is None) for figure in figures]
    return [
        (
            figure,
            (SHARE_IMPORTANCE if figure.kind == "share" else 1.0)
            * wish.figures.get(figure.question or figure.theme or "", 1.0)
            / classes.count(kind),
        )
        for figure, kind in zip(figures, classes, strict=True)
    ]


def _optimal(spread: Spread, tables: Floats, importance: Floats) -> Floats:
    """Weights of the tables, adding up to 1, that minimise the sum of importance times variance."""
    if not importance.any():
        return tables
    for _ in range(STEPS):
        tables = tables * np.sqrt(spread.gains(tables, importance))
        tables = np.maximum(tables / tables.sum(), 1e-6)
    optimal: Floats = tables / tables.sum()
    return optimal


def _integers(design: Design, tables: Floats, shares: Floats, count: float) -> Weights:
    norms = np.array([embedding.norm for embedding in design.embeddings])
    questions = QUESTION_SCALE * np.sqrt(shares * len(shares) / norms)
    multipliers = np.maximum(1, np.rint(TABLE_SCALE * np.sqrt(tables / tables.max())))
    whole = [max(1, round(float(question))) for question in questions]
    squared = float(np.square(whole) @ norms) * count / (1 - count)
    return Weights(
        counts=tuple(max(1, round(math.sqrt(squared))) * int(multiplier) for multiplier in multipliers),
        tables=tuple(int(multiplier) for multiplier in multipliers),
        questions=tuple(whole),
    )
