"""Every impossible thing about a schedule is named, all at once."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from privacy.errors import Problem
from service.distribution.schedule import CADENCES, Pause, Reminder, Schedule
from service.distribution.schedule_faults import schedule_problems
from service.surveys.definition_file import load_shipped

SURVEY = load_shipped("culture-pulse")
NAMES = tuple(question.id for question in SURVEY.questions)
DAY = date(2026, 9, 7)
SOUND = Schedule("weekly", DAY, zone="Europe/Berlin")
LETTERS = replace(SOUND, mail=True)
DATES = Schedule("dates", DAY, dates=(DAY, DAY + timedelta(days=7)))

FAULTS: list[tuple[Schedule, dict[str, Any], str, str]] = [
    (SOUND, {"starts_on": date(1999, 12, 31)}, "day-out-of-range", "starts_on"),
    (SOUND, {"ends_on": date(2200, 1, 1)}, "day-out-of-range", "ends_on"),
    (SOUND, {"ends_on": DAY - timedelta(days=1)}, "ends-before-start", "ends_on"),
    (SOUND, {"dates": (DAY,)}, "dates-unused", "dates"),
    (SOUND, {"same_weekday": True}, "weekday-unused", "same_weekday"),
    (DATES, {"dates": ()}, "dates-number", "dates"),
    (DATES, {"dates": (DAY, DAY)}, "date-twice", "dates[1]"),
    (DATES, {"starts_on": DAY + timedelta(days=1)}, "date-outside", "dates[0]"),
    (SOUND, {"zone": "Europe/Atlantis"}, "unknown-zone", "zone"),
    (SOUND, {"zone": "../../etc/passwd"}, "unknown-zone", "zone"),
    (SOUND, {"zone": ""}, "unknown-zone", "zone"),
    (SOUND, {"zone": "localtime"}, "unknown-zone", "zone"),
    (SOUND, {"holidays": "XX"}, "unknown-calendar", "holidays"),
    (SOUND, {"holidays": "DE-ZZ"}, "unknown-calendar", "holidays"),
    (SOUND, {"holidays": "DE-"}, "unknown-calendar", "holidays"),
    (SOUND, {"open_days": 0}, "open-days-out-of-range", "open_days"),
    (SOUND, {"open_days": 367}, "open-days-out-of-range", "open_days"),
    (SOUND, {"open_days": 1, "opens": time(20), "closes": time(1)}, "open-too-short", "closes"),
    (SOUND, {"open_days": 7}, "overlaps-itself", "open_days"),
    (DATES, {"open_days": 8}, "overlaps-itself", "open_days"),
    (replace(SOUND, cadence="monthly"), {"open_days": 28}, "overlaps-itself", "open_days"),
    (SOUND, {"lead_days": 0}, "lead-days-out-of-range", "lead_days"),
    (SOUND, {"lead_days": 61}, "lead-days-out-of-range", "lead_days"),
    (SOUND, {"pauses": (Pause(DAY, DAY - timedelta(days=1)),)}, "pause-ends-first", "pauses[0].last"),
    (SOUND, {"people_one_in": 0}, "one-in-out-of-range", "people_one_in"),
    (SOUND, {"people_one_in": 13}, "one-in-out-of-range", "people_one_in"),
    (SOUND, {"always": ("no-such",)}, "unknown-reference", "always[0]"),
    (SOUND, {"always": (NAMES[0], NAMES[0])}, "repeated", "always[1]"),
    (SOUND, {"questions_per_wave": 0}, "questions-out-of-range", "questions_per_wave"),
    (SOUND, {"questions_per_wave": 1, "always": NAMES}, "nothing-rotates", "questions_per_wave"),
    (SOUND, {"terms": {"epsilon": "much"}}, "term-unreadable", "terms.epsilon"),
    (SOUND, {"terms": {"opens_at": "2026-09-07T08:00Z"}}, "term-unreadable", "terms.opens_at"),
    (SOUND, {"terms": {"k": 5, "comment_k": 4}}, "comment-k", "terms.comment_k"),
    (SOUND, {"terms": {"importance": {"no-such": 2}}}, "unknown-importance", "terms.importance.no-such"),
    (SOUND, {"terms": {"tables": [[], ["no-such"]]}}, "unknown-attribute", "terms.tables[1]"),
    (
        SOUND,
        {"terms": {"pairing": {"program": "p", "measures": [{"question": None, "theme": None}]}}},
        "schedule-pairing",
        "terms.pairing",
    ),
    (SOUND, {"reminders": (Reminder(1, time(9)),)}, "reminders-without-mail", "reminders"),
    (LETTERS, {"reminders": (Reminder(1, time(8)),)}, "reminder-outside", "reminders[0]"),
    (LETTERS, {"reminders": (Reminder(3, time(7)),)}, "reminder-outside", "reminders[0]"),
    (LETTERS, {"reminders": (Reminder(-5, time(9)),)}, "reminder-outside", "reminders[0]"),
    (LETTERS, {"reminders": (Reminder(1, time(9)), Reminder(2, time(8)))}, "reminders-close", "reminders"),
    (LETTERS, {"reminders": (Reminder(1, time(9)),) * 3}, "reminders-number", "reminders"),
    (SOUND, {"announce": ("slack", "slack")}, "repeated", "announce[1]"),
]


def ids(problems: list[Problem]) -> list[tuple[str, str]]:
    return [(problem.id, problem.place) for problem in problems]


@pytest.mark.parametrize("cadence", [cadence for cadence in CADENCES if cadence != "dates"])
def test_a_plain_schedule_has_no_problems(cadence: str) -> None:
    assert schedule_problems(Schedule(cadence, DAY), SURVEY) == []
    assert schedule_problems(DATES, SURVEY) == []


@pytest.mark.parametrize(
    ("sound", "change", "problem", "place"), FAULTS, ids=[f"{one[2]}-{n}" for n, one in enumerate(FAULTS)]
)
def test_each_fault_is_named_at_its_place(
    sound: Schedule, change: dict[str, Any], problem: str, place: str
) -> None:
    assert schedule_problems(sound, SURVEY) == []
    problems = schedule_problems(replace(sound, **change), SURVEY)
    assert (problem, place) in ids(problems)
    assert all(one.message.isprintable() and one.remedy for one in problems)


def test_faults_of_every_field_are_named_at_once() -> None:
    wrong = {
        "ends_on": DAY - timedelta(days=1),
        "zone": "Europe/Atlantis",
        "holidays": "XX",
        "open_days": 9,
        "lead_days": 0,
        "pauses": (Pause(DAY, DAY - timedelta(days=1)),),
        "people_one_in": 13,
        "always": ("no-such",),
        "questions_per_wave": 0,
        "terms": {"comment_k": 4},
        "reminders": (Reminder(1, time(9)), Reminder(30, time(9))),
        "announce": ("slack", "slack"),
    }
    places = {
        place.partition("[")[0].partition(".")[0]
        for _, place in ids(schedule_problems(replace(SOUND, **wrong), SURVEY))
    }
    assert places == set(wrong)


def test_waves_that_close_as_the_next_one_opens_do_not_overlap() -> None:
    assert schedule_problems(replace(SOUND, open_days=7, closes=SOUND.opens), SURVEY) == []


@pytest.mark.parametrize("zone", ["Europa/Berlin", "Europe/Berln", "europe/berlin"])
def test_a_city_that_is_meant_is_found(zone: str) -> None:
    (problem,) = schedule_problems(replace(SOUND, zone=zone), SURVEY)
    assert problem.remedy == "did you mean Europe/Berlin"


def test_parts_that_somebody_would_never_meet_are_named_with_numbers_that_do() -> None:
    survey = load_shipped("flexible-work")
    survey = replace(survey, questions=survey.questions[:8])
    rotating = replace(SOUND, questions_per_wave=2)
    (problem,) = schedule_problems(replace(rotating, people_one_in=6), survey)
    assert problem.id == "rotation-locked"
    assert "more than 2 of the parts" in problem.message
    assert problem.remedy.startswith("ask one person in 1, 3, 5, 7, 9 or 11,")
    assert schedule_problems(replace(rotating, people_one_in=3), survey) == []
