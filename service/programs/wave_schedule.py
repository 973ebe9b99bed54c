"""When the waves of a program run: before it starts, as it ends, and some months after."""

import calendar
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from privacy.errors import Invalid, Problem
from service.programs.program_view import BASELINE, END, LATER

_LAST_YEAR = 9000
_MORNING = time(8, tzinfo=UTC)
_MONTHS = {END: 0, LATER[0]: 1, LATER[1]: 3}  # after the end, by label


@dataclass(frozen=True, slots=True)
class Slot:
    """One wave of a plan; times are UTC, whole minutes."""

    label: str
    opens_at: datetime
    closes_at: datetime


def usual_waves() -> list[dict[str, Any]]:
    """T0 before the program, T1 at its end, T2 one month and T3 three months after."""
    return [{"label": label, "months": None, "opens_at": None} for label in (BASELINE, *_MONTHS)]


def schedule(
    starts_on: date,
    ends_on: date,
    wanted: Sequence[Mapping[str, Any]],
    *,
    first_opens_at: datetime | None,
    open_days: int,
) -> list[Slot]:
    """The waves of ``wanted``: ``label``, and ``months`` after the end or ``opens_at``.

    Without either a baseline closes as the program starts, and the others open as their labels say.
    ``first_opens_at`` is when the first one opens, and at what time of day the others do.
    Raises Invalid with every fault.
    """
    at = _MORNING if first_opens_at is None else first_opens_at.timetz()
    slots: list[Slot] = []
    problems: list[Problem] = []
    for number, wave in enumerate(wanted):
        place = f"waves[{number}]"
        try:
            opens_at, fault = _opening(wave, starts_on, ends_on, at, open_days)
        except (OverflowError, ValueError):
            opens_at, fault = None, "there is no such day"
        if number == 0 and first_opens_at is not None:
            if wave["opens_at"] is not None or wave["months"] is not None:
                fault = "first_opens_at says when it opens as well"
            opens_at = first_opens_at
        if fault is not None or opens_at is None:
            message = fault or "nothing says when it opens"
            remedy = "give months after the end of the program, or opens_at, and not both"
            problems.append(Problem("wave-when", place, message, remedy))
            continue
        if opens_at.year > _LAST_YEAR:
            message, remedy = "it is too far away", f"open it by the year {_LAST_YEAR}"
            problems.append(Problem("wave-when", place, message, remedy))
            continue
        slots.append(Slot(wave["label"], opens_at, opens_at + timedelta(days=open_days)))
    labels = [wave["label"] for wave in wanted]
    if len(set(labels)) != len(labels):
        message, remedy = "two waves have one label", "give each its own, such as other-1 and other-2"
        problems.append(Problem("label-twice", "waves", message, remedy))
    if problems := problems + _order_problems(slots):
        raise Invalid(problems)
    return slots


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last day if it has fewer."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _opening(
    wave: Mapping[str, Any], starts_on: date, ends_on: date, at: time, open_days: int
) -> tuple[datetime | None, str | None]:
    """When a wave opens, and what is wrong with how it says so."""
    if wave["opens_at"] is not None:
        return wave["opens_at"], None if wave["months"] is None else "it says when it opens twice"
    months = _MONTHS.get(wave["label"]) if wave["months"] is None else wave["months"]
    if months is not None:
        return datetime.combine(months_after(ends_on, months), at), None
    if wave["label"] == BASELINE:
        return datetime.combine(starts_on, at) - timedelta(days=open_days), None
    return None, None


def _order_problems(slots: Sequence[Slot]) -> list[Problem]:
    problems = []
    for before, after in itertools.pairwise(slots):
        if after.opens_at < before.closes_at:
            message = f"{after.label} opens before {before.label} has closed"
            remedy = "list waves in their order, leave them open for fewer days, or further apart"
            problems.append(Problem("wave-order", f"waves.{after.label}", message, remedy))
    return problems
