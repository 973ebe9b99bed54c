"""How long a survey takes follows from its questions."""

import pytest

from privacy.survey import QUESTION_TYPES, Attribute, Question, Survey
from service.surveys.definition_file import load_shipped
from service.surveys.minutes import SECONDS, minutes_of


def survey_of(*types: str, attributes: int = 0) -> Survey:
    questions = tuple(Question(f"q{place}", kind, {}) for place, kind in enumerate(types))
    stated = tuple(Attribute(f"a{place}", {}, ()) for place in range(attributes))
    return Survey("s", "1", {}, ("en",), questions, stated)


def test_every_type_of_question_takes_its_time() -> None:
    assert set(SECONDS) == set(QUESTION_TYPES)


@pytest.mark.parametrize(
    ("survey", "minutes"),
    [
        (survey_of("scale"), 1),
        (survey_of(*["scale"] * 4), 1),
        (survey_of(*["nps"] * 5), 2),
        (survey_of("text"), 2),
        (survey_of(*["scale"] * 3, attributes=2), 2),
    ],
)
def test_minutes_are_rounded_up(survey: Survey, minutes: int) -> None:
    assert minutes_of(survey) == minutes


def test_a_pulse_takes_less_than_a_whole_survey() -> None:
    assert minutes_of(load_shipped("culture-pulse")) < minutes_of(load_shipped("inclusion-and-belonging"))
