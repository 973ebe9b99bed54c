"""The dates of stored schedules that are not decided yet, in the order in which they will be."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from service.distribution.occurrences import Occurrence, occurrences
from service.distribution.schedule import Schedule, schedule_of
from service.store import schedules
from service.store.tables_schedules import OccurrenceRow, ScheduleRow

WAITING = "waiting"  # the state of a date whose wave could not be drafted when that was last tried
_MOVED = timedelta(days=15)  # a wave opens at most so long after the day that it was planned for


@dataclass(frozen=True, slots=True)
class Coming:
    """A date to decide, from ``due`` on: that is when people are drawn and the wave is drafted."""

    survey: str
    schedule: Schedule
    occurrence: Occurrence

    @property
    def due(self) -> datetime:
        """When its lead time begins, UTC."""
        return self.occurrence.opens_at - timedelta(days=self.schedule.lead_days)

    @property
    def order(self) -> tuple[datetime, int, datetime, str]:
        """Of those due at once a wave of few comes first: one for everybody can do without them."""
        return self.due, -self.schedule.people_one_in, self.occurrence.opens_at, self.survey


def coming(tx: Session, row: ScheduleRow, last: date) -> list[Coming]:
    """The dates of a schedule, planned up to ``last``, that nothing was decided of."""
    first = row.created_on - _MOVED
    return undecided(
        row.survey_id,
        schedule_of(row.value),
        row.created_on,
        schedules.decided(tx, row.survey_id, first),
        last,
    )


def undecided(
    survey: str, schedule: Schedule, since: date, decided: Mapping[date, OccurrenceRow], last: date
) -> list[Coming]:
    """The same of a schedule that speaks of the days from ``since`` on."""
    return [
        Coming(survey, schedule, one)
        for one in occurrences(schedule, since - _MOVED, last)
        if one.opens_at.date() >= since and (one.day not in decided or decided[one.day].state == WAITING)
    ]
