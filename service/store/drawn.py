"""Whom a draft will invite where that is not its survey's whole roster: drawn and fixed before it opens."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import delete, insert
from sqlmodel import Session, col, select

from service.store.tables_main import RosterRow
from service.store.tables_schedules import WavePersonRow


def set_people(tx: Session, wave_id: str, people: Iterable[str]) -> None:
    """Fix whom a draft will invite. Whoever leaves the roster before it opens is not invited after all."""
    forget(tx, wave_id)
    rows = [{"wave_id": wave_id, "person": person} for person in people]
    if rows:
        tx.connection().execute(insert(WavePersonRow), rows)


def draw_of(tx: Session, wave_id: str) -> str | None:
    """The wave's id if people were drawn for it, else None: it will invite the whole roster."""
    query = select(WavePersonRow.wave_id).where(col(WavePersonRow.wave_id) == wave_id).limit(1)
    return tx.exec(query).first()


def among(draw: str | None) -> Any:
    """That a row of the roster is of somebody who was drawn for wave ``draw``; of anybody without one."""
    if draw is None:
        return True
    drawn = select(WavePersonRow.person).where(col(WavePersonRow.wave_id) == draw)
    return col(RosterRow.person).in_(drawn)


def leave_out(tx: Session, wave_id: str, people: Collection[str]) -> None:
    """Do not invite these people after all."""
    mine = delete(WavePersonRow).where(col(WavePersonRow.wave_id) == wave_id)
    for person in people:
        tx.connection().execute(mine.where(col(WavePersonRow.person) == person))


def forget(tx: Session, wave_id: str) -> None:
    """Delete who was drawn: the wave has opened, and its invitations say it from now on, or it is deleted."""
    tx.connection().execute(delete(WavePersonRow).where(col(WavePersonRow.wave_id) == wave_id))
