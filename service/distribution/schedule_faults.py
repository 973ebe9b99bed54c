"""What is impossible about a schedule: every fault at once, each with what to do."""

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from itertools import islice, pairwise
from zoneinfo import available_timezones

from pydantic import ValidationError

from privacy.definition_reader import listed, nearest, place_of, quoted
from privacy.errors import Problem
from privacy.planner import wish_faults
from privacy.survey import Survey
from service.distribution.cadence import planned_days
from service.distribution.rotation import parts_of
from service.distribution.schedule import (
    EARLIEST,
    LATEST,
    MONTHS,
    MOST_DATES,
    MOST_LEAD_DAYS,
    MOST_OPEN_DAYS,
    MOST_PARTS,
    MOST_REMINDERS,
    REMINDER_ROOM,
    Schedule,
)
from service.distribution.working_days import calendar_problem, calendars_like
from service.surveys.terms import Terms, usual_tables, wish_problems, wishes_of
from service.surveys.wave_bodies import TermsModel

_SHORTEST = timedelta(hours=6)  # from opening to closing
_DAY = timedelta(days=1)
_COMPARED = 120  # occurrences that are looked at for an overlap: ten years of months
_MANY_PEOPLE = 1_000_000_000  # how many are invited is not looked at here


def schedule_problems(schedule: Schedule, survey: Survey) -> list[Problem]:
    """Every fault of a schedule for a survey, in the order of its fields."""
    return [
        *_day_problems(schedule),
        *_place_problems(schedule),
        *_opening_problems(schedule),
        *_pause_problems(schedule),
        *_rotation_problems(schedule, survey),
        *_term_problems(schedule, survey),
        *_reminder_problems(schedule),
        *_repeated_channels(schedule),
    ]


def _day_problems(schedule: Schedule) -> Iterator[Problem]:
    named = {"starts_on": schedule.starts_on, "ends_on": schedule.ends_on}
    named |= {f"dates[{place}]": day for place, day in enumerate(schedule.dates)}
    for place, day in named.items():
        if day is not None and not EARLIEST <= day <= LATEST:
            remedy = f"choose a day from {EARLIEST} to {LATEST}"
            yield Problem("day-out-of-range", place, f"{day} is too far away", remedy)
    if schedule.ends_on is not None and schedule.ends_on < schedule.starts_on:
        yield Problem("ends-before-start", "ends_on", "it is before starts_on", "choose a later day")
    if schedule.cadence == "dates":
        yield from _date_problems(schedule)
    elif schedule.dates:
        message = f"waves that come {schedule.cadence} have no dates of their own"
        yield Problem("dates-unused", "dates", message, 'remove them, or choose the cadence "dates"')
    if schedule.same_weekday and schedule.cadence not in MONTHS:
        message = "it says on which weekday of a month waves come, and these come otherwise"
        remedy = f"leave it out, or choose a cadence that is {listed(tuple(MONTHS))}"
        yield Problem("weekday-unused", "same_weekday", message, remedy)


def _date_problems(schedule: Schedule) -> Iterator[Problem]:
    if not 0 < len(schedule.dates) <= MOST_DATES:
        message = f"it has {len(schedule.dates)} dates"
        yield Problem("dates-number", "dates", message, f"name from 1 to {MOST_DATES} days")
    for place, day in enumerate(schedule.dates):
        if day in schedule.dates[:place]:
            yield Problem("date-twice", f"dates[{place}]", f"{day} is there already", "name it once")
        if day < schedule.starts_on or (schedule.ends_on is not None and schedule.ends_on < day):
            message = f"{day} is not between starts_on and ends_on"
            yield Problem("date-outside", f"dates[{place}]", message, "move it or remove it")


def _place_problems(schedule: Schedule) -> Iterator[Problem]:
    if schedule.zone not in _zones():
        message = f"there is no time zone {quoted(schedule.zone)}"
        remedy = nearest(schedule.zone, sorted(_zones(), key=lambda zone: _unlike(zone, schedule.zone)))
        yield Problem("unknown-zone", "zone", message, remedy)
    if schedule.holidays is not None and (unknown := calendar_problem(schedule.holidays)):
        known = calendars_like(schedule.holidays)
        remedy = nearest(schedule.holidays, known) if known else "name a country as ISO 3166 does, such as DE"
        yield Problem("unknown-calendar", "holidays", unknown, remedy)


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones() - {"Factory", "localtime"})  # no place, and any place


def _unlike(zone: str, wanted: str) -> tuple[bool, bool]:
    """Sorts zones of the wanted city before those of the wanted region, and these before all others."""
    (region, _, city), (its_region, _, its_city) = (
        name.casefold().strip().rpartition("/") for name in (wanted, zone)
    )
    return its_city != city, its_region != region


def _opening_problems(schedule: Schedule) -> Iterator[Problem]:
    if not 1 <= schedule.lead_days <= MOST_LEAD_DAYS:
        message = f"a wave cannot be drafted {schedule.lead_days} days before it opens"
        remedy = f"choose a number from 1 to {MOST_LEAD_DAYS}"
        yield Problem("lead-days-out-of-range", "lead_days", message, remedy)
    if not 1 <= schedule.open_days <= MOST_OPEN_DAYS:
        message = f"{schedule.open_days} is no number of days for which a wave is open"
        remedy = f"choose one from 1 to {MOST_OPEN_DAYS}"
        yield Problem("open-days-out-of-range", "open_days", message, remedy)
        return
    if _after_opening(schedule, schedule.open_days, schedule.closes) < _SHORTEST:
        message = "it closes as soon as it has opened"
        yield Problem("open-too-short", "closes", message, "leave it open for six hours or more")
    for before, after in pairwise(islice(planned_days(replace(schedule, ends_on=None)), _COMPARED)):
        if (after - before) < _after_opening(schedule, schedule.open_days, schedule.closes):
            message = f"the wave of {before} closes after that of {after} has opened"
            remedy = f"leave waves open for at most {(after - before).days} days, or closes before opens"
            yield Problem("overlaps-itself", "open_days", message, remedy)
            break


def _after_opening(schedule: Schedule, days: int, at: time) -> timedelta:
    """How long after the opening it is ``at`` so many days later, daylight saving left aside."""
    opening = datetime.combine(EARLIEST, schedule.opens, UTC)
    return datetime.combine(EARLIEST + days * _DAY, at, UTC) - opening


def _pause_problems(schedule: Schedule) -> Iterator[Problem]:
    for place, pause in enumerate(schedule.pauses):
        if pause.last < pause.first:
            message, remedy = "it ends before it begins", "choose a later last day"
            yield Problem("pause-ends-first", f"pauses[{place}].last", message, remedy)


def _rotation_problems(schedule: Schedule, survey: Survey) -> Iterator[Problem]:
    if not 1 <= schedule.people_one_in <= MOST_PARTS:
        message = f"one in {schedule.people_one_in} people cannot be asked each time"
        remedy = f"choose a number from 1, everybody, to {MOST_PARTS}"
        yield Problem("one-in-out-of-range", "people_one_in", message, remedy)
    known = [question.id for question in survey.questions]
    for place, name in enumerate(schedule.always):
        if name not in known:
            message = f"there is no question {quoted(name)}"
            yield Problem("unknown-reference", f"always[{place}]", message, nearest(name, known))
        elif name in schedule.always[:place]:
            message = f"{quoted(name)} is there already"
            yield Problem("repeated", f"always[{place}]", message, "name it once")
    if schedule.questions_per_wave is None:
        return
    if schedule.questions_per_wave < 1:
        message = f"{schedule.questions_per_wave} questions are none"
        remedy = "ask at least one of them, or leave it out to ask all"
        yield Problem("questions-out-of-range", "questions_per_wave", message, remedy)
    elif set(known) <= set(schedule.always):
        message = "every question is asked always, so none takes turns"
        yield Problem("nothing-rotates", "questions_per_wave", message, "leave it out, or shorten always")
    else:
        yield from _locked(schedule, len(parts_of(survey, schedule)))


def _locked(schedule: Schedule, parts: int) -> Iterator[Problem]:
    """Whoever is asked at every sixth turn never meets more than two of four parts."""
    if not 1 <= schedule.people_one_in <= MOST_PARTS:
        return
    common = math.gcd(parts, schedule.people_one_in)
    if common > 1:
        message = (
            f"the questions come in {parts} parts and each person at every turn in {schedule.people_one_in}, "
            f"so nobody would ever be asked more than {parts // common} of the parts"
        )
        free = [str(n) for n in range(1, MOST_PARTS + 1) if math.gcd(n, parts) == 1]
        remedy = f"ask one person in {listed(free)}, or another number of questions a wave"
        yield Problem("rotation-locked", "questions_per_wave", message, remedy)


def _term_problems(schedule: Schedule, survey: Survey) -> Iterator[Problem]:
    try:
        asked = TermsModel.model_validate(schedule.terms)
    except ValidationError as error:
        for one in error.errors():
            place = place_of(("terms", *one["loc"]))
            yield Problem("term-unreadable", place, one["msg"], "see the API's page on drafting a wave")
        return
    if asked.pairing is not None:
        message = "the waves of a schedule are compared with none, person by person"
        yield Problem("schedule-pairing", "terms.pairing", message, "pair waves in the plan of a program")
    now = datetime(2000, 1, 1, tzinfo=UTC)
    wished = {name: one for name, one in asked.wishes().items() if name != "pairing"}
    wishes = wishes_of(Terms(**{"opens_at": now, "closes_at": now, "tables": usual_tables(survey), **wished}))
    for problem in (*wish_problems(wishes), *wish_faults(survey, wishes, _MANY_PEOPLE)):
        yield replace(problem, place=f"terms.{problem.place}")


def _reminder_problems(schedule: Schedule) -> Iterator[Problem]:
    if len(schedule.reminders) > MOST_REMINDERS:
        message = f"there are {len(schedule.reminders)} reminders"
        yield Problem("reminders-number", "reminders", message, f"send at most {MOST_REMINDERS}")
    if schedule.reminders and not schedule.mail:
        message = "reminders are letters, and this schedule sends none"
        yield Problem("reminders-without-mail", "reminders", message, "set mail to true or remove them")
    longest = _after_opening(schedule, min(max(schedule.open_days, 0), MOST_OPEN_DAYS), schedule.closes)
    times = []
    for place, reminder in enumerate(schedule.reminders):
        days = min(max(reminder.days, -1), MOST_OPEN_DAYS + 1)
        times.append(_after_opening(schedule, days, reminder.at))
        if not _DAY <= times[-1] <= longest - REMINDER_ROOM:
            message = (
                "it comes less than a day after the opening or less than twelve hours before the closing"
            )
            yield Problem("reminder-outside", f"reminders[{place}]", message, "move it, or leave it out")
    for before, after in pairwise(sorted(times)):
        if after - before < _DAY:
            message = "two of them come within a day"
            yield Problem("reminders-close", "reminders", message, "leave a day or more between them")
            break


def _repeated_channels(schedule: Schedule) -> Iterator[Problem]:
    for place, channel in enumerate(schedule.announce):
        if channel in schedule.announce[:place]:
            message = f"{channel} is there already"
            yield Problem("repeated", f"announce[{place}]", message, "name it once")
