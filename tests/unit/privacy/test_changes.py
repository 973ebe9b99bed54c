from dataclasses import replace
from datetime import date

import pytest

from privacy.changes import NONE_BEFORE, Change, Reading, change, changes
from privacy.evaluate import NO_NUMBER, Difference, NotCompared
from privacy.survey import Option, Question, Survey
from tests.unit.privacy.released_rows import a_row

OPTIONS = tuple(Option(f"o{place}", {"en": f"Option {place}"}) for place in range(5))
SURVEY = Survey("s", "1", {"en": "S"}, ("en",), (Question("speak", "scale", {"en": "I speak."}, OPTIONS),))
REWORDED = replace(SURVEY, questions=(replace(SURVEY.questions[0], text={"en": "We speak."}),))


def readings(*values: float | str | None) -> list[Reading]:
    """A wave a month; None is withheld, "absent" is not in the release at all."""
    return [
        Reading(SURVEY, date(2026, month, 1), None if value == "absent" else a_row(value))
        for month, value in enumerate(values, 1)
    ]


def test_each_wave_is_compared_with_the_one_before() -> None:
    first, second, third = changes(readings(3.0, 4.0, 3.5))
    assert first == Change(None, NotCompared(NONE_BEFORE), NONE_BEFORE)
    assert (second.against, second.outcome.value, second.outcome.verdict) == (0, 1.0, "higher")
    assert (third.against, third.outcome.value) == (1, -0.5)
    assert second.note == "Compared with the wave that closed on 2026-01-01."
    assert second.outcome.margin == 0.424  # the noise of two waves has nothing in common


@pytest.mark.parametrize("missing", [None, "absent"])
def test_waves_without_a_number_are_passed_over_and_it_is_said(missing: str | None) -> None:
    found = changes(readings(missing, 3.0, missing, 3.2, missing, missing, 3.3, missing))
    assert [one.against for one in found] == [None, None, 1, 1, 3, 3, 3, 6]
    assert [isinstance(one.outcome, Difference) for one in found] == [
        False, False, False, True, False, False, True, False,
    ]  # fmt: skip
    assert found[3].note == (
        "Compared with the wave that closed on 2026-02-01, because the wave in between gave no number for it."
    )
    assert "the 2 waves in between" in found[6].note
    assert found[2].outcome == NotCompared(NO_NUMBER)
    assert found[2].note == NO_NUMBER


def test_a_change_of_what_is_asked_is_told_and_the_next_wave_is_compared_again() -> None:
    found = readings(3.0, 3.1, 3.2)
    asked = [found[0], *(replace(one, survey=REWORDED) for one in found[1:])]
    _, second, third = changes(asked)
    why = "Not compared with the wave that closed on 2026-01-01: the wording of the question is not the same."
    assert second == Change(0, NotCompared(why), why)
    assert third.outcome.value == 0.1


def test_two_waves_can_be_named() -> None:
    found = readings(3.0, 4.0)
    assert change(found[1], found[0]) == changes(found)[1]
    assert change(found[0], found[1]).outcome.value == -1.0
    other = replace(found[0], survey=replace(SURVEY, id="other"))
    assert change(found[1], other).note.endswith("they are of different surveys.")
    assert change(*readings("absent", "absent")).note == NO_NUMBER
