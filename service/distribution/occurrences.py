"""The dates of a schedule: local times across daylight saving, holidays, pauses, and the catch-up rule.

Every occurrence keeps to its own slot, from its planned opening to the planned opening of the next, however
it is moved; so no two of a schedule overlap, and what becomes of one depends on no other.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain, pairwise
from typing import Literal
from zoneinfo import ZoneInfo

from service.distribution.cadence import planned_days
from service.distribution.schedule import REMINDER_ROOM, Schedule
from service.distribution.working_days import holiday_on, is_weekend

FARTHEST_MOVE = 14  # days; a run of holidays that is longer is a pause
PUNCTUAL = timedelta(hours=1)  # an opening within this is not called late
REMINDERS_APART = timedelta(hours=23)  # a day, which daylight saving may shorten
_DAY = timedelta(days=1)
Due = Literal["early", "open", "late", "missed"]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One date of a schedule. ``day`` is the date as planned, which names it; times are UTC, whole minutes.

    ``skipped`` says why there will be no wave; the times are then those it would have had, unmoved.
    """

    day: date
    opens_at: datetime
    closes_at: datetime
    reminders: tuple[datetime, ...] = ()
    skipped: str | None = None


def occurrences(schedule: Schedule, first: date, last: date) -> list[Occurrence]:
    """Every date of the schedule planned from ``first`` to ``last``, both included, in their order.

    The schedule's zone and its calendar of holidays have to exist.
    """
    found = []
    for day, following in pairwise(chain(planned_days(schedule), [None])):
        if day is None or day > last:
            break
        if day >= first:
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

    It opens, on time or late, while less than half of the time in which it was to be open is over; after that
    it is missed. It closes at its own time however late it opened.
    """
    if now < occurrence.opens_at:
        return "early"
    late = now - occurrence.opens_at
    if 2 * late >= occurrence.closes_at - occurrence.opens_at:
        return "missed"
    return "open" if late < PUNCTUAL else "late"


def _occurrence(schedule: Schedule, day: date, following: date | None) -> Occurrence:
    until = None if following is None else local(following, schedule.opens, schedule.zone)
    opening, skipped = _opening_day(schedule, day, following)
    if skipped is None and (reason := _too_short(schedule, opening, until)):
        opening, skipped = day, reason
    opens_at, closes_at = _times(schedule, opening, until)
    reminders = () if skipped else tuple(_reminders(schedule, opening, closes_at))
    return Occurrence(day, opens_at, closes_at, reminders, skipped)


def _opening_day(schedule: Schedule, day: date, following: date | None) -> tuple[date, str | None]:
    """The day on which it opens, and why it does not."""
    if reason := _paused(schedule, day):
        return day, reason
    holiday = holiday_on(schedule.holidays, day)
    if holiday is None or schedule.on_holiday == "skip":
        return day, holiday
    for moved in (day + number * _DAY for number in range(1, FARTHEST_MOVE + 1)):
        if following is not None and moved >= following:
            break
        if reason := _paused(schedule, moved):
            return day, f"{holiday}, then {reason}"
        if not is_weekend(schedule.holidays, moved) and holiday_on(schedule.holidays, moved) is None:
            return moved, None
    return day, f"{holiday}, and no working day before the next wave"


def _times(schedule: Schedule, opening: date, until: datetime | None) -> tuple[datetime, datetime]:
    opens_at = local(opening, schedule.opens, schedule.zone)
    closes_at = local(opening + schedule.open_days * _DAY, schedule.closes, schedule.zone)
    return opens_at, closes_at if until is None else min(closes_at, until)


def _reminders(schedule: Schedule, opening: date, closes_at: datetime) -> Iterator[datetime]:
    """Those that still help: none on a day that is off, none too late, none within a day of another."""
    before: datetime | None = None
    for reminder in sorted(schedule.reminders, key=lambda one: (one.days, one.at)):
        day = opening + reminder.days * _DAY
        if _off(schedule, day):
            days = (day + number * _DAY for number in range(1, FARTHEST_MOVE + 1))
            day = next((moved for moved in days if _is_working(schedule, moved)), day)
        moment = local(day, reminder.at, schedule.zone)
        if _off(schedule, day) or moment > closes_at - REMINDER_ROOM:
            continue
        if before is None or moment - before >= REMINDERS_APART:
            yield moment
            before = moment


def _too_short(schedule: Schedule, opening: date, until: datetime | None) -> str | None:
    """Why it would not be worth opening: too little of its time is left, or of its working days."""
    opens_at, closes_at = _times(schedule, opening, until)
    _, wanted = _times(schedule, opening, None)
    if 2 * (closes_at - opens_at) < wanted - opens_at:
        return f"moved to {opening}, it would have less than half of its time before the next wave"
    days = [opening + number * _DAY for number in range(schedule.open_days + 1)]
    working = [day for day in days if not is_weekend(schedule.holidays, day)]
    off = [reason for day in working if (reason := _off(schedule, day))]
    if 2 * len(off) <= len(working):
        return None
    return f"{len(off)} of its {len(working)} working days are off, for {off[0]} first"


def _is_working(schedule: Schedule, day: date) -> bool:
    return not is_weekend(schedule.holidays, day) and _off(schedule, day) is None


def _off(schedule: Schedule, day: date) -> str | None:
    return _paused(schedule, day) or holiday_on(schedule.holidays, day)


def _paused(schedule: Schedule, day: date) -> str | None:
    for pause in schedule.pauses:
        if pause.first <= day <= pause.last:
            return pause.reason or "a pause"
    return None
