"""Schedules of surveys, and what became of each of their dates."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import Session, col, func, select

from service.errors import NotFound
from service.store.locks import hold
from service.store.tables_main import InvitationRow, WaveRow
from service.store.tables_schedules import OccurrenceRow, ScheduleRow, WavePersonRow


def lock(tx: Session) -> None:
    """Hold before a date is decided or a schedule changes: each date once, and no two draws side by side."""
    hold(tx, "schedules")


def find(tx: Session, survey_id: str) -> ScheduleRow | None:
    """The schedule of a survey as it is now, if it has one."""
    query = select(ScheduleRow).where(col(ScheduleRow.survey_id) == survey_id)
    return tx.exec(query.execution_options(populate_existing=True)).first()


def get(tx: Session, survey_id: str) -> ScheduleRow:
    """The same. Raises NotFound without one."""
    row = find(tx, survey_id)
    if row is None:
        raise NotFound("the survey has no schedule; set one")
    return row


def put(tx: Session, survey_id: str, value: Mapping[str, Any], day: date) -> ScheduleRow:
    """Store a schedule in place of the one that was; what was decided stays, and so does a pause.

    ``created_on`` becomes ``day``, the first one that a changed schedule speaks of.
    """
    row = find(tx, survey_id)
    if row is None:
        row = ScheduleRow(survey_id=survey_id, state="active", value=dict(value), created_on=day)
    elif row.value != dict(value):
        row.value, row.created_on = dict(value), day
    tx.add(row)
    tx.flush()
    return row


def set_state(tx: Session, row: ScheduleRow, state: str) -> None:
    """Make a schedule ``active`` or ``paused``."""
    row.state = state
    tx.add(row)
    tx.flush()


def end(tx: Session, survey_id: str) -> None:
    """Delete a schedule; what became of its dates stays."""
    tx.connection().execute(delete(ScheduleRow).where(col(ScheduleRow.survey_id) == survey_id))


def active(tx: Session) -> list[ScheduleRow]:
    """The schedules that make waves, in the order of their surveys."""
    query = select(ScheduleRow).where(col(ScheduleRow.state) == "active")
    return list(tx.exec(query.order_by(ScheduleRow.survey_id)))


def decided(tx: Session, survey_id: str, since: date) -> dict[date, OccurrenceRow]:
    """The dates of a survey's schedule from ``since`` on that there is a row of, by their days."""
    query = select(OccurrenceRow).where(
        col(OccurrenceRow.survey_id) == survey_id, col(OccurrenceRow.day) >= since
    )
    return {row.day: row for row in tx.exec(query.execution_options(populate_existing=True))}


def with_waves(
    tx: Session, survey_id: str, *, before: date | None = None, limit: int
) -> list[tuple[OccurrenceRow, WaveRow | None]]:
    """What became of the latest ``limit`` dates (those before a day), newest first, with their waves."""
    query = (
        select(OccurrenceRow, WaveRow)
        .join(WaveRow, col(WaveRow.id) == col(OccurrenceRow.wave_id), isouter=True)
        .where(col(OccurrenceRow.survey_id) == survey_id)
        .order_by(col(OccurrenceRow.day).desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(col(OccurrenceRow.day) < before)
    return [(row, wave) for row, wave in tx.exec(query)]


def occurrence(tx: Session, survey_id: str, day: date) -> OccurrenceRow | None:
    """The row of a date as it is now, if there is one."""
    return tx.get(OccurrenceRow, (survey_id, day), populate_existing=True)


def decide(tx: Session, survey_id: str, day: date, state: str, **columns: Any) -> OccurrenceRow:
    """Note what became of a date: drafted, waiting, skipped or missed. ``columns`` are the row's others."""
    row = occurrence(tx, survey_id, day) or OccurrenceRow(survey_id=survey_id, day=day, state=state)
    row.state = state
    for name in ("turn", "wave_id", "reason", "fault"):
        setattr(row, name, columns.get(name))
    tx.add(row)
    tx.flush()
    return row


def forget(tx: Session, survey_id: str, day: date) -> None:
    """Take back what was decided of a date, so that it can be decided anew."""
    query = delete(OccurrenceRow).where(
        col(OccurrenceRow.survey_id) == survey_id, col(OccurrenceRow.day) == day
    )
    tx.connection().execute(query)
    tx.expire_all()


def drafts(tx: Session, survey_id: str) -> list[tuple[date, str]]:
    """The dates of a survey whose waves are drafts still, and the ids of these."""
    query = (
        select(col(OccurrenceRow.day), col(WaveRow.id))
        .join(WaveRow, col(WaveRow.id) == col(OccurrenceRow.wave_id))
        .where(col(OccurrenceRow.survey_id) == survey_id, col(WaveRow.state) == "draft")
    )
    return list(tx.exec(query.order_by(col(OccurrenceRow.day))))


def too_late(tx: Session, now: datetime) -> list[str]:
    """Ids of the drafts of schedules that the catch-up rule opens no more: half of their time is over."""
    query = (
        select(WaveRow.id, WaveRow.opens_at, WaveRow.closes_at)
        .join(OccurrenceRow, col(OccurrenceRow.wave_id) == col(WaveRow.id))
        .where(col(WaveRow.state) == "draft")
    )
    found = []
    for wave_id, opens_at, closes_at in tx.exec(query):
        opens, closes = datetime.fromisoformat(opens_at), datetime.fromisoformat(closes_at)
        if 2 * (now - opens) >= closes - opens:
            found.append(wave_id)
    return found


def of_wave(tx: Session, wave_id: str) -> OccurrenceRow | None:
    """The date that a wave was made for, if a schedule made it."""
    query = select(OccurrenceRow).where(col(OccurrenceRow.wave_id) == wave_id)
    return tx.exec(query.execution_options(populate_existing=True)).first()


def next_turn(tx: Session, survey_id: str) -> int:
    """How many waves a survey's schedule has held: what rotation goes by."""
    query = select(func.max(OccurrenceRow.turn)).where(col(OccurrenceRow.survey_id) == survey_id)
    latest = tx.exec(query).one()
    return 0 if latest is None else latest + 1


def last_turns(tx: Session, survey_id: str) -> dict[str, int]:
    """The turn in which each person was asked last, or is to be by a draft that people were drawn for."""
    found: dict[str, int] = {}
    for table in (InvitationRow, WavePersonRow):
        query = (
            select(table.person, func.max(OccurrenceRow.turn))
            .join(OccurrenceRow, col(OccurrenceRow.wave_id) == col(table.wave_id))
            .where(col(OccurrenceRow.survey_id) == survey_id)
            .group_by(col(table.person))
        )
        for person, turn in tx.exec(query):
            if turn is not None:
                found[person] = max(turn, found.get(person, turn))
    return found


def keep_fault(tx: Session, wave_id: str, fault: str | None) -> None:
    """Note why the wave of a date could not be opened when that was last tried; nothing for other waves."""
    query = update(OccurrenceRow).where(col(OccurrenceRow.wave_id) == wave_id)
    tx.connection().execute(query.values(fault=fault))
