"""Whom waves ask: what a draw of people goes by.

Who is invited is known, and who is drawn for a draft; nothing here knows who answers.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy import cast as sql_cast
from sqlmodel import Session, col, func, select

from service.store.tables_main import InvitationRow, LedgerRow, RosterRow, WaveRow
from service.store.tables_schedules import WavePersonRow


@dataclass(frozen=True, slots=True)
class AskingWave:
    """A draft, or a wave that has opened. ``day`` is when it was or will be charged ``micro_rho``.

    ``state`` is that of the wave. ``people`` are those drawn for a draft, None for the whole roster; of a
    wave that has opened they are asked for apart.
    """

    id: str
    survey_id: str
    state: str
    opens_at: datetime
    closes_at: datetime
    day: date
    minutes: int
    micro_rho: int
    people: tuple[str, ...] | None = None


def drafted(tx: Session, now: datetime, *, but: str | None = None) -> list[AskingWave]:
    """Every draft that may still open, but for one."""
    query = select(WaveRow).where(col(WaveRow.state) == "draft", col(WaveRow.id) != (but or ""))
    rows = tx.exec(query.order_by(WaveRow.opens_at, WaveRow.id))
    found = []
    for row in rows:
        opens_at, closes_at = _time(row.opens_at), _time(row.closes_at)
        if closes_at <= now:
            continue
        drawn = select(WavePersonRow.person).where(col(WavePersonRow.wave_id) == row.id)
        found.append(
            AskingWave(
                row.id,
                row.survey_id,
                row.state,
                opens_at,
                closes_at,
                max(now, opens_at).date(),
                row.minutes,
                row.plan["promise"]["micro_rho"],
                tuple(tx.exec(drawn)) or None,
            )
        )
    return found


def open_now(tx: Session) -> list[WaveRow]:
    """Every wave that is open, oldest first."""
    query = select(WaveRow).where(col(WaveRow.state) == "open")
    return list(tx.exec(query.order_by(WaveRow.opens_at, WaveRow.id)))


def charged(tx: Session, since: date) -> dict[int, AskingWave]:
    """Every wave that was charged after ``since``, by its position in the ledger."""
    query: Any = (
        select(
            col(LedgerRow.position),
            col(LedgerRow.day),
            col(LedgerRow.micro_rho),
            col(WaveRow.id),
            col(WaveRow.survey_id),
            col(WaveRow.state),
            col(WaveRow.opens_at),
            col(WaveRow.closes_at),
            col(WaveRow.minutes),
        )  # type: ignore[call-overload]
        .join(WaveRow, col(WaveRow.id) == col(LedgerRow.wave_id))
        .where(col(LedgerRow.day) > since)
    )
    return {
        position: AskingWave(
            wave_id, survey_id, state, _time(opens_at), _time(closes_at), day, minutes, micro_rho
        )
        for position, day, micro_rho, wave_id, survey_id, state, opens_at, closes_at, minutes in tx.exec(
            query
        )
    }


def charged_to_everybody(tx: Session, since: date) -> list[tuple[date, int]]:
    """Day and millionths of rho of what everybody on any roster was charged after ``since``."""
    rows = tx.exec(select(LedgerRow).where(col(LedgerRow.wave_id).is_(None), col(LedgerRow.day) > since))
    return [(row.day, row.micro_rho) for row in rows]


def positions_of(tx: Session, surveys: Collection[str], since: date) -> list[tuple[str, str]]:
    """Each person on these rosters who was charged after ``since``, with the positions joined by commas."""
    on_rosters = select(RosterRow.person).where(col(RosterRow.survey_id).in_(surveys))
    position = sql_cast(col(LedgerRow.position), String)
    query: Any = (
        select(InvitationRow.person, func.aggregate_strings(position, ","))
        .join(LedgerRow, col(LedgerRow.wave_id) == col(InvitationRow.wave_id))
        .where(col(LedgerRow.day) > since, col(InvitationRow.person).in_(on_rosters))
        .group_by(col(InvitationRow.person))
    )
    return [(person, positions) for person, positions in tx.exec(query)]


def _time(value: str) -> datetime:
    return datetime.fromisoformat(value)
