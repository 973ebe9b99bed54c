"""A draw takes everybody, and every two, as often as chance would, from fixed seeds.

With other seeds a sound draw would fail one of these tests once in a million runs (Bonferroni over the
three), so a failure after a change is the change's.
"""

from itertools import combinations
from random import Random

import numpy as np
from scipy.stats import binom, chi2

from service.distribution.rotation import draw

FALSE_ALARM = 1e-6 / 3
PEOPLE = [f"person-{place:02d}" for place in range(24)]
ONE_IN = 4
DRAWS = 6_000


def too_uneven(seen: np.ndarray, share: float, freedom: int, scale: float) -> bool:
    """Whether counts of ``share`` each are farther apart than all but FALSE_ALARM of fair ones."""
    expected = DRAWS * share
    statistic = ((seen - expected) ** 2).sum() / (expected * (1 - share)) * scale
    return bool(statistic > chi2.isf(FALSE_ALARM, freedom))


def indicators(last_turn: dict[str, int], seed: int) -> np.ndarray:
    chance = Random(seed)
    rows = np.zeros((DRAWS, len(PEOPLE)))
    for row in rows:
        drawn = draw(PEOPLE, last_turn, (), ONE_IN, chance)
        row[[PEOPLE.index(person) for person in drawn]] = 1
    return rows


def test_everybody_is_drawn_equally_often() -> None:
    rows = indicators({}, 1)
    number = len(PEOPLE)
    # Draws without replacement are correlated by -1 / (N - 1): (N - 1) / N times the sum is chi-squared.
    assert not too_uneven(rows.sum(axis=0), 1 / ONE_IN, number - 1, (number - 1) / number)


def test_every_two_are_drawn_together_equally_often() -> None:
    together = indicators({}, 2)
    together = together.T @ together
    seen = np.array([together[one, two] for one, two in combinations(range(len(PEOPLE)), 2)])
    size = len(PEOPLE) // ONE_IN
    share = size * (size - 1) / (len(PEOPLE) * (len(PEOPLE) - 1))
    counts = binom(DRAWS, share)
    for tail in (counts.cdf(seen), counts.sf(seen - 1)):
        assert tail.min() > FALSE_ALARM / (2 * len(seen))


def test_of_those_who_waited_equally_long_everybody_is_drawn_equally_often() -> None:
    last_turn = {person: 1 + place // 8 for place, person in enumerate(PEOPLE[4:])}
    rows = indicators(last_turn, 3).sum(axis=0)
    assert (rows[:4] == DRAWS).all()  # they were never asked
    assert not rows[12:].any()
    number, share = 8, 2 / 8
    assert not too_uneven(rows[4:12], share, number - 1, (number - 1) / number)
