"""The least error that any Gaussian mechanism of the same loss can have: (d) of the accuracy benchmark.

A figure is linearised: its error is a linear query of the responses. The query of group g and figure j gives
a respondent the number u_g(attributes) v_j(answers), so the workload W is a Kronecker product. A mechanism
that adds Gaussian noise to linear queries A and fits by least squares has the total squared error
``|W A^+|^2 max_c |A_c|^2 / (2 rho)`` (C. Li and G. Miklau, Optimal error of query sets under the
differentially-private matrix mechanism, https://arxiv.org/abs/1202.3807). The largest norm of a column is at
least the mean under any distribution p of respondents, and for a mean the best A is known:

    total >= (sum of the roots of the eigenvalues of E_p[w w'])^2 / (2 rho).

Uniform p is the classical bound. The largest over p is no bound but the minimum itself, because there some A
has all its longest columns in the support of p; here it is found with both sides, so that nobody needs to
believe in the convergence of the algorithm (docs/decisions/0020-bound-of-the-benchmark.md).
"""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

STEPS = 1_000
CLOSE_ENOUGH = 2e-3  # of the total squared error, between the bound and a mechanism that exists
_SINGULAR = 1e-12


@dataclass(frozen=True, slots=True)
class Least:
    """The least total squared error times 2 rho of a workload.

    ``classical`` is the bound with uniform p, ``bound`` the largest that was found, ``reached`` what a
    mechanism has that exists: the truth is between the last two.
    """

    classical: float
    bound: float
    reached: float


def least_for_groups(levels: Sequence[int], scale: Floats) -> Least:
    """For queries "in group g" times ``scale[g]``; groups are the whole, then each attribute's levels."""
    people = np.array(list(itertools.product(*map(range, levels))))
    member = np.zeros((len(people), len(scale)))
    member[:, 0] = 1
    np.put_along_axis(member, people + np.cumsum([1, *levels[:-1]]), 1, axis=1)
    rows = (member * scale)[:, scale > 0]

    def measure(p: Floats) -> tuple[float, Floats]:
        total, inverse = _roots((rows.T * p) @ rows)
        return total, _lengths(rows, inverse)

    return _ascend(measure, np.full(len(rows), 1 / len(rows)))


def least_for_answers(figures: Floats, count: float, items: int) -> Least:
    """For the number of responses times ``count`` and, of each of the ``items``, the linear ``figures``.

    ``figures`` is (figures, answers). Items are alike, so respondents who differ in the order of their
    answers are too, and what is left of one is how many of the items got each answer.
    """
    _, values, directions = np.linalg.svd(figures, full_matrices=False)
    kept = values > values.max() * 1e-9
    answers = (values[:, None] * directions)[kept].T  # (answers, rank), as long and as far apart as before
    kinds = np.array(list(_ways(items, len(answers))), dtype=np.float64)
    sums = kinds @ answers
    whole = np.column_stack([np.full(len(kinds), count), sums / math.sqrt(items)])

    def measure(p: Floats) -> tuple[float, Floats]:
        # By symmetry the moments are those of the sum over the items, with the count, and ``items - 1`` times
        # those of how an item differs from the others.
        together = (whole.T * p) @ whole
        one = (answers.T * (p @ kinds)) @ answers
        total, inverse = _roots(together)
        apart, inverse_apart = _roots((one - together[1:, 1:]) / (items - 1))
        own = kinds @ _lengths(answers, inverse_apart) - _lengths(sums, inverse_apart) / items
        return total + (items - 1) * apart, _lengths(whole, inverse) + own

    orders = [math.lgamma(items + 1) - sum(math.lgamma(n + 1) for n in kind) for kind in kinds.tolist()]
    return _ascend(measure, np.exp(np.array(orders) - items * math.log(len(answers))))


def _ways(items: int, answers: int) -> Iterator[tuple[int, ...]]:
    """All (n_1, ..., n_answers) that add up to ``items``."""
    for bars in itertools.combinations(range(items + answers - 1), answers - 1):
        ends = (-1, *bars, items + answers - 1)
        yield tuple(after - before - 1 for before, after in itertools.pairwise(ends))


def _ascend(measure: Callable[[Floats], tuple[float, Floats]], uniform: Floats) -> Least:
    """Move weight to where a respondent's squared length under the best A is above the mean.

    ``measure`` gives the sum of the roots under p, and those lengths, whose mean under p is that sum. With A
    scaled so that the longest is allowed, its error is the sum times the longest.
    """
    classical, _ = measure(uniform)
    p = np.full(len(uniform), 1 / len(uniform))
    bound, reached = 0.0, math.inf
    for _ in range(STEPS):
        total, lengths = measure(p)
        bound, reached = max(bound, total**2), min(reached, total * float(lengths.max()))
        if reached <= bound * (1 + CLOSE_ENOUGH):
            break
        p = p * (lengths / total) ** 1.5
        p /= p.sum()
    return Least(classical**2, bound, reached)


def _roots(moments: Floats) -> tuple[float, Floats]:
    """The sum of the roots of the eigenvalues, and the inverse of the root."""
    values, vectors = np.linalg.eigh(moments)
    roots = np.sqrt(np.maximum(values, values.max() * _SINGULAR))
    return float(np.sqrt(np.maximum(values, 0)).sum()), (vectors / roots) @ vectors.T


def _lengths(rows: Floats, inverse: Floats) -> Floats:
    lengths: Floats = ((rows @ inverse) * rows).sum(axis=1)
    return lengths
