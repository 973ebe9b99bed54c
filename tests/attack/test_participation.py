"""Did a certain person answer?

Attacker  whoever reads results, or steals the store between the draw and the release.
Knows     what everybody else answered and in which groups they are, what the person would have answered, and
          all about the survey. They can simulate as many waves of both kinds as they like.
Does      the best linear test over every value and every gap of the release; the likelihood ratio over the
          stored draw.
Wins      by saying of more waves than the guarantee in the release allows whether the person answered. The
          number of responses on the board is the same in both worlds: the person's was withdrawn.
Alarm     each test fails by bad luck once in a million runs.
"""

from dataclasses import replace

import numpy as np
import pytest

from privacy.count import Counts, vector
from privacy.release import Draw
from tests.attack.releases import LinearGuess, Person, Setting, most_right, observed, setting
from tests.survey_parts import attribute, multiple

LEARNED, ATTACKED = 200, 300  # waves of each world
PERSON: Person = ({"m": frozenset({0, 1, 2})}, {"a": 0, "b": 0})


@pytest.fixture(scope="module")
def wave() -> Setting:
    """Two attributes with their cross, at a loud epsilon: the stated guess is far from 50 and 100 percent."""
    questions = [multiple("m", 3)]
    attributes = [attribute("a", 2), attribute("b", 2)]
    return setting(questions, attributes, [("a",), ("b",), ("a", "b")], epsilon=8.0)


@pytest.fixture(scope="module")
def worlds(wave: Setting) -> tuple[Counts, Counts]:
    """The exact sums without and with the person, who is alone in their group of the cross."""
    groups = [(0, None)] * 60 + [(None, 0)] * 50 + [(None, None)] * 40
    others: list[Person] = [({"m": frozenset({n % 3})}, {"a": a, "b": b}) for n, (a, b) in enumerate(groups)]
    return wave.counts(others), wave.counts([*others, PERSON])


def test_the_release_does_not_tell_who_answered(wave: Setting, worlds: tuple[Counts, Counts]) -> None:
    guess = LinearGuess(*(observed(wave, [world], LEARNED) for world in worlds))
    right = guess.right(*(observed(wave, [world], ATTACKED) for world in worlds))
    promised = wave.promised("presence")
    assert 60 < promised < 90
    assert right <= most_right(promised, 2 * ATTACKED)
    assert right > 1.1 * ATTACKED, "an attacker who hardly does better than a coin shows nothing"


def test_the_stored_draw_does_not_tell_who_answered(wave: Setting, worlds: tuple[Counts, Counts]) -> None:
    without, added = (np.array(vector(wave.design, world, 0)) for world in worlds)
    middle, difference = (without + added) / 2, added - without
    said = [
        [(np.array(wave.draw(world).noisy) - middle) @ difference > 0 for _ in range(ATTACKED)]
        for world in worlds
    ]
    right = said[0].count(False) + said[1].count(True)
    assert right <= most_right(wave.promised("presence"), 2 * ATTACKED)
    assert right > 1.1 * ATTACKED


def test_the_attacker_wins_against_noise_of_a_sixth_of_the_scale(
    wave: Setting, worlds: tuple[Counts, Counts]
) -> None:
    """Shows that the tests above can fail."""

    def narrow(counts: Counts) -> Draw:
        draw, exact = wave.draw(counts), np.array(vector(wave.design, counts, 0))
        noisy = exact + np.rint((np.array(draw.noisy) - exact) / 6).astype(int)
        return replace(draw, noisy=tuple(noisy.tolist()))

    guess = LinearGuess(*(observed(wave, [world], LEARNED, narrow) for world in worlds))
    right = guess.right(*(observed(wave, [world], 150, narrow) for world in worlds))
    assert right > most_right(wave.promised("presence"), 300)
