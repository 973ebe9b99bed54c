"""The time, as a value that is passed in, so that a test or a simulation can own it."""

from collections.abc import Callable
from datetime import UTC, date, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The current time in UTC."""
    return datetime.now(UTC)


def today(clock: Clock) -> date:
    """The current day in UTC: the finest time that is kept about anything but a wave's own schedule."""
    return clock().astimezone(UTC).date()
