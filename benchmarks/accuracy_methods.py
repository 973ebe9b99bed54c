"""Ours and the per-query mechanisms, each as noisy histograms: (draws, groups, items, 6), skip last."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from accuracy_data import ANSWERS, ITEMS, LEVELS, Answered, attributes, group_shares, questions, real_groups
from numpy.typing import NDArray

from privacy import mechanism
from privacy.consistency import Consistent, Projection
from privacy.count import count, sizes, vector
from privacy.estimate import estimate
from privacy.figures import figures_of, limit_of
from privacy.gate import passes, precise, shown_groups
from privacy.intervals import Z
from privacy.plan import MARGINS, Design, Table, design_of, make_policy
from privacy.readout import readout_of
from privacy.smoothing import smoothed
from privacy.weights import choose_weights

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

K, COMMENT_K, DELTA = 5, 10, 1e-6
QUERIES = (1 + len(LEVELS)) * ITEMS  # one histogram of answers by group for each item in each table


@dataclass(frozen=True, slots=True, eq=False)
class Released:
    """Many draws of one release.

    ``figures`` (draws, groups, items, 7) are what the estimator says: mean, share favourable, each share;
    ``smoothed`` the same drawn together, not a number where there is none; ``shown`` what the gate lets
    through; ``groups`` (draws, groups) those whose count passes; ``histogram`` what they were read from.
    """

    histogram: Floats
    figures: Floats
    smoothed: Floats
    shown: Flags
    groups: Flags


def design_for(people: int, epsilon: float, *, even: bool = False) -> Design:
    """The plan for that many expected responses, from public numbers alone."""
    asked, known = questions(), attributes()
    tables = [(attribute.id,) for attribute in known]

    def with_weights(weights: object) -> Design:
        policy = make_policy(
            asked, known, tables, epsilon=epsilon, delta=DELTA, k=K, comment_k=COMMENT_K, weights=weights
        )
        return design_of(asked, known, policy)

    design = with_weights(None)
    if even:
        return design
    expected = np.zeros(design.cells)
    expected[real_groups(design)] = people * group_shares()
    return with_weights(choose_weights(design, MARGINS, expected))


def release(design: Design, answered: Answered, draws: int) -> Released:
    """The tally's own steps, ``draws`` times; the noise is the mechanism's discrete Gaussian."""
    counts = count(design, answered.rows)
    exact = vector(design, counts, 0)
    noisy = np.array([mechanism.draw(exact, design.d2, design.micro_rho) for _ in range(draws)])
    sums = Projection(design)(noisy)
    held = passes(design, sums) & (sizes(counts) < design.k)
    groups = np.array([shown_groups(design, _draw(sums, i), held[i]) for i in range(draws)])
    figures = [figure for figure in figures_of(design) if figure.question is not None]
    values, shown, drawn = [], [], []
    for figure in figures:
        found = estimate(design, sums, figure)
        values.append(found.value)
        shown.append(groups & precise(design, limit_of(figure, MARGINS), found.judged, found.answered))
        drawn.append(_smoothed(design.tables, found.value, found.margin / Z, shown[-1]))
    cells = real_groups(design)
    return Released(
        histogram=_histogram(design, sums)[:, cells],
        figures=within_range(_by_item(values)[:, cells]),
        smoothed=_by_item(drawn)[:, cells],
        shown=_by_item(shown)[:, cells],
        groups=groups[:, cells],
    )


def per_query(
    answered: Answered, draws: int, random: np.random.Generator, *, scale: float, law: str
) -> Floats:
    """Histograms of answers by group, one query for each item in each table, with noise of ``scale`` on all.

    ``law`` is "laplace" or "normal"; both are rounded, which at these scales is the discrete law.
    """
    shape = (draws, *answered.histogram.shape)
    noise = random.laplace(0, scale, shape) if law == "laplace" else random.normal(0, scale, shape)
    noisy: Floats = answered.histogram + np.rint(noise)
    return noisy


def laplace_scale(epsilon: float) -> float:
    """A person is in one cell of each query, and each has an even part of epsilon."""
    return QUERIES / epsilon


def gaussian_scale(micro_rho: int) -> float:
    """The same queries, each with an even part of rho."""
    return float(np.sqrt(QUERIES / (2 * micro_rho / mechanism.MICRO)))


def figures_from(histogram: Floats) -> Floats:
    """Mean, share favourable and each share in points, (..., 7), within their ranges.

    Where the noise has nobody answer, the middle of the range.
    """
    answers = histogram[..., :ANSWERS]
    answered = answers.sum(axis=-1)
    shares = 100 * answers / np.where(answered > 0, answered, 1)[..., None]
    mean = shares @ np.arange(1, ANSWERS + 1) / 100
    favourable = shares[..., 3:].sum(axis=-1)
    figures = np.concatenate([mean[..., None], favourable[..., None], shares], axis=-1)
    unknown = np.where(answered > 0, 0.0, np.nan)[..., None]
    return within_range(figures + unknown)


def within_range(figures: Floats) -> Floats:
    """Every figure cut to what is possible; what is not known, or infinite, is put into the middle."""
    low = np.array([1.0, *[0.0] * (ANSWERS + 1)])
    high = np.array([float(ANSWERS), *[100.0] * (ANSWERS + 1)])
    known = np.where(np.isfinite(figures), figures, (low + high) / 2)
    return np.clip(known, low, high)


def _histogram(design: Design, sums: Consistent) -> Floats:
    """The number of each answer, skip last, in every cell, as the estimator reads them."""
    items = []
    for place, embedding in enumerate(design.embeddings):
        readout = readout_of(embedding)
        answers = sums.features[place] @ readout.features.T + sums.counts[..., None] * readout.count
        skipped = sums.counts - answers.sum(axis=-1)
        items.append(np.concatenate([answers, skipped[..., None]], axis=-1))
    return np.stack(items, axis=-2)


def _draw(sums: Consistent, number: int) -> Consistent:
    features = tuple(part[number] for part in sums.features)
    return replace(sums, counts=sums.counts[number], features=features)


def _smoothed(tables: Sequence[Table], values: Floats, errors: Floats, shown: Flags) -> Floats:
    """As in the rows of a release: within each table, over the groups that are shown; the whole as it is."""
    drawn = np.where(shown, values, np.nan)
    end = 0
    for table in tables:
        cells = slice(end, end := end + table.cells)
        if table.axes:
            drawn[:, cells] = smoothed(values[:, cells], errors[:, cells], shown[:, cells])
    return drawn


def _by_item(columns: Sequence[NDArray]) -> NDArray:
    """One array (draws, cells) for each figure, seven an item, to (draws, cells, items, 7)."""
    stacked = np.stack(columns, axis=-1)
    return stacked.reshape(*stacked.shape[:-1], ITEMS, ANSWERS + 2)
