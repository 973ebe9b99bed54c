"""A schedule as it is asked for."""

import json
from datetime import date, time
from typing import Any

import pytest
from pydantic import ValidationError

from service.distribution.schedule import Pause, Reminder, Schedule, schedule_of
from service.distribution.schedule_models import ScheduleModel
from service.surveys.definition_file import load_shipped

SURVEY = load_shipped("mentorship-mentee")
LEAST = {"cadence": "weekly", "starts_on": "2026-09-07"}


def asked(**more: Any) -> Schedule:
    return ScheduleModel.model_validate_json(json.dumps({**LEAST, **more})).schedule(SURVEY)


def test_what_is_left_out_is_as_usual_and_text_questions_are_asked_always() -> None:
    texts = tuple(question.id for question in SURVEY.questions if question.type == "text")
    assert texts
    assert asked() == Schedule("weekly", date(2026, 9, 7), always=texts)
    assert asked(always=[]) == Schedule("weekly", date(2026, 9, 7))


def test_a_schedule_is_read_and_stored_as_it_was_sent() -> None:
    sent = {
        **LEAST,
        "cadence": "monthly",
        "same_weekday": True,
        "ends_on": "2028-01-01",
        "dates": [],
        "zone": "Europe/Berlin",
        "opens": "08:30",
        "closes": "23:59",
        "open_days": 5,
        "holidays": "DE-BY",
        "on_holiday": "skip",
        "pauses": [{"first": "2026-12-21", "last": "2027-01-03", "reason": "winter break"}],
        "people_one_in": 4,
        "questions_per_wave": 3,
        "always": [SURVEY.questions[0].id],
        "lead_days": 14,
        "terms": {"epsilon": 0.5, "tables": [[]], "margins": {"share": 20.0}, "importance": {}},
        "mail": True,
        "reminders": [{"days": 2, "at": "09:00"}],
        "announce": ["teams"],
        "thermometer": True,
    }
    schedule = asked(**sent)
    assert (schedule.opens, schedule.closes) == (time(8, 30), time(23, 59))
    assert schedule.pauses == (Pause(date(2026, 12, 21), date(2027, 1, 3), "winter break"),)
    assert schedule.reminders == (Reminder(2, time(9)),)
    assert schedule.value() == sent
    assert schedule_of(sent) == schedule


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"cadence": "once"}, "cadence"),
        ({"starts_on": "7.9.2026"}, "starts_on"),
        ({"opens": "9:00"}, "opens"),
        ({"opens": "24:00"}, "opens"),
        ({"opens": "09+01"}, "opens"),
        ({"opens": 9}, "opens"),
        ({"closes": "09:00:30"}, "closes"),
        ({"open_days": 0}, "open_days"),
        ({"people_one_in": 13}, "people_one_in"),
        ({"announce": ["mastodon"]}, "announce"),
        ({"pauses": [{"first": "2026-12-21", "last": "2027-01-03", "reason": "a\nb"}]}, "pauses"),
        ({"reminders": [{"days": 2, "at": "09:00"}] * 3}, "reminders"),
        ({"terms": {"opens_at": "2026-09-07T08:00Z"}}, "terms"),
        ({"terms": {"pairing": {"program": "p", "measures": [{}]}}}, "terms"),
        ({"another": 1}, "another"),
    ],
)
def test_what_cannot_be_read_is_named_at_its_place(change: dict[str, Any], place: str) -> None:
    with pytest.raises(ValidationError) as caught:
        asked(**change)
    assert {error["loc"][0] for error in caught.value.errors()} == {place}
