"""Which days are holidays or of the weekend, by calendars such as DE or DE-BY (the package ``holidays``)."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import holidays

_WEEKEND = frozenset({calendar.SATURDAY, calendar.SUNDAY})


@dataclass(frozen=True, slots=True)
class _Year:
    """A year of a calendar; ``extra`` are days of the weekend on which people work all the same."""

    names: Mapping[date, str]
    weekend: frozenset[int]
    extra: frozenset[date]


def holiday_on(name: str | None, day: date) -> str | None:
    """What is celebrated on a day, in English where the calendar has it; None for no holiday.

    ``name`` is that of a calendar that exists, or None for one without holidays.
    """
    return None if name is None else _year(name, day.year).names.get(day)


def is_weekend(name: str | None, day: date) -> bool:
    """Whether a day belongs to the weekend of a calendar; Saturday and Sunday without one."""
    if name is None:
        return day.weekday() in _WEEKEND
    year = _year(name, day.year)
    return day.weekday() in year.weekend and day not in year.extra


def calendar_problem(name: str) -> str | None:
    """What is wrong with the name of a calendar; None if there is one of this name."""
    country, _, part = name.partition("-")
    known = _calendars()
    if country not in known:
        return f"there is no calendar of holidays {name!r}"
    if "-" in name and part not in known[country]:
        return f"the calendar {country} has no part {part!r}"
    return None


def calendars_like(name: str) -> list[str]:
    """The calendars that may have been meant: the parts of a country that there is, or else none."""
    country = name.partition("-")[0].upper()
    known = _calendars()
    return [country, *(f"{country}-{part}" for part in known[country])] if country in known else []


@lru_cache(maxsize=1)
def _calendars() -> Mapping[str, list[str]]:
    return holidays.list_supported_countries(include_aliases=False)


@lru_cache(maxsize=128)
def _year(name: str, year: int) -> _Year:
    country, _, part = name.partition("-")
    found = holidays.country_holidays(
        country, subdiv=part or None, years=year, expand=False, language="en_US"
    )
    return _Year(dict(found.items()), frozenset(found.weekend), frozenset(found.weekend_workdays))
