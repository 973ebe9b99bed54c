"""What do the releases of two waves, subtracted from one another, tell of who came or left between them?

Attacker  whoever reads the results of all waves.
Knows     that nobody but one person joined, left or changed their mind, and what everybody answered.
Does      the best linear test over every value and every gap of both releases at once.
Wins      by guessing more often than allowed. Who answered one of the waves has the promise of that wave; who
          answered both, or none, that of both losses added, as the ledger adds them.
Alarm     each test fails by bad luck once in a million runs.
"""

import pytest

from privacy.count import Counts
from privacy.guarantee import right_guess
from tests.attack.releases import LinearGuess, Person, Setting, most_right, observed, setting
from tests.survey_parts import attribute, choice

LEARNED, ATTACKED = 120, 250  # pairs of waves of each world
PERSON: Person = ({"c": 0}, {"a": 0})


@pytest.fixture(scope="module")
def wave() -> Setting:
    return setting([choice("c", 2)], [attribute("a", 2)], [("a",)], epsilon=6.0)


@pytest.fixture(scope="module")
def sums(wave: Setting) -> tuple[Counts, Counts]:
    """Without and with the person."""
    others: list[Person] = [({"c": n % 2}, {"a": n % 2}) for n in range(120)]
    return wave.counts(others), wave.counts([*others, PERSON])


def right_guesses(wave: Setting, *worlds: tuple[Counts, Counts]) -> int:
    guess = LinearGuess(*(observed(wave, world, LEARNED) for world in worlds))
    return guess.right(*(observed(wave, world, ATTACKED) for world in worlds))


@pytest.mark.parametrize("who", ["joins", "leaves"])
def test_the_difference_of_two_waves_tells_no_more_of_who_came_or_left_than_one_wave(
    wave: Setting, sums: tuple[Counts, Counts], who: str
) -> None:
    without, added = sums
    stays_away = (without, without)
    changes = (without, added) if who == "joins" else (added, without)
    right = right_guesses(wave, stays_away, changes)
    assert right <= most_right(wave.promised("presence"), 2 * ATTACKED)
    assert right > 1.05 * ATTACKED, "an attacker who hardly does better than a coin shows nothing"


def test_two_waves_tell_of_who_answered_both_what_both_losses_allow(
    wave: Setting, sums: tuple[Counts, Counts]
) -> None:
    """More than one wave tells: losses add up, which is why the ledger has a cap."""
    policy = wave.policy
    both = right_guess(2 * policy.micro_rho, wave.design.sigma, 2 * policy.delta_gate)
    right = right_guesses(wave, *((one, one) for one in sums))
    assert right <= most_right(both, 2 * ATTACKED)
    assert both > wave.promised("presence")
