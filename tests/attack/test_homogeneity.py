"""What is said of a group in which everybody answers alike?

Attacker  whoever reads results, and knows who is in the group.
Does      reads the share of each answer: 100 % would tell of every member what they answered, whoever they
          are, and 0 % what nobody did.
Wins      with a row whose number or interval says "everybody" or "nobody", or by telling a group in which
          all answered alike from one in which one person did not, more often than the guarantee allows.
Alarm     the second test fails by bad luck once in a million runs, the first never.
"""

import pytest

from tests.attack.releases import (
    BOARD,
    LinearGuess,
    Person,
    Setting,
    most_right,
    observed,
    scale,
    setting,
)
from tests.survey_parts import attribute, choice, multiple

LEARNED, ATTACKED = 150, 300  # waves of each world
SHARES = ("share", "favourable")


@pytest.fixture(scope="module")
def wave() -> Setting:
    questions = [scale("q", 3), choice("c", 2), multiple("m", 2)]
    return setting(questions, [attribute("a", 2)], [("a",)], epsilon=8.0)


def people(of_one_mind: int, size: int = 100) -> list[Person]:
    """Two groups; in the first, so many choose the highest answers and the rest the lowest."""
    content = {"q": 2, "c": 0, "m": frozenset({0, 1})}
    unhappy = {"q": 0, "c": 1, "m": frozenset[int]()}
    first = [(content if n < of_one_mind else unhappy, {"a": 0}) for n in range(size)]
    return first + [(content if n % 2 else unhappy, {"a": 1}) for n in range(size)]


@pytest.mark.parametrize("of_one_mind", [100, 99, 97, 0])
def test_no_row_says_that_everybody_or_nobody_gave_an_answer(wave: Setting, of_one_mind: int) -> None:
    counts = wave.counts(people(of_one_mind))
    words = set()
    for _ in range(25):
        for row in wave.stored(wave.draw(counts), BOARD)["figures"]:
            if row["figure"] not in SHARES or not row["shown"]:
                continue
            words.add(row["words"])
            if row["words"] is None:
                assert 0 < row["low"] <= row["high"] < 100, row
            else:
                # The words are the same whether all answered alike or nearly all.
                assert row["words"] in ("almost all", "almost none")
                assert row["value"] is None
                assert row["smoothed"] is None
                assert row["margin"] is None
    assert words == {None, "almost all", "almost none"}


def test_whether_one_person_disagreed_stays_hidden(wave: Setting) -> None:
    worlds = [[wave.counts(people(of_one_mind))] for of_one_mind in (100, 99)]
    guess = LinearGuess(*(observed(wave, world, LEARNED) for world in worlds))
    right = guess.right(*(observed(wave, world, ATTACKED) for world in worlds))
    assert right <= most_right(wave.promised("answers"), 2 * ATTACKED)
