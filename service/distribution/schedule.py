"""When a survey's waves come by themselves, whom and what they ask, and how people hear of them.

Values alone: what is impossible about one is found by schedule_faults.py, its dates by
occurrences.py, what is asked and of whom by rotation.py.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, time, timedelta
from typing import Any, Literal, get_args

Cadence = Literal["weekly", "fortnightly", "monthly", "quarterly", "half-yearly", "dates"]
CADENCES: tuple[Cadence, ...] = get_args(Cadence)
MONTHS: Mapping[str, int] = {"monthly": 1, "quarterly": 3, "half-yearly": 6}
WEEKS: Mapping[str, int] = {"weekly": 1, "fortnightly": 2}
Channel = Literal["slack", "teams"]
EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)  # calendars of holidays reach no further
MOST_DATES, MOST_OPEN_DAYS, MOST_LEAD_DAYS = 100, 366, 60
MOST_PARTS = 12  # one person in so many is asked, at most
MOST_REMINDERS = 2
REMINDER_ROOM = timedelta(hours=12)  # a reminder later than this before the closing helps nobody
LEAD_DAYS = 7


@dataclass(frozen=True, slots=True)
class Pause:
    """Days on which no wave opens, from ``first`` to ``last``, both included."""

    first: date
    last: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder so many ``days`` after the opening day, ``at`` a local time."""

    days: int
    at: time


@dataclass(frozen=True, slots=True)
class Schedule:
    """When waves come, in the local time of ``zone`` (IANA), and what they are.

    A wave opens on each date of the cadence at ``opens`` and closes ``open_days`` later at ``closes``.
    Monthly and rarer ones keep the day of the month of ``starts_on``, its last day where a month is shorter,
    or with ``same_weekday`` its weekday: the first Monday, or where it is a fifth one the last. ``dates`` are
    the days of the cadence of that name. ``holidays`` is a country, or a country and a part of it (DE,
    DE-BY), on whose holidays nothing opens: the wave is moved to the next working day, its closing with it,
    or skipped, as ``on_holiday`` says.

    Of the roster a random one in ``people_one_in`` is asked each time. Each wave asks the questions of
    ``always`` and ``questions_per_wave`` of the others in turn; None asks all. ``terms`` are fields of a
    wave's terms as JSON (TermsModel), but no times and no pairing; ``lead_days`` before it opens, a wave is
    drafted and its people are drawn.
    """

    cadence: Cadence
    starts_on: date
    zone: str = "UTC"
    opens: time = time(9)
    closes: time = time(18)
    open_days: int = 3
    ends_on: date | None = None
    dates: tuple[date, ...] = ()
    same_weekday: bool = False
    holidays: str | None = None
    on_holiday: Literal["move", "skip"] = "move"
    pauses: tuple[Pause, ...] = ()
    people_one_in: int = 1
    questions_per_wave: int | None = None
    always: tuple[str, ...] = ()
    lead_days: int = LEAD_DAYS
    terms: Mapping[str, Any] = field(default_factory=dict)
    mail: bool = False
    reminders: tuple[Reminder, ...] = ()
    announce: tuple[Channel, ...] = ()
    thermometer: bool = False

    def value(self) -> dict[str, Any]:
        """The schedule as JSON."""
        value: dict[str, Any] = _plain(asdict(self))
        return value


def schedule_of(value: Mapping[str, Any]) -> Schedule:
    """The schedule that ``Schedule.value`` wrote."""
    ends_on = value["ends_on"]
    read = {
        "starts_on": date.fromisoformat(value["starts_on"]),
        "ends_on": None if ends_on is None else date.fromisoformat(ends_on),
        "opens": time.fromisoformat(value["opens"]),
        "closes": time.fromisoformat(value["closes"]),
        "dates": tuple(map(date.fromisoformat, value["dates"])),
        "pauses": tuple(map(_pause, value["pauses"])),
        "reminders": tuple(map(_reminder, value["reminders"])),
        "always": tuple(value["always"]),
        "announce": tuple(value["announce"]),
    }
    return Schedule(**{**value, **read})


def _pause(value: Mapping[str, str]) -> Pause:
    return Pause(date.fromisoformat(value["first"]), date.fromisoformat(value["last"]), value["reason"])


def _reminder(value: Mapping[str, Any]) -> Reminder:
    return Reminder(value["days"], time.fromisoformat(value["at"]))


def _plain(value: Any) -> Any:
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value
