"""The dates of a schedule: local times across daylight saving, holidays, pauses, and the catch-up rule."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

import holidays

from service.distribution.schedule import MONTHS, WEEKS, Schedule

_DAY = timedelta(days=1)
_FARTHEST_MOVE = 14  # days that a wave may be moved by, so that two holidays and a weekend fit between
REMINDER_ROOM = timedelta(hours=12)  # a reminder later than this before the closing helps nobody
Due = Literal["early", "open", "late", "missed"]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One date of a schedule. ``day`` is the date as planned, which names it; times are UTC, whole minutes.

    ``skipped`` says why there will be no wave.
    """

    day: date
    opens_at: datetime
    closes_at: datetime
    reminders: tuple[datetime, ...] = ()
    skipped: str | None = None


def occurrences(schedule: Schedule, first: date, last: date) -> list[Occurrence]:
    """Every date of the schedule planned from ``first`` to ``last``, both included, in their order."""
    found = []
    for day, following in _pairs(schedule, last):
        if first <= day:
            found.append(_occurrence(schedule, day, following))
    return found


def local(day: date, at: time, zone: str) -> datetime:
    """The moment in UTC at which it is ``at`` on ``day`` in a zone.

    A time that daylight saving leaves out is taken as much later as the clock jumps; one that comes twice is
    taken the first time (PEP 495: that is what fold 0 means in both cases).
    """
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def due_how(now: datetime, occurrence: Occurrence) -> Due:
    """What the catch-up rule says at ``now`` about a wave that has not opened.

    Late, while less than half of the time in which it was to be open is over; missed after that.
    """
    if now < occurrence.opens_at:
        return "early"
    late = now - occurrence.opens_at
    if 2 * late >= occurrence.closes_at - occurrence.opens_at:
        return "missed"
    return "open" if late < timedelta(hours=1) else "late"


def planned_days(schedule: Schedule, last: date) -> Iterator[date]:
    """The days of the cadence up to ``last``, before holidays and pauses."""
    last = last if schedule.ends_on is None else min(last, schedule.ends_on)
    if schedule.cadence == "dates":
        yield from (day for day in sorted(set(schedule.dates)) if schedule.starts_on <= day <= last)
        return
    number = 0
    while (day := _nth(schedule, number)) <= last:
        yield day
        number += 1


def _nth(schedule: Schedule, number: int) -> date:
    start = schedule.starts_on
    if schedule.cadence in WEEKS:
        return start + timedelta(weeks=WEEKS[schedule.cadence] * number)
    months = start.year * 12 + start.month - 1 + MONTHS[schedule.cadence] * number
    year, month = months // 12, months % 12 + 1
    if not schedule.same_weekday:
        return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))
    first = date(year, month, 1)
    which = min((start.day - 1) // 7, 3)  # a fifth one is not in every month: it counts as the fourth
    return first + timedelta(days=(start.weekday() - first.weekday()) % 7 + 7 * which)


def _pairs(schedule: Schedule, last: date) -> Iterator[tuple[date, date | None]]:
    """Each day of the cadence with the one after it, by which a wave that was moved must have closed."""
    before: date | None = None
    for day in planned_days(schedule, last + timedelta(days=200)):
        if before is not None:
            yield before, day
        if day > last:
            return
        before = day
    if before is not None:
        yield before, None


def _occurrence(schedule: Schedule, day: date, following: date | None) -> Occurrence:
    opening, skipped = day, None
    if reason := day_off(schedule, day):
        if schedule.on_holiday == "skip" or _paused(schedule, day):
            skipped = reason
        else:
            opening, skipped = _moved(schedule, day, following, reason)
    if skipped is None:
        skipped = _too_few_working_days(schedule, opening)
    closing = opening + timedelta(days=schedule.open_days)
    closes_at = local(closing, schedule.closes, schedule.zone)
    reminders = (
        local(opening + timedelta(days=one.days), one.at, schedule.zone) for one in schedule.reminders
    )
    return Occurrence(
        day=day,
        opens_at=local(opening, schedule.opens, schedule.zone),
        closes_at=closes_at,
        reminders=tuple(sorted(moment for moment in reminders if moment <= closes_at - REMINDER_ROOM)),
        skipped=skipped,
    )


def _moved(schedule: Schedule, day: date, following: date | None, reason: str) -> tuple[date, str | None]:
    for days in range(1, _FARTHEST_MOVE + 1):
        moved = day + days * _DAY
        if following is not None and _close(schedule, moved) >= local(
            following, schedule.opens, schedule.zone
        ):
            break
        if moved.weekday() < calendar.SATURDAY and day_off(schedule, moved) is None:
            return moved, None
    return day, f"{reason}, and no working day before the next wave"


def _close(schedule: Schedule, opening: date) -> datetime:
    return local(opening + timedelta(days=schedule.open_days), schedule.closes, schedule.zone)


def _too_few_working_days(schedule: Schedule, opening: date) -> str | None:
    days = [opening + number * _DAY for number in range(schedule.open_days + 1)]
    working = [day for day in days if day.weekday() < calendar.SATURDAY]
    off = [reason for day in working if (reason := day_off(schedule, day))]
    if 2 * len(off) <= len(working):
        return None
    return f"{len(off)} of its {len(working)} working days are off, {off[0]} among them"


def day_off(schedule: Schedule, day: date) -> str | None:
    """Why nothing opens on a day: the name of the holiday or the reason of the pause."""
    return _paused(schedule, day) or _holiday(schedule.holidays, day)


def _paused(schedule: Schedule, day: date) -> str | None:
    for pause in schedule.pauses:
        if pause.first <= day <= pause.last:
            return pause.reason or "a pause"
    return None


def _holiday(calendar_name: str | None, day: date) -> str | None:
    if calendar_name is None:
        return None
    return _holidays_of(calendar_name, day.year).get(day)


@lru_cache(maxsize=64)
def _holidays_of(calendar_name: str, year: int) -> dict[date, str]:
    country, _, part = calendar_name.partition("-")
    found = holidays.country_holidays(country, subdiv=part or None, years=year, language="en_US")
    return dict(found.items())


def calendar_exists(name: str) -> bool:
    """Whether there is such a calendar of holidays."""
    country, _, part = name.partition("-")
    known = holidays.list_supported_countries(include_aliases=True)
    return country in known and (not part or part in known[country])
