"""The days that a cadence names, before holidays and pauses."""

import calendar
from collections.abc import Iterator
from datetime import date, timedelta

from service.distribution.schedule import LATEST, MONTHS, WEEKS, Schedule


def planned_days(schedule: Schedule) -> Iterator[date]:
    """Every day of the cadence, in order; there is no end to them where the schedule has none but LATEST."""
    last = LATEST if schedule.ends_on is None else min(schedule.ends_on, LATEST)
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
    length = calendar.monthrange(year, month)[1]
    if not schedule.same_weekday:
        return date(year, month, min(start.day, length))
    earliest = 1 + (start.weekday() - date(year, month, 1).weekday()) % 7
    wanted = earliest + (start.day - 1) // 7 * 7
    return date(year, month, wanted if wanted <= length else wanted - 7)  # a fifth is the last of its month
