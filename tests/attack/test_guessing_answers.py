"""What did a certain person answer?

Attacker  whoever reads results.
Knows     what everybody else answered, that the person answered, and that it was one of two answers. The two
          differ in every question and in every attribute, so that they lie in different groups of each table.
Does      the best linear test over every value and every gap of the release, crosses included: the person is
          alone in their group of the cross, so trackers over its rows, columns and the whole all meet there.
Wins      by naming the right one of the two in more waves than the guarantee in the release allows.
Alarm     each test fails by bad luck once in a million runs.
"""

import pytest

from privacy.count import Counts
from tests.attack.releases import LinearGuess, Person, Setting, most_right, observed, scale, setting
from tests.survey_parts import attribute

LEARNED, ATTACKED = 200, 300  # waves of each world
CONTENT: Person = ({"q": 2}, {"a": 0, "b": 0})
UNHAPPY: Person = ({"q": 0}, {"a": None, "b": None})
UNHAPPY_THERE: Person = ({"q": 0}, {"a": 0, "b": 0})


@pytest.fixture(scope="module")
def wave() -> Setting:
    questions = [scale("q", 3)]
    attributes = [attribute("a", 2), attribute("b", 2)]
    return setting(questions, attributes, [("a",), ("b",), ("a", "b")], epsilon=6.0)


def sums(wave: Setting, person: Person) -> Counts:
    groups = [(0, None)] * 60 + [(None, 0)] * 50 + [(None, None)] * 40
    others: list[Person] = [({"q": n % 3}, {"a": a, "b": b}) for n, (a, b) in enumerate(groups)]
    return wave.counts([*others, person])


@pytest.mark.parametrize("other", [UNHAPPY, UNHAPPY_THERE], ids=["another group", "the same group"])
def test_the_release_does_not_tell_two_answers_of_a_person_apart(wave: Setting, other: Person) -> None:
    worlds = sums(wave, CONTENT), sums(wave, other)
    guess = LinearGuess(*(observed(wave, [world], LEARNED) for world in worlds))
    right = guess.right(*(observed(wave, [world], ATTACKED) for world in worlds))
    promised = wave.promised("answers")
    assert wave.promised("presence") < promised < 90
    assert right <= most_right(promised, 2 * ATTACKED)
    assert right > 1.1 * ATTACKED, "an attacker who hardly does better than a coin shows nothing"
