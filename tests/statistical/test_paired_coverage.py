"""How often the intervals of a paired release hold the change that they are about.

Simulated people and real noise. A rate is called too low if a true one of 88 % gives it less than once in ten
million runs, and too high six standard deviations above 90 %, since small samples are cautious on purpose.
"""

import math

import numpy as np
import pytest
from scipy import stats

from privacy.intervals import Z
from privacy.paired_rows import paired_part, protect_pairs
from privacy.pairing import Pairs
from tests.unit.privacy.paired_waves import VOICE, two_waves

TRIED = 600
LEAST = int(stats.binom.ppf(1e-7, TRIED, 0.88))
LATER = two_waves(measures=(VOICE,), epsilon=3.0)[1]


@pytest.mark.parametrize("people", [60, 150, 400])
def test_nine_in_ten_intervals_hold_the_change_of_the_pairs_and_that_of_all(people: int) -> None:
    random = np.random.default_rng(people)
    noise = whole = shown = 0
    for _ in range(TRIED):
        changes = np.clip(random.normal(0.15, 0.32, people), -1, 1)  # in largest changes, of 2 points
        pairs = Pairs(changes[:, None], np.zeros(people, dtype=np.int64))
        part = paired_part(LATER, protect_pairs(LATER, pairs), people)
        assert part is not None
        figure = part["groups"][0]["figures"][0]
        if not figure["shown"]:
            continue
        shown += 1
        noise += figure["low"] <= 2 * changes.mean() <= figure["high"]
        both = math.hypot(figure["margin"], Z * figure["sd"] / math.sqrt(people))
        whole += abs(figure["value"] - 2 * 0.15) <= both
    assert shown > 0.9 * TRIED
    missed = TRIED - shown
    assert LEAST - missed <= noise
    assert LEAST - missed <= whole
    assert noise <= TRIED - 6 * math.sqrt(TRIED) * 0.1, "intervals that nearly always hold are too wide"
