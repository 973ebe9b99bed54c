"""The error of who did not answer: how far a figure of those who answered may lie from that of all invited.

It holds if those who answered are a simple random sample of those invited in the group (W. G. Cochran,
Sampling Techniques, 3rd edition 1977, sections 2.6 to 2.9). Whether they are, no release can tell.
All of it is computed from noisy sums and public numbers.
"""

import numpy as np
from numpy.typing import NDArray

from privacy.consistency import Consistent
from privacy.estimate import Figure, Part, parts_of
from privacy.intervals import Z
from privacy.plan import Design, Table
from privacy.policy_problems import SMALLEST_K

Floats = NDArray[np.float64]


def population(design: Design, counts: Floats, responses: int, invited: int) -> Floats:
    """How many were invited in each group, as arrays like ``counts`` (..., cells).

    Public for the whole and for the levels of a roster attribute. For any other group, such as those who did
    not say or a cross, it is the noisy count over the share of all ``invited`` who gave the ``responses``.
    """
    rate = max(responses, 1) / max(responses, invited, 1)
    known = np.concatenate([_public(design, table, invited) for table in design.tables])
    people: Floats = np.where(np.isnan(known), counts / rate, known)
    return people


def nonresponse(design: Design, sums: Consistent, figure: Figure, people: Floats) -> Floats:
    """The 90 % margin of a figure in every cell, (..., cells), of which ``people`` were invited.

    Not a number for a count, which is of those who answered and speaks for nobody else. Means nothing where
    so few answered that the figure is not shown. Errors of several items add up as if who differs from the
    average in one did so in all: nothing released tells how items go together, and less would not always
    hold.
    """
    if figure.kind == "count":
        return np.full_like(sums.counts, np.nan)
    errors = [_error(part, figure, sums, people) for part in parts_of(design, sums, figure)]
    margin: Floats = Z * np.mean(errors, axis=0)
    return margin


def _public(design: Design, table: Table, invited: int) -> Floats:
    """The public number of people of each cell, not a number where there is none."""
    if not table.axes:
        return np.array([float(invited)])
    if len(table.axes) > 1:
        return np.full(table.cells, np.nan)
    levels = next(one.levels for one in design.attributes if one.id == table.attributes[0])
    return np.array([np.nan if one.invited is None else one.invited for one in levels] + [np.nan])


def _error(part: Part, figure: Figure, sums: Consistent, people: Floats) -> Floats:
    """The standard error of one item's mean."""
    # More than responded cannot have answered; and what is lost in floating point is nobody.
    answered = np.round(np.minimum(part.answered, sums.counts), 6)
    number = np.maximum(answered, SMALLEST_K)
    missing = np.clip(1 - number / np.maximum(people, 1), 0, 1)
    error: Floats = np.sqrt(_variance(part, figure) / (number - 1) * missing)
    return error


def _variance(part: Part, figure: Figure) -> Floats:
    """The variance of the answers of those who answered, divided by their number.

    Unbiased but for two bounds. It is not above that of answers at the two ends of the range alone, with the
    mean nearest to the middle that the noise allows; and not below the 90 % margin of its own noise, because
    a variance that the noise could hide must not pass for none.
    """
    usable = part.answered > 0
    answered = np.where(usable, part.answered, 1.0)
    mean = part.total / answered
    mean_error = part.error(0 * mean, np.ones_like(mean), -mean) / answered
    moment = part.squares / answered - mean**2
    noise = part.error(np.ones_like(mean), -2 * mean, mean**2 - moment) / answered
    reach = Z * mean_error
    middle = (figure.low + figure.high) / 2
    inner = np.clip(middle, mean - reach, mean + reach)
    inner = np.clip(inner, figure.low, figure.high)
    most = (inner - figure.low) * (figure.high - inner)
    variance: Floats = np.clip(moment + mean_error**2, np.minimum(Z * noise, most), most)
    return variance
