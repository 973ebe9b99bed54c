"""Does the one real person in a group of invented people answer?

Attacker  whoever makes the roster, and answers for people who do not exist.
Knows     every answer of the group but one.
Does      fills the group up to one below the threshold, or to where the noisy count is at the gate, and looks
          whether the group is shown.
Wins      by saying of more waves than the guarantee in the release allows whether the person answered.
Alarm     each test fails by bad luck once in a million runs.
"""

import math

import numpy as np
import pytest

from privacy.consistency import Projection
from tests.attack.releases import (
    BOARD,
    LinearGuess,
    Person,
    Release,
    Setting,
    most_right,
    observed,
    setting,
)
from tests.survey_parts import attribute, choice

K = 5
LEARNED, ATTACKED = 150, 300  # waves of each world
GROUP = {"a": "o0"}


@pytest.fixture(scope="module")
def wave() -> Setting:
    return setting([choice("c", 2)], [attribute("a", 3)], [("a",)], epsilon=8.0, k=K)


def people(invented: int, real: int) -> list[Person]:
    """So many in the group, and a crowd around it."""
    levels = [0] * (invented + real) + [1] * 60 + [2] * 60
    return [({"c": n % 2}, {"a": level}) for n, level in enumerate(levels)]


def at_the_gate(wave: Setting) -> int:
    """As many people as the noisy count of the group must reach."""
    nothing = Projection(wave.design)(np.zeros(wave.design.size, dtype=np.int64))
    return math.ceil(wave.design.k + wave.design.z * nothing.count_errors[1])


def is_shown(release: Release) -> bool:
    return any(row["shown"] for row in release["figures"] if row["group"] == GROUP)


def test_a_group_filled_up_to_one_below_the_threshold_stays_hidden_whoever_answers(wave: Setting) -> None:
    """A group of k is shown about once in a million waves, one below k never."""
    shown = [
        sum(is_shown(wave.release(wave.draw(counts), BOARD)) for _ in range(ATTACKED))
        for counts in (wave.counts(people(K - 1, real)) for real in (0, 1))
    ]
    assert shown[0] == 0
    assert shown[1] <= 1


@pytest.mark.parametrize("place", ["below the threshold", "at the gate"])
def test_what_is_shown_does_not_tell_whether_the_real_person_answered(wave: Setting, place: str) -> None:
    invented = K - 1 if place == "below the threshold" else at_the_gate(wave) - 1
    worlds = [[wave.counts(people(invented, real))] for real in (0, 1)]
    guess = LinearGuess(*(observed(wave, world, LEARNED) for world in worlds))
    seen = [observed(wave, world, ATTACKED) for world in worlds]
    assert guess.right(*seen) <= most_right(wave.promised("presence"), 2 * ATTACKED)


def test_being_shown_alone_tells_less_than_everything(wave: Setting) -> None:
    """At the gate the group comes and goes with the noise, hardly with the person."""
    invented = at_the_gate(wave) - 1
    shown = [
        [is_shown(wave.release(wave.draw(counts), BOARD)) for _ in range(ATTACKED)]
        for counts in (wave.counts(people(invented, real)) for real in (0, 1))
    ]
    right = shown[0].count(False) + shown[1].count(True)
    assert right <= most_right(wave.promised("presence"), 2 * ATTACKED)
    assert all(0.1 * ATTACKED < sum(world) < 0.9 * ATTACKED for world in shown)
