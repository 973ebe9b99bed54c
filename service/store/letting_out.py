"""On which day a message of a conversation is let out to the other side, and whether that has come.

Messages of both sides are let out once a day, at an hour of UTC, so that the time at which somebody wrote
gives nobody away. The day is fixed when a message is written: nothing has to run at that hour.
"""

from datetime import UTC, date, datetime, timedelta

AT_ONCE = 24  # in the place of an hour: nothing is held back, for trying the service out alone


def day_for(now: datetime, hour: int) -> date:
    """The day on which a message that is written ``now`` is let out."""
    now = now.astimezone(UTC)
    return now.date() if now.hour < hour else now.date() + timedelta(days=1)


def visible(now: datetime, hour: int) -> date:
    """The latest day whose messages have been let out."""
    now = now.astimezone(UTC)
    return now.date() if hour == AT_ONCE or now.hour >= hour else now.date() - timedelta(days=1)


def month_of(day: date) -> str:
    """The calendar month of a day, written 2026-11."""
    return f"{day:%Y-%m}"


def months_before(day: date, months: int) -> str:
    """The calendar month that is so many before a day's."""
    number = day.year * 12 + day.month - 1 - months
    return f"{number // 12:04}-{number % 12 + 1:02}"


def is_taken(month: str, today: date) -> bool:
    """Whether tokens of a month open conversations today: in that month and in the next."""
    return month in (month_of(today), months_before(today, 1))
