"""What answers are usually like: the public assumption by which errors are forecast before anyone answers.

Margins depend on the answers only a little; the assumption is stated so that anyone can compute the same
forecast.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from privacy.estimate import Figure
from privacy.plan import Design
from privacy.readout import readout_of
from privacy.survey import Question

Floats = NDArray[np.float64]

SKIPPED = 0.05
CHOSEN = 0.3  # of an option of a multiple choice
NEAR_AN_END = 0.1  # steps: no mean is expected nearer
MOST_TILT, HALVINGS = 12.0, 50
_NPS = (0.3, 0.35, 0.35)


def shares_of(question: Question) -> Floats:
    """The share of each answer among those who answered, in the order of ``readout.Readout``.

    A scale's shares rise evenly towards the favourable end: 1 to K in K (K + 1) / 2 parts.
    """
    match question.type:
        case "scale":
            rising = np.arange(1.0, len(question.options) + 1)
            shares: Floats = rising / rising.sum()
            return shares[::-1] if question.reverse else shares
        case "nps":
            return np.array(_NPS)
        case "multiple":
            return np.full(len(question.options), CHOSEN)
        case _:
            return np.full(len(question.options), 1 / len(question.options))


def moved(shares: Floats, steps: float) -> Floats:
    """Shares of a scale's answers whose mean is so many steps higher, as far as there is room.

    Of all such shares those nearest to the usual ones: each answer weighs a constant factor more than the one
    before it.
    """
    positions = np.arange(float(len(shares)))
    wanted = min(max(shares @ positions + steps, NEAR_AN_END), len(shares) - 1 - NEAR_AN_END)
    low, high = -MOST_TILT, MOST_TILT
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        tilted = shares * np.exp(middle * (positions - positions.mean()))
        tilted /= tilted.sum()
        low, high = (middle, high) if tilted @ positions < wanted else (low, middle)
    found: Floats = tilted
    return found


def features_of(design: Design, place: int, steps: float = 0.0) -> Floats:
    """What one response adds on average to the features of a question, (channels,).

    ``steps`` is how much higher than usual a scale of five is answered, in scale points.
    """
    question, embedding = design.questions[place], design.embeddings[place]
    shares = shares_of(question)
    if steps and question.type == "scale":
        upwards = -1 if question.reverse else 1
        shares = moved(shares, upwards * steps * (len(shares) - 1) / 4)
    if embedding.categories:
        rows = np.array(embedding.categories, dtype=np.float64)
        average: Floats = (1 - SKIPPED) * shares @ rows[:-1] + SKIPPED * rows[-1]
        return average
    rows = np.array(embedding.rows, dtype=np.float64).reshape(len(shares), 3, -1)  # skip, not chosen, chosen
    mixed = SKIPPED * rows[:, 0] + (1 - SKIPPED) * (
        (1 - shares)[:, None] * rows[:, 1] + shares[:, None] * rows[:, 2]
    )
    total: Floats = mixed.sum(axis=0)
    return total


@dataclass(frozen=True, slots=True)
class Load:
    """What of the noise is in a figure, to first order, per response of a group.

    The variance of the figure in a group of n responses is ``(sum of features[q] * variance of question q's
    sums + count * variance of the count) / n^2``, with ``features`` as pairs (question's place, factor).
    """

    features: tuple[tuple[int, float], ...]
    count: float


def load_of(design: Design, figure: Figure) -> Load:
    """The load of a figure that is no count, at the usual answers."""
    features, count = [], 0.0
    for item in figure.items:
        readout = readout_of(design.embeddings[item.place])
        weights = np.array(item.weights)
        value = float(weights @ shares_of(design.questions[item.place]))
        apart = weights @ readout.features - value * readout.answered_features
        scale = (1 - SKIPPED) * len(figure.items)
        features.append((item.place, float(apart @ apart) / scale**2))
        count += float(weights @ readout.count - value * readout.answered_count) / scale
    return Load(tuple(features), count**2)
