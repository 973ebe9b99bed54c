"""The dates of any sound schedule: apart from each other, at their local time, off holidays and pauses."""

import json
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from service.distribution.occurrences import FARTHEST_MOVE, Occurrence, due_how, local, occurrences
from service.distribution.schedule import LATEST, REMINDER_ROOM, Schedule, schedule_of
from service.distribution.schedule_faults import schedule_problems
from service.distribution.schedule_models import ScheduleModel
from service.distribution.working_days import holiday_on, is_weekend
from service.surveys.definition_file import load_shipped
from tests.property.sound_schedules import TIMES, ZONES, schedules

SURVEY = load_shipped("culture-pulse")
DAY = timedelta(days=1)
SEVERAL_YEARS = timedelta(days=4 * 366)


def some(schedule: Schedule) -> list[Occurrence]:
    return occurrences(schedule, schedule.starts_on, schedule.starts_on + SEVERAL_YEARS)


def opening_day(schedule: Schedule, one: Occurrence) -> date:
    # A time that daylight saving leaves out can be taken on the next day only around midnight, where no zone
    # of these tests changes.
    return one.opens_at.astimezone(ZoneInfo(schedule.zone)).date()


def off(schedule: Schedule, day: date) -> bool:
    paused = any(pause.first <= day <= pause.last for pause in schedule.pauses)
    return paused or holiday_on(schedule.holidays, day) is not None


@given(schedules())
@settings(max_examples=100, deadline=None)
def test_sound_schedules_have_no_problems_and_are_the_same_after_they_were_stored(schedule: Schedule) -> None:
    assert schedule_problems(schedule, SURVEY) == []
    stored = json.dumps(schedule.value())
    assert schedule_of(json.loads(stored)) == schedule
    assert ScheduleModel.model_validate_json(stored).schedule(SURVEY) == schedule


@given(schedules())
@settings(max_examples=200, deadline=None)
def test_occurrences_never_overlap_and_are_named_by_days_in_order(schedule: Schedule) -> None:
    found = some(schedule)
    assert found
    assert all(one.opens_at < one.closes_at for one in found)
    for before, after in pairwise(found):
        assert before.day < after.day
        assert before.closes_at <= after.opens_at


@given(schedules(), st.integers(0, 700), st.integers(0, 700))
@settings(max_examples=100, deadline=None)
def test_occurrences_do_not_depend_on_the_days_that_are_asked_about(
    schedule: Schedule, skipped: int, asked: int
) -> None:
    first = schedule.starts_on + timedelta(days=skipped)
    middle, last = first + timedelta(days=asked), schedule.starts_on + SEVERAL_YEARS
    parts = occurrences(schedule, first, middle) + occurrences(schedule, middle + DAY, last)
    assert parts == [one for one in some(schedule) if one.day >= first]
    assert all(one.day <= last for one in parts)


@given(st.sampled_from(ZONES), st.dates(date(2023, 1, 1), date(2031, 12, 31)), TIMES)
@settings(max_examples=500, deadline=None)
def test_a_local_time_is_the_first_that_the_clocks_show_or_as_much_later_as_they_jump(
    zone: str, day: date, at: time
) -> None:
    moment = local(day, at, zone)
    clock = datetime.combine(day, at)
    offsets = [
        datetime.combine(other, time(12), ZoneInfo(zone)).utcoffset() for other in (day - DAY, day + DAY)
    ]
    candidates = [(clock - offset).replace(tzinfo=UTC) for offset in offsets if offset is not None]
    shown = [one for one in candidates if one.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == clock]
    if shown:
        assert moment == min(shown)
    else:
        jump = offsets[1] - offsets[0]
        assert jump > timedelta(0)
        assert moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == clock + jump


@given(schedules())
@settings(max_examples=200, deadline=None)
def test_waves_open_at_their_local_time_on_the_day_or_the_next_working_day(schedule: Schedule) -> None:
    for one in some(schedule):
        day = opening_day(schedule, one)
        assert one.opens_at == local(day, schedule.opens, schedule.zone)
        assert one.opens_at.second == one.closes_at.second == 0
        if one.skipped is not None:
            continue
        assert not off(schedule, day)
        passed = [one.day + number * DAY for number in range((day - one.day).days)]
        assert len(passed) <= FARTHEST_MOVE
        if passed:
            assert schedule.on_holiday == "move"
            assert holiday_on(schedule.holidays, one.day)
            assert not is_weekend(schedule.holidays, day)
            assert all(off(schedule, other) or is_weekend(schedule.holidays, other) for other in passed)


@given(schedules())
@settings(max_examples=200, deadline=None)
def test_waves_close_at_their_local_time_so_many_days_later_unless_the_next_one_opens(
    schedule: Schedule,
) -> None:
    found = some(schedule)
    following = [one.day for one in found[1:]]
    for one, after in zip(found[:-1], following, strict=True):
        closing = opening_day(schedule, one) + schedule.open_days * DAY
        wanted = local(closing, schedule.closes, schedule.zone)
        assert one.closes_at == min(wanted, local(after, schedule.opens, schedule.zone))
        if one.skipped is None:
            assert 2 * (one.closes_at - one.opens_at) >= wanted - one.opens_at


@given(schedules())
@settings(max_examples=200, deadline=None)
def test_a_wave_that_is_held_has_working_days_for_at_least_half_of_its_time(schedule: Schedule) -> None:
    for one in some(schedule):
        days = [opening_day(schedule, one) + number * DAY for number in range(schedule.open_days + 1)]
        week = [day for day in days if not is_weekend(schedule.holidays, day)]
        if one.skipped is None:
            assert 2 * sum(off(schedule, day) for day in week) <= len(week)


@given(schedules())
@settings(max_examples=200, deadline=None)
def test_reminders_are_two_at_most_a_day_apart_and_leave_time_to_answer(schedule: Schedule) -> None:
    hour = timedelta(hours=1)  # by which daylight saving may shorten a day
    for one in some(schedule):
        assert len(one.reminders) <= len(schedule.reminders) <= 2
        assert not (one.skipped and one.reminders)
        moments = [one.opens_at, *one.reminders]
        assert all(after - before >= DAY - hour for before, after in pairwise(moments))
        assert all(moment <= one.closes_at - REMINDER_ROOM for moment in one.reminders)
        zone = ZoneInfo(schedule.zone)
        assert not any(off(schedule, moment.astimezone(zone).date()) for moment in one.reminders)


@given(schedules(), st.lists(st.integers(-200, 1_200), min_size=2, max_size=8))
@settings(max_examples=100, deadline=None)
def test_a_wave_opens_only_in_the_first_half_of_its_time(schedule: Schedule, parts: list[int]) -> None:
    one = some(schedule)[0]
    order = ["early", "open", "late", "missed"]
    length = one.closes_at - one.opens_at
    moments = [one.opens_at + length * part / 1_000 for part in sorted(parts)]
    found = [due_how(moment, one) for moment in moments]
    assert found == sorted(found, key=order.index)
    for moment, how in zip(moments, found, strict=True):
        assert (how == "early") == (moment < one.opens_at)
        assert (how == "missed") == (moment >= one.opens_at + length / 2)


@given(schedules())
@settings(max_examples=30, deadline=None)
def test_a_schedule_without_an_end_ends_where_the_calendars_do(schedule: Schedule) -> None:
    last = occurrences(schedule, date(2199, 1, 1), date.max)
    assert all(one.day <= min(schedule.ends_on or LATEST, LATEST) for one in last)
