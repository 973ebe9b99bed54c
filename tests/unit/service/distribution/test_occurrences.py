"""Dates of single schedules: cadences, daylight saving, holidays, pauses, and the catch-up rule."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from service.distribution.occurrences import Occurrence, due_how, local, occurrences
from service.distribution.schedule import Pause, Reminder, Schedule

WEEKLY = Schedule("weekly", date(2026, 9, 7), zone="Europe/Berlin")  # a Monday
NEXT_YEARS = date(2029, 12, 31)


def one(schedule: Schedule, day: date) -> Occurrence:
    (found,) = occurrences(schedule, day, day)
    return found


def days(schedule: Schedule, number: int) -> list[str]:
    return [str(found.day) for found in occurrences(schedule, schedule.starts_on, NEXT_YEARS)[:number]]


@pytest.mark.parametrize(
    ("cadence", "starts_on", "expected"),
    [
        ("weekly", date(2026, 12, 28), ["2026-12-28", "2027-01-04", "2027-01-11"]),
        ("fortnightly", date(2026, 12, 28), ["2026-12-28", "2027-01-11", "2027-01-25"]),
        ("monthly", date(2027, 12, 31), ["2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31"]),
        ("quarterly", date(2026, 11, 30), ["2026-11-30", "2027-02-28", "2027-05-30"]),
        ("half-yearly", date(2026, 8, 31), ["2026-08-31", "2027-02-28", "2027-08-31"]),
    ],
)
def test_a_cadence_keeps_its_day(cadence: str, starts_on: date, expected: list[str]) -> None:
    assert days(Schedule(cadence, starts_on), len(expected)) == expected


@pytest.mark.parametrize(
    ("cadence", "starts_on", "expected"),
    [
        ("monthly", date(2026, 9, 7), ["2026-09-07", "2026-10-05", "2026-11-02", "2026-12-07"]),
        ("monthly", date(2026, 8, 31), ["2026-08-31", "2026-09-28", "2026-10-26", "2026-11-30"]),
        ("quarterly", date(2026, 9, 8), ["2026-09-08", "2026-12-08", "2027-03-09"]),
    ],
)
def test_the_same_weekday_is_the_first_one_or_the_last(
    cadence: str, starts_on: date, expected: list[str]
) -> None:
    assert days(Schedule(cadence, starts_on, same_weekday=True), len(expected)) == expected


def test_dates_come_in_order_and_once() -> None:
    named = (date(2027, 3, 1), date(2026, 10, 1), date(2027, 3, 1))
    assert days(Schedule("dates", date(2026, 9, 1), dates=named), 5) == ["2026-10-01", "2027-03-01"]


def test_nothing_comes_after_the_last_day() -> None:
    assert days(replace(WEEKLY, ends_on=date(2026, 9, 21)), 9) == ["2026-09-07", "2026-09-14", "2026-09-21"]


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        ("Europe/Berlin", date(2027, 3, 28), time(2, 30), "2027-03-28T01:30+00:00"),  # 03:30
        ("Europe/Berlin", date(2027, 10, 31), time(2, 30), "2027-10-31T00:30+00:00"),
        ("America/New_York", date(2027, 3, 14), time(2, 30), "2027-03-14T07:30+00:00"),  # 03:30
        ("America/New_York", date(2027, 11, 7), time(1, 30), "2027-11-07T05:30+00:00"),
        ("Australia/Lord_Howe", date(2027, 10, 3), time(2, 15), "2027-10-02T15:45+00:00"),  # 02:45
        ("Australia/Lord_Howe", date(2027, 4, 4), time(1, 45), "2027-04-03T14:45+00:00"),
    ],
)
def test_a_skipped_time_is_taken_later_and_a_repeated_one_the_first_time(
    zone: str, day: date, at: time, expected: str
) -> None:
    assert local(day, at, zone).isoformat(timespec="minutes") == expected


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
def test_over_a_year_a_weekly_wave_opens_at_nine_in_two_offsets(zone: str) -> None:
    found = occurrences(replace(WEEKLY, zone=zone), date(2026, 9, 7), date(2027, 9, 6))
    assert len(found) == 53
    assert len({moment.opens_at.time() for moment in found}) == 2
    assert all(local(moment.day, time(9), zone) == moment.opens_at for moment in found)


@pytest.mark.parametrize(
    ("calendar", "holiday", "moved"),
    [
        ("DE", date(2027, 3, 29), date(2027, 3, 30)),  # Easter Monday
        ("DE", date(2026, 12, 25), date(2026, 12, 28)),  # a Friday; the 26th is a holiday and a Saturday
        ("DE-BY", date(2027, 11, 1), date(2027, 11, 2)),  # All Saints
        ("US", date(2026, 11, 26), date(2026, 11, 27)),  # Thanksgiving
        ("US", date(2026, 7, 3), date(2026, 7, 6)),  # the 4th is a Saturday
        ("FR", date(2027, 7, 14), date(2027, 7, 15)),
        ("UZ", date(2024, 4, 12), date(2024, 4, 13)),  # a Saturday on which people work instead
        ("SA", date(2029, 2, 22), date(2029, 2, 25)),  # a Thursday, before a weekend of Friday and Saturday
    ],
)
def test_a_holiday_moves_a_wave_to_the_next_working_day_or_skips_it(
    calendar: str, holiday: date, moved: date
) -> None:
    schedule = Schedule("monthly", holiday, holidays=calendar)
    found = one(schedule, holiday)
    assert (found.day, found.skipped) == (holiday, None)
    assert found.opens_at == datetime.combine(moved, time(9), UTC)
    assert found.closes_at == datetime.combine(moved + timedelta(days=3), time(18), UTC)
    skipped = one(replace(schedule, on_holiday="skip"), holiday)
    assert skipped.skipped
    assert skipped.opens_at == datetime.combine(holiday, time(9), UTC)


def test_a_holiday_of_one_part_of_a_country_is_a_working_day_in_another() -> None:
    holiday = date(2027, 11, 1)
    found = one(Schedule("monthly", holiday, holidays="DE-BE"), holiday)
    assert found.opens_at.date() == holiday


def test_a_moved_wave_closes_when_the_next_one_opens() -> None:
    schedule = replace(
        WEEKLY,
        holidays="DE",
        open_days=7,
        closes=time(9),
        reminders=(Reminder(5, time(8)), Reminder(6, time(8))),
    )
    found, after = occurrences(schedule, date(2027, 3, 29), date(2027, 4, 5))
    assert found.opens_at == local(date(2027, 3, 30), time(9), "Europe/Berlin")
    assert found.closes_at == after.opens_at == local(date(2027, 4, 5), time(9), "Europe/Berlin")
    assert found.reminders == (local(date(2027, 4, 4), time(8), "Europe/Berlin"),)
    assert len(after.reminders) == 2


def test_a_reminder_is_not_sent_on_a_holiday_and_not_twice_on_the_day_after() -> None:
    easter = replace(Schedule("weekly", date(2027, 3, 23), holidays="DE", open_days=7), closes=time(9))
    opening = date(2027, 3, 23)
    moved = replace(easter, reminders=(Reminder(1, time(10)), Reminder(3, time(10))))  # Good Friday
    assert [str(moment) for moment in one(moved, opening).reminders] == ["2027-03-24 10:00:00+00:00"]
    room = replace(moved, open_days=9, ends_on=opening)
    assert [moment.day for moment in one(room, opening).reminders] == [24, 30]
    together = replace(room, reminders=(Reminder(3, time(18)), Reminder(7, time(20))))
    assert [moment.day for moment in one(together, opening).reminders] == [30]


def test_a_wave_that_would_be_moved_past_half_of_its_time_is_skipped() -> None:
    named = (date(2026, 12, 25), date(2026, 12, 29))
    schedule = Schedule("dates", named[0], dates=named, holidays="DE", open_days=2)
    found = one(schedule, named[0])
    assert (
        found.skipped == "moved to 2026-12-28, it would have less than half of its time before the next wave"
    )
    assert found.opens_at.date() == named[0]


def test_a_wave_that_no_working_day_is_left_for_is_skipped() -> None:
    named = (date(2026, 12, 25), date(2026, 12, 28))
    found = one(Schedule("dates", named[0], dates=named, holidays="DE", open_days=2), named[0])
    assert found.skipped == "Christmas Day, and no working day before the next wave"


def test_a_pause_skips_and_names_its_reason() -> None:
    pause = Pause(date(2026, 12, 21), date(2027, 1, 3), "winter break")
    found = occurrences(replace(WEEKLY, pauses=(pause,)), date(2026, 12, 14), date(2027, 1, 4))
    assert [moment.skipped for moment in found] == [None, "winter break", "winter break", None]


def test_a_wave_is_not_moved_into_a_pause() -> None:
    pause = Pause(date(2026, 12, 28), date(2027, 1, 3), "winter break")
    schedule = Schedule("monthly", date(2026, 12, 25), holidays="DE", pauses=(pause,))
    assert one(schedule, date(2026, 12, 25)).skipped == "Christmas Day, then winter break"


def test_a_wave_with_more_than_half_of_its_working_days_off_is_skipped() -> None:
    pause = Pause(date(2026, 9, 8), date(2026, 9, 20))
    schedule = replace(WEEKLY, pauses=(pause,))
    assert one(schedule, date(2026, 9, 7)).skipped == "3 of its 4 working days are off, for a pause first"
    half = replace(pause, first=date(2026, 9, 9))
    assert one(replace(WEEKLY, pauses=(half,)), date(2026, 9, 7)).skipped is None


def test_a_wave_of_the_weekend_alone_is_held() -> None:
    assert (
        one(Schedule("weekly", date(2026, 9, 5), holidays="DE", open_days=1), date(2026, 9, 5)).skipped
        is None
    )


HOUR = timedelta(hours=1)
OPENS = datetime(2026, 9, 7, 7, tzinfo=UTC)
WAVE = Occurrence(date(2026, 9, 7), OPENS, OPENS + 48 * HOUR)


@pytest.mark.parametrize(
    ("hours", "how"),
    [
        (-0.1, "early"),
        (0, "open"),
        (0.99, "open"),
        (1, "late"),
        (23.99, "late"),
        (24, "missed"),
        (99, "missed"),
    ],
)
def test_after_downtime_a_wave_opens_until_half_of_its_time_is_over(hours: float, how: str) -> None:
    assert due_how(OPENS + hours * HOUR, WAVE) == how
