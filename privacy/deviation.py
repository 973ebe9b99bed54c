"""How far answers lie apart: the standard deviation of one person's answer, from released rows alone.

That of a scale question follows from its shares in the whole wave. These are noisy, so the variances of
questions with as many answers are drawn towards each other, further the less is known of each (smoothing.py).
Rows do not tell how the items of a theme go together: an average over items gets the mean of their standard
deviations, as if they went together perfectly. So its errors are too wide for most themes.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from privacy.estimate import Figure, FigureKind
from privacy.evaluate import Row
from privacy.figures import limit_of
from privacy.intervals import Z
from privacy.nominal import shares_of
from privacy.policy_problems import SMALLEST_K
from privacy.smoothing import smoothed
from privacy.survey import Question

WHOLE = 100.0
LEAST = 0.01  # of the largest variance that is possible, so that no noise passes for no variance
FEW_MISSING = 0.1  # of those invited: below it the error of who did not answer is mostly rounding


@dataclass(frozen=True, slots=True)
class FigureName:
    """What names a figure in a release: its kind and what it is of; the index has neither."""

    figure: str
    question: str | None = None
    theme: str | None = None
    option: str | None = None

    @classmethod
    def of(cls, row: Row) -> "FigureName":
        """The name of the figure in a row."""
        return cls(row["figure"], row["question"], row["theme"], row["option"])


class Deviations:
    """Standard deviations of answers in the unit of each figure; ``whole`` are the rows of the whole wave."""

    def __init__(self, questions: Sequence[Question], whole: Mapping[FigureName, Row]) -> None:
        self._whole = whole
        self._scales = {question.id: question for question in questions if question.type == "scale"}
        self._found = self._of_scales()

    def of(self, figure: FigureName, responses: float, invited: float) -> float:
        """That of a mean, favourable or eNPS. ``responses`` of ``invited`` people are those of the wave."""
        if figure.figure == "nps":
            return self._of_nps(figure, responses, invited)
        names = [figure.question] if figure.question else self._items(figure.theme)
        if figure.figure == "mean":
            return float(np.mean([self._found[name or ""] for name in names]))
        return float(np.mean([self._of_share(FigureName("favourable", name)) for name in names]))

    def by_mean(self, figure: FigureName, value: float, reach: float) -> float:
        """The deviation of answers whose mean is ``value``, by that of the whole wave."""
        row = self._whole.get(figure)
        if row is None or row["value"] is None:
            return 1.0
        return by_mean(value, row["value"], reach, *self._range(figure))

    def limit(self, figure: FigureName, margins: Mapping[str, float]) -> float:
        """The widest margin with which a figure is shown."""
        low, high = self._range(figure)
        kind: FigureKind = "mean" if figure.figure == "mean" else "nps" if figure.figure == "nps" else "share"
        return limit_of(Figure(kind, low=low, high=high), margins)

    def _range(self, figure: FigureName) -> tuple[float, float]:
        if figure.figure == "mean":
            names = [figure.question] if figure.question else self._items(figure.theme)
            return 1.0, float(len(self._scales[names[0] or ""].options))
        return (-WHOLE, WHOLE) if figure.figure == "nps" else (0.0, WHOLE)

    def _items(self, theme: str | None) -> list[str]:
        return [name for name, question in self._scales.items() if theme in (None, question.theme)]

    def _of_scales(self) -> dict[str, float]:
        found: dict[str, float] = {}
        for options in {len(question.options) for question in self._scales.values()}:
            alike = [question for question in self._scales.values() if len(question.options) == options]
            known = np.array([self._variance(question) for question in alike])
            drawn = smoothed(known[:, 0], known[:, 1], np.isfinite(known[:, 1]))
            for question, (raw, _), one in zip(alike, known, drawn, strict=True):
                found[question.id] = math.sqrt(raw if math.isnan(one) else one)
        return found

    def _variance(self, question: Question) -> tuple[float, float]:
        """The variance of a scale question's answers and its standard error by the noise.

        That of usual answers, with an error without end, where its shares are withheld.
        """
        scores = np.arange(1.0, len(question.options) + 1)
        most = (len(scores) - 1) ** 2 / 4
        rows = [self._whole[FigureName("share", question.id, None, one.id)] for one in question.options]
        if not all(row["shown"] for row in rows):
            usual = shares_of(question)
            return float(usual @ scores**2 - (usual @ scores) ** 2), math.inf
        low, high = (np.array([row[end] for row in rows]) / WHOLE for end in ("low", "high"))
        # A share that is told in words has no value: it is what the others leave.
        value = np.array([math.nan if row["value"] is None else row["value"] / WHOLE for row in rows])
        left = max(0.0, 1 - float(np.nansum(value)))
        unsaid = np.isnan(value)
        shares = np.where(unsaid, left * (low + high) / max((low + high)[unsaid].sum(), LEAST), value)
        shares, errors = shares / shares.sum(), (high - low) / 2 / Z
        squares = (scores - shares @ scores) ** 2
        # What all shares have in common changes nothing, because they add up to one. The noise of the mean,
        # squared, was taken away with the mean.
        taken, noise = (np.square(one - one.mean()) @ np.square(errors) for one in (scores, squares))
        variance = shares @ squares + (taken if math.isfinite(taken) else 0.0)
        return float(np.clip(variance, LEAST * most, most)), math.sqrt(noise)

    def _of_share(self, figure: FigureName) -> float:
        row = self._whole.get(figure)
        if row is None or row["low"] is None:
            return WHOLE / 2
        share = row["value"] if row["value"] is not None else (row["low"] + row["high"]) / 2
        share = min(max(share / WHOLE, LEAST), 1 - LEAST)
        return WHOLE * math.sqrt(share * (1 - share))

    def _of_nps(self, figure: FigureName, responses: float, invited: float) -> float:
        """From the error of who did not answer where that says much; else of answers at both ends alone."""
        row = self._whole.get(figure)
        if row is None or row["value"] is None:
            return WHOLE
        most = math.sqrt(max(WHOLE**2 - row["value"] ** 2, LEAST * WHOLE**2))
        missing = 1 - responses / max(invited, 1)
        if missing < FEW_MISSING:
            return most
        number = max(responses, SMALLEST_K)
        found = float(row["nonresponse"]) / Z * math.sqrt((number - 1) / missing)
        return min(most, max(found, math.sqrt(LEAST) * WHOLE))


def by_mean(value: float, usual: float, reach: float, low: float, high: float) -> float:
    """The deviation of answers whose mean is ``value``, by that of answers whose mean is ``usual``.

    Answers near an end of their range, ``low`` to ``high``, lie less apart; they are taken to do so as those
    of two answers at the ends would (the variance function of R. W. M. Wedderburn, Quasi-likelihood
    functions, Biometrika 61, 1974). The mean is taken as near to the middle as ``reach``, the margin of its
    noise, allows.
    """
    inner = min(max((low + high) / 2, value - reach), value + reach)
    own, others = ((one - low) * (high - one) for one in (inner, usual))
    least = LEAST * (high - low) ** 2 / 4
    return math.sqrt(max(own, least) / max(others, least))
