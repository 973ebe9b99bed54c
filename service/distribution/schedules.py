"""A survey's schedule: set, read, paused, resumed and ended, and the year that follows from it."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, cast

from sqlmodel import Session

from privacy.errors import Invalid
from service.accounts import audit
from service.accounts.audit import Actor
from service.clock import today
from service.distribution.coming import coming
from service.distribution.hearing import channel_problems
from service.distribution.letter_texts import mail_problems
from service.distribution.schedule import Schedule, schedule_of
from service.distribution.schedule_faults import schedule_problems
from service.distribution.year_view import Year, year_of
from service.errors import Conflict
from service.http.context import Context
from service.store import rosters, schedules, surveys, waves
from service.store.tables_main import WaveRow
from service.store.tables_schedules import OccurrenceRow, ScheduleRow
from service.store.unit_of_work import reading, unit_of_work
from service.surveys.definition_file import load

LATEST = 100  # dates that are shown with a schedule


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A schedule and what became of its latest dates, newest first; a wave is None where there is none."""

    survey: str
    state: Literal["active", "paused"]
    created_on: date
    schedule: Schedule
    dates: tuple[tuple[OccurrenceRow, WaveRow | None], ...]


def set_schedule(
    context: Context, by: Actor, survey_id: str, schedule: Schedule, *, dry_run: bool = False
) -> Year:
    """Make ``schedule`` that of the survey; in a dry run only the year that would follow from it.

    What was decided of dates before stays. Raises NotFound, Conflict without a roster, and Invalid with every
    fault: of the schedule itself, of its waves' plans, of the year beside everything else that is planned.
    Then nothing is stored.
    """
    with reading(context.main) as tx:
        seen = _state(tx, survey_id)
        year = _checked_year(tx, context, survey_id, schedule)
    if dry_run:
        return year
    with unit_of_work(context.main) as tx:
        schedules.lock(tx)
        surveys.lock_survey(tx, survey_id)
        if _state(tx, survey_id) != seen:
            raise Conflict("the survey or another schedule was changed meanwhile; set the schedule again")
        schedules.put(tx, survey_id, schedule.value(), today(context.clock))
        audit.record(tx, context, by, "set schedule", survey_id, cadence=schedule.cadence)
    return year


def get_schedule(context: Context, survey_id: str) -> Scheduled:
    """The schedule of a survey. Raises NotFound without one."""
    with reading(context.main) as tx:
        return _scheduled(tx, survey_id)


def year_of_schedule(context: Context, survey_id: str) -> Year:
    """The next twelve months of a survey's schedule. Raises NotFound without one."""
    with reading(context.main) as tx:
        surveys.get_survey(tx, survey_id)
        row = schedules.get(tx, survey_id)
        # As it is if it is active, as it would be if it is paused.
        return year_of(tx, context, survey_id, schedule_of(row.value), row.created_on)


def pause_schedule(context: Context, by: Actor, survey_id: str) -> Scheduled:
    """Draft no more waves, and delete the drafts that have not opened; an open wave closes at its time.

    Raises NotFound, and Conflict for one that is paused.
    """
    with unit_of_work(context.main) as tx:
        row = _locked(tx, survey_id)
        if row.state == "paused":
            raise Conflict("the schedule is paused already")
        schedules.set_state(tx, row, "paused")
        number = _take_back(tx, survey_id)
        audit.record(tx, context, by, "pause schedule", survey_id, drafts=number)
        return _scheduled(tx, survey_id)


def resume_schedule(context: Context, by: Actor, survey_id: str) -> Scheduled:
    """Draft waves again; dates whose opening passed meanwhile are skipped.

    Raises NotFound, and Conflict for one that is active.
    """
    now = context.clock()
    with unit_of_work(context.main) as tx:
        row = _locked(tx, survey_id)
        if row.state == "active":
            raise Conflict("the schedule is active already")
        for one in coming(tx, row, now.date()):
            if one.occurrence.opens_at <= now:
                reason = one.occurrence.skipped or "the schedule was paused"
                schedules.decide(tx, survey_id, one.occurrence.day, "skipped", reason=reason)
        schedules.set_state(tx, row, "active")
        audit.record(tx, context, by, "resume schedule", survey_id)
        return _scheduled(tx, survey_id)


def end_schedule(context: Context, by: Actor, survey_id: str) -> None:
    """Delete a schedule and the drafts that have not opened; what became of its dates stays.

    Raises NotFound without one.
    """
    with unit_of_work(context.main) as tx:
        _locked(tx, survey_id)
        number = _take_back(tx, survey_id)
        schedules.end(tx, survey_id)
        audit.record(tx, context, by, "end schedule", survey_id, drafts=number)


def _checked_year(tx: Session, context: Context, survey_id: str, schedule: Schedule) -> Year:
    survey, _ = load(surveys.get_survey(tx, survey_id).source)
    problems = schedule_problems(schedule, survey)
    if schedule.mail:
        problems += mail_problems(context, survey.languages)
    problems += channel_problems(context.settings, schedule.announce)
    if problems:
        raise Invalid(problems)
    if not rosters.people_of(tx, survey_id):
        raise Conflict("the survey's roster is empty; upload one, then set the schedule")
    row = schedules.find(tx, survey_id)
    unchanged = row is not None and row.value == schedule.value()
    since = row.created_on if row is not None and unchanged else today(context.clock)
    year = year_of(tx, context, survey_id, schedule, since)
    if year.problems:
        raise Invalid(year.problems)
    return year


def _state(tx: Session, survey_id: str) -> object:
    """What a year follows from, as far as somebody may change it while it is computed: that takes seconds."""
    rows = [(row.survey_id, row.value, row.created_on) for row in schedules.active(tx)]
    return surveys.get_survey(tx, survey_id).source, rows


def _locked(tx: Session, survey_id: str) -> ScheduleRow:
    # Not the survey: what opens a wave holds that wave and then waits for its survey.
    schedules.lock(tx)
    surveys.get_survey(tx, survey_id)
    return schedules.get(tx, survey_id)


def _take_back(tx: Session, survey_id: str) -> int:
    """Delete the drafts of a schedule, and leave their dates to be decided anew; how many there were."""
    number = 0
    for day, wave_id in schedules.drafts(tx, survey_id):
        if waves.lock(tx, wave_id).state == "draft":  # it may have opened just now
            waves.delete_draft(tx, wave_id)
            schedules.forget(tx, survey_id, day)
            number += 1
    return number


def _scheduled(tx: Session, survey_id: str) -> Scheduled:
    surveys.get_survey(tx, survey_id)
    row = schedules.get(tx, survey_id)
    return Scheduled(
        survey=survey_id,
        state=cast(Literal["active", "paused"], row.state),
        created_on=row.created_on,
        schedule=schedule_of(row.value),
        dates=tuple(schedules.with_waves(tx, survey_id, limit=LATEST)),
    )
