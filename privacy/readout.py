"""From the sums of a question's features back to the number of people who gave each answer.

Features of one column are fitted by least squares over all differences between the categories, given the
number of responses, so that every channel adds what it knows. The number of responses comes from the count
channel alone, so that every question of a group is read against the same count.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from privacy.consistency import sum_to_zero
from privacy.embedding import Embedding

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Readout:
    """Numbers of answers as ``features @ sums + count * responses``.

    ``features`` is (answers, channels), ``count`` (answers,). Answers are the options in order, or detractor,
    passive and promoter; ``answered`` has the weights of the same form for all who answered.
    """

    features: Floats
    count: Floats
    answered_features: Floats
    answered_count: float


@lru_cache(maxsize=256)  # asked for once for every figure
def readout_of(embedding: Embedding) -> Readout:
    """How the sums of this embedding are read."""
    if embedding.categories:
        return _one_column(np.array(embedding.categories, dtype=np.float64).T)
    return _several_columns(np.array(embedding.rows, dtype=np.float64))


def _one_column(categories: Floats) -> Readout:
    """``categories`` is (channels, answers and skip)."""
    size = categories.shape[1]
    differences = sum_to_zero(size)
    features = differences @ np.linalg.pinv(categories @ differences)
    count = (1 - features @ categories.sum(axis=1)) / size
    return Readout(features[:-1], count[:-1], features[:-1].sum(axis=0), float(count[:-1].sum()))


def _several_columns(rows: Floats) -> Readout:
    """An option's channel holds chosen less not chosen, the last one who skipped; ``rows`` has the units."""
    skip, chosen = rows[0, -1], rows[2, 0]
    options = rows.shape[1] - 1
    answered = np.zeros(options + 1)
    answered[-1] = -1 / skip
    features = np.eye(options, options + 1) / (2 * chosen) + answered / 2
    return Readout(features, np.full(options, 1 / 2), answered, 1.0)
