"""How far released figures are from the same figures without noise, and from the least that is possible."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from accuracy_bound import Least, least_for_answers, least_for_groups
from accuracy_data import ANSWERS, ITEMS, LEVELS, group_shares, real_groups
from numpy.typing import NDArray

from privacy.consistency import Projection
from privacy.mechanism import MICRO
from privacy.plan import MARGINS, Design
from privacy.readout import readout_of

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

KINDS = {"mean": slice(0, 1), "favourable": slice(1, 2), "share": slice(2, ANSWERS + 2)}
USUAL = (0.05, 0.13, 0.27, 0.31, 0.24)  # the share of each answer, over all items and people
SKIPPED = 0.05
SHARES = 0.5  # what the squared errors of an item's five shares count together beside its mean
COUNT = 100 / MARGINS["share"]  # a count counts as a share does, in parts of its group
COUNT_WEIGHTS = (0.01, 2.0, 4.0, COUNT, 12.0, 24.0, 48.0)


def first_order(noisy: Floats, exact: Floats) -> Floats:
    """The errors (..., groups, items, 7) of the noise to first order: nothing is cut or divided by it.

    Histograms are (..., groups, items, 6), skip last; means are in points of the scale, shares in percent.
    """
    answered = np.maximum(exact[..., :ANSWERS].sum(axis=-1, keepdims=True), 1)
    shares = exact[..., :ANSWERS] / answered
    off = (noisy - exact)[..., :ANSWERS] / answered
    apart = off - shares * off.sum(axis=-1, keepdims=True)
    mean = apart @ np.arange(1, ANSWERS + 1)
    favourable = 100 * apart[..., 3:].sum(axis=-1)
    return np.concatenate([mean[..., None], favourable[..., None], 100 * apart], axis=-1)


@dataclass(frozen=True, slots=True)
class Distance:
    """A plan's error over the least possible, as ratios of root mean squares.

    ``best`` is over the largest lower bound, ``classical`` over that with uniform p; both have the counts in
    the workload. ``tables`` and ``answers`` are the factors of ``best`` that are lost by the weights of the
    tables, and by the embeddings with the share of the count. ``given_counts`` compares the figures alone
    with the least that is possible where counts are as precise as the plan's. ``slack`` is how much of
    ``best`` may be the bound's own.
    """

    best: float
    classical: float
    tables: float
    answers: float
    given_counts: float
    slack: float


def distance(
    design: Design, people: int, groups: Flags, weights: Sequence[float] = COUNT_WEIGHTS
) -> Distance:
    """How far the plan is from the least possible error of the figures of ``groups`` (groups,).

    Every one of ``weights`` of the count gives a bound for the figures alone; the largest is taken.
    """
    cells = real_groups(design)
    scale = np.where(groups, 1 / (people * group_shares()), 0.0)
    exact = Projection(design)(np.zeros(design.size, dtype=np.int64))
    figures = linear_figures()
    count = np.square(exact.count_errors)[cells]
    counts = COUNT**2 * float(count @ scale**2)
    total = 0.0
    for embedding, variance in zip(design.embeddings, exact.variances, strict=True):
        readout = readout_of(embedding)
        of_features = np.square(figures[:, :ANSWERS] @ readout.features).sum()
        of_count = np.square(figures[:, :ANSWERS] @ readout.count).sum()
        total += float((of_features * variance[cells] + of_count * count) @ scale**2)
    loss = 2 * design.micro_rho / MICRO
    tables = least_for_groups(LEVELS, scale)
    answers = _answers(COUNT)
    best = loss * (total + counts) / (tables.bound * answers.bound)
    squared = sum(multiplier**2 for multiplier in design.count_multipliers)
    in_tables = squared / design.sigma**2 * counts / COUNT**2 / tables.bound
    given = max(
        tables.bound * _answers(weight).bound - (weight / COUNT) ** 2 * loss * counts for weight in weights
    )
    return Distance(
        best=math.sqrt(best),
        classical=math.sqrt(loss * (total + counts) / (tables.classical * answers.classical)),
        tables=math.sqrt(in_tables),
        answers=math.sqrt(best / in_tables),
        given_counts=math.sqrt(loss * total / given),
        slack=math.sqrt(tables.reached * answers.reached / (tables.bound * answers.bound)) - 1,
    )


def linear_figures() -> Floats:
    """Each figure of an item as a function of the answer, (7, 6), skip last, so that its sum is the error.

    In units of the margin limits, which is how the planner weighs one kind of figure against another.
    """
    shares = np.array(USUAL) / sum(USUAL)
    scores = np.arange(1, ANSWERS + 1) / MARGINS["scale"]
    favourable = 100 * (np.arange(ANSWERS) >= 3) / MARGINS["share"]
    single = 100 * np.eye(ANSWERS) / MARGINS["share"] * math.sqrt(SHARES / ANSWERS)
    rows = np.array([scores, favourable, *single])
    return np.column_stack([rows - (rows @ shares)[:, None], np.zeros(len(rows))]) / (1 - SKIPPED)


@lru_cache
def _answers(weight: float) -> Least:
    return least_for_answers(linear_figures(), weight, ITEMS)
