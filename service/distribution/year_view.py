"""What the next twelve months of a survey's schedule come to: each date, what it asks of people and costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlmodel import Session

from privacy.errors import Problem
from privacy.survey import Survey
from service.distribution.coming import WAITING
from service.distribution.crowd import Asking, Crowd, Limits
from service.distribution.occurrences import occurrences
from service.distribution.schedule import Schedule
from service.distribution.year import Foreseen, Ground, foresee, ground_of
from service.distribution.year_faults import largest_epsilon, notes_on, year_problems
from service.distribution.year_plan import planned_parts
from service.http.context import Context
from service.store import schedules
from service.store.tables_main import WaveRow
from service.store.tables_schedules import OccurrenceRow
from service.surveys.definition_file import load

State = Literal["planned", "waiting", "drafted", "open", "closed", "released", "skipped", "missed"]
_MOST_DECIDED = 400  # dates of the next year that are decided already


@dataclass(frozen=True, slots=True)
class YearWave:
    """One date. Numbers are 0 where there will be no wave, and ``reason`` says why; times are UTC.

    ``spent`` is the most that anybody it invites will have been charged in the year up to it, itself left
    out; ``invitations`` and ``minutes_asked`` are the most that anybody will be asked for in the 28 days up
    to it. ``fits`` says whether all of that is within the limits. Losses are millionths of rho.
    """

    day: date
    opens_at: datetime
    closes_at: datetime
    state: State
    wave: str | None = None
    turn: int | None = None
    questions: tuple[str, ...] = ()
    invited: int = 0
    minutes: int = 0
    micro_rho: int = 0
    spent: int = 0
    invitations: int = 0
    minutes_asked: int = 0
    fits: bool = True
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Year:
    """``parts`` is within how many waves every question comes back, ``largest_epsilon`` the largest with
    which the cap leaves nobody out who has any room, ``chosen`` the planner's plan of the first wave,
    ``problems`` what stands against the schedule.
    """

    survey: str
    schedule: Schedule
    roster: int
    waves: tuple[YearWave, ...]
    parts: int
    limits: Limits
    largest_epsilon: float | None
    chosen: Mapping[str, Any] | None
    notes: tuple[str, ...]
    problems: tuple[Problem, ...]


def year_of(
    tx: Session, context: Context, survey_id: str, schedule: Schedule | None = None, since: date | None = None
) -> Year:
    """The year of a survey's schedule, or of ``schedule`` in its place, set on the day ``since``.

    Raises NotFound without either, and Invalid if the survey's definition cannot be read.
    """
    ground = ground_of(tx, context, survey_id, schedule, since or context.clock().date())
    held = ground.held[survey_id]
    year = foresee(ground, room=True)
    limited = any(one.drawn is not None and one.drawn.without_room for one in year.foreseen)
    without_cap = foresee(ground, room=False) if limited else year
    planned = planned_parts(tx, context, survey_id, held, ground.now)
    problems = (*planned.problems, *year_problems(year, without_cap))
    shown = without_cap if problems else year  # what is over the cap shows
    return Year(
        survey=survey_id,
        schedule=held.schedule,
        roster=int(ground.crowd.rosters[survey_id].sum()),
        waves=tuple(_waves(tx, shown)),
        parts=len(held.parts),
        limits=ground.crowd.limits,
        largest_epsilon=largest_epsilon(without_cap),
        chosen=planned.chosen,
        notes=(*planned.notes, *notes_on(shown)),
        problems=problems,
    )


def _waves(tx: Session, ground: Ground) -> list[YearWave]:
    """Those decided already and not over, and those to come, in the order of their days."""
    schedule = ground.held[ground.own].schedule
    rows = schedules.with_waves(tx, ground.own, limit=_MOST_DECIDED)
    waiting = {row.day: row for row, _ in rows if row.state == WAITING}
    found = [
        _to_come(ground.crowd, one, waiting) for one in ground.foreseen if one.coming.survey == ground.own
    ]
    for row, wave in rows:
        if row.state == WAITING:
            continue
        if wave is not None and datetime.fromisoformat(wave.closes_at) > ground.now:
            found.append(_drafted(ground.crowd, row, wave))
        elif wave is None and row.day >= ground.now.date():
            found += _passed(schedule, row)
    return sorted(found, key=lambda one: one.day)


def _to_come(crowd: Crowd, one: Foreseen, waiting: Mapping[date, OccurrenceRow]) -> YearWave:
    at = one.coming.occurrence
    row = waiting.get(at.day)
    if one.wave is None or one.part is None:
        return YearWave(
            at.day, at.opens_at, at.closes_at, "missed" if one.missed else "skipped", reason=one.reason
        )
    return _numbers(
        crowd,
        one.wave,
        day=at.day,
        state="planned" if row is None else "waiting",
        turn=one.turn,
        questions=_questions(one.part.survey),
        reason=None if row is None else row.fault,
    )


def _drafted(crowd: Crowd, row: OccurrenceRow, wave: WaveRow) -> YearWave:
    state: Any = "drafted" if wave.state == "draft" else wave.state
    asking = next((one for one in crowd.waves if one.id == wave.id), None)
    questions = _questions(load(wave.source)[0])
    reason = row.fault or row.reason
    if asking is None:
        opens_at, closes_at = map(datetime.fromisoformat, (wave.opens_at, wave.closes_at))
        return YearWave(row.day, opens_at, closes_at, state, wave.id, row.turn, questions, reason=reason)
    return _numbers(
        crowd, asking, day=row.day, state=state, turn=row.turn, questions=questions, reason=reason
    )


def _passed(schedule: Schedule, row: OccurrenceRow) -> list[YearWave]:
    state: Any = row.state
    return [
        YearWave(row.day, at.opens_at, at.closes_at, state, reason=row.reason)
        for at in occurrences(schedule, row.day, row.day)
    ]


def _numbers(crowd: Crowd, asking: Asking, **columns: Any) -> YearWave:
    """A wave with its numbers once everything before it has come."""
    people = asking.people
    spent = int(crowd.spent(asking.day)[people].max(initial=0))
    invitations, minutes = (int(most[people].max(initial=0)) for most in crowd.load(asking.opens_at.date()))
    limits = crowd.limits
    return YearWave(
        opens_at=asking.opens_at,
        closes_at=asking.closes_at,
        wave=asking.id,
        invited=int(people.sum()),
        minutes=asking.minutes,
        micro_rho=asking.micro_rho,
        spent=max(0, spent - asking.micro_rho),
        invitations=invitations,
        minutes_asked=minutes,
        fits=spent <= limits.micro_rho and invitations <= limits.invitations and minutes <= limits.minutes,
        **columns,
    )


def _questions(survey: Survey) -> tuple[str, ...]:
    return tuple(question.id for question in survey.questions)
