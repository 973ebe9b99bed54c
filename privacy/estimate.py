"""Consistent sums to figures: counts, means, shares and eNPS, each with its 90 % interval.

Intervals hold the error of the noise alone: they say how far a figure may lie from the same figure computed
without noise from the same responses.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from privacy.consistency import Consistent
from privacy.intervals import Ratio, Z, fieller
from privacy.plan import Design
from privacy.readout import Readout, readout_of

Floats = NDArray[np.float64]
FigureKind = Literal["count", "mean", "favourable", "share", "nps"]


@dataclass(frozen=True, slots=True)
class Item:
    """One question's part in a figure: ``weights`` per answer, over those who answered it."""

    place: int
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """What a row of the release states, for every group: the average over ``items`` of a weighted mean.

    Means are on the scale 1 to K, shares in points from 0 to 100, eNPS in points from -100 to 100, counts in
    responses. ``low`` and ``high`` are the ends of the possible range. A figure over several items carries a
    theme, or neither question nor theme if it is the index over all scale items.
    """

    kind: FigureKind
    items: tuple[Item, ...] = ()
    question: str | None = None
    theme: str | None = None
    option: str | None = None
    low: float = 0.0
    high: float = np.inf


@dataclass(frozen=True, slots=True, eq=False)
class Estimates:
    """One figure for every cell, arrays (..., cells).

    ``margin`` is the larger distance from the value to an end of its interval before that is cut to the
    possible range; it is infinite, and the value not to be used, where the noise leaves everything open.
    ``answered`` is the lower end of the 90 % interval of how many answered, of the item with the fewest.
    ``judged`` is the margin to hold against a limit: wider than ``margin`` where the noise has more people
    answer than there are, so that a figure is not shown because luck makes it look precise.
    """

    value: Floats
    low: Floats
    high: Floats
    margin: Floats
    answered: Floats
    judged: Floats


def estimate(design: Design, sums: Consistent, figure: Figure) -> Estimates:
    """The values of one figure in every cell."""
    if figure.kind == "count":
        half = np.broadcast_to(Z * sums.count_errors, sums.counts.shape)
        low, high = sums.counts - half, sums.counts + half
        return Estimates(sums.counts, np.maximum(low, 0), np.maximum(high, 0), half, low, half)
    parts = parts_of(design, sums, figure)
    answered = np.min([part.answered - Z * part.error(0, 0, 1) for part in parts], axis=0)
    usable = np.all([part.answered > 0 for part in parts], axis=0)
    value = np.mean([part.total / np.where(usable, part.answered, 1) for part in parts], axis=0)
    low, high = fieller(_average(parts, value, usable))
    low, high = np.where(usable, low, -np.inf), np.where(usable, high, np.inf)
    margin = np.maximum(value - low, high - value)
    number = np.mean([part.answered for part in parts], axis=0)
    excess = np.where(usable & (sums.counts > 0), number / np.where(sums.counts > 0, sums.counts, 1), 1)
    return Estimates(
        value,
        np.clip(low, figure.low, figure.high),
        np.clip(high, figure.low, figure.high),
        margin,
        answered,
        margin * np.maximum(excess, 1),
    )


class Part:
    """The sums of one item, arrays (..., cells), and what of the noise is in them.

    ``squares`` adds up the squared weights of the answers given, ``total`` the weights and ``answered`` ones.
    Their noise comes from the features and from the shared count: ``from_features`` (3, 3) are their inner
    products among the features, in units of ``variance`` (cells,); ``from_count`` (3,) is how often each has
    the count in it, whose own variance is ``count_variance`` (cells,).
    """

    def __init__(self, item: Item, readout: Readout, sums: Consistent) -> None:
        weights = np.array([np.square(item.weights), item.weights])
        forms = np.concatenate([weights @ readout.features, [readout.answered_features]])
        self.from_features = forms @ forms.T
        self.from_count = np.append(weights @ readout.count, readout.answered_count)
        self.variance = sums.variances[item.place]
        self.count_variance = np.square(sums.count_errors)
        values = sums.features[item.place] @ forms.T + sums.counts[..., None] * self.from_count
        self.squares, self.total, self.answered = np.moveaxis(values, -1, 0)

    def error(self, *weights: Floats | float) -> Floats:
        """The standard error of the sum of the three, each times its weight."""
        own = sum(
            one * other * self.from_features[row, column]
            for row, one in enumerate(weights)
            for column, other in enumerate(weights)
        )
        shared = sum(weight * part for weight, part in zip(weights, self.from_count, strict=True))
        error: Floats = np.sqrt(np.maximum(own * self.variance + shared**2 * self.count_variance, 0))
        return error


def parts_of(design: Design, sums: Consistent, figure: Figure) -> list[Part]:
    """The sums of every item of a figure."""
    return [Part(item, readout_of(design.embeddings[item.place]), sums) for item in figure.items]


def _average(parts: list[Part], value: Floats, usable: NDArray[np.bool_]) -> Ratio:
    """The average of ratios as one ratio whose first-order error is that of the average.

    With weights 1/answered the average is the ratio of two weighted sums. The weights are themselves noisy,
    which matters by how far an item's ratio lies from the average: taking that distance times the number who
    answered out of each total leaves the value unchanged and puts the error of the weight where it belongs.
    """
    numerator = np.zeros_like(value)
    denominator = np.zeros_like(value)
    own = [np.zeros_like(value) for _ in range(3)]
    shared = [np.zeros_like(value) for _ in range(2)]
    for part in parts:
        answered = np.where(usable, part.answered, 1.0)
        weight = 1 / answered
        apart = part.total / answered - value
        numerator += weight * (part.total - apart * part.answered)
        denominator += weight * part.answered
        totals, both, wholes = part.from_features[1, 1], part.from_features[1, 2], part.from_features[2, 2]
        scaled = weight**2 * part.variance
        own[0] += scaled * (totals - 2 * apart * both + apart**2 * wholes)
        own[1] += scaled * (both - apart * wholes)
        own[2] += scaled * wholes
        shared[0] += weight * (part.from_count[1] - apart * part.from_count[2])
        shared[1] += weight * part.from_count[2]
    count_variance = parts[0].count_variance
    return Ratio(
        numerator,
        denominator,
        own[0] + shared[0] ** 2 * count_variance,
        own[1] + shared[0] * shared[1] * count_variance,
        own[2] + shared[1] ** 2 * count_variance,
    )
