"""What is said of waves in chats: each thing once in each chat, claimed before it is sent."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, update
from sqlmodel import Session, col, select

from service.store.tables_main import WaveRow
from service.store.tables_schedules import AnnouncementRow, DistributionRow

OPENED, CLOSING, RELEASED = "opened", "closing", "released"


def announce(tx: Session, wave_id: str, channels: Sequence[str], due: Sequence[tuple[str, str]]) -> None:
    """Have each (kind, RFC 3339 time) of ``due`` said in each chat; what is noted already stays."""
    there = {(row.kind, row.channel) for row in of_wave(tx, wave_id)}
    for kind, due_at in due:
        for channel in channels:
            if (kind, channel) not in there:
                tx.add(AnnouncementRow(wave_id=wave_id, kind=kind, channel=channel, due_at=due_at))
    tx.flush()


def of_wave(tx: Session, wave_id: str) -> list[AnnouncementRow]:
    """Everything that is or will be said of a wave."""
    query = select(AnnouncementRow).where(col(AnnouncementRow.wave_id) == wave_id)
    return list(tx.exec(query.order_by(AnnouncementRow.due_at, AnnouncementRow.channel)))


def released_unsaid(tx: Session) -> list[DistributionRow]:
    """Released waves that are to be announced, and whose results nobody has heard of."""
    said = select(AnnouncementRow.wave_id).where(col(AnnouncementRow.kind) == RELEASED)
    query = (
        select(DistributionRow)
        .join(WaveRow, col(WaveRow.id) == col(DistributionRow.wave_id))
        .where(col(WaveRow.state) == "released", col(WaveRow.id).not_in(said))
    )
    return [row for row in tx.exec(query) if row.announce]


def due(tx: Session, now: str) -> list[AnnouncementRow]:
    """What is to be said now, or tried again now (RFC 3339, UTC)."""
    query = select(AnnouncementRow).where(
        col(AnnouncementRow.state) == "waiting", col(AnnouncementRow.due_at) <= now
    )
    rows = tx.exec(query.order_by(AnnouncementRow.due_at, AnnouncementRow.wave_id, AnnouncementRow.channel))
    return [row for row in rows if (row.not_before or "") <= now]


def claim(tx: Session, row: AnnouncementRow) -> bool:
    """Take it to say it; False if another process did."""
    query = update(AnnouncementRow).where(_place(row), col(AnnouncementRow.state) == "waiting")
    return tx.connection().execute(query.values(state="sending")).rowcount == 1


def settle(tx: Session, row: AnnouncementRow, state: str, **columns: object) -> None:
    """Note what came of it: sent, waiting again, given-up; one that stays ``sending`` is in doubt."""
    query = update(AnnouncementRow).where(_place(row), col(AnnouncementRow.state) != "sent")
    tx.connection().execute(query.values(state=state, **columns))


def _place(row: AnnouncementRow) -> ColumnElement[bool]:
    return and_(
        col(AnnouncementRow.wave_id) == row.wave_id,
        col(AnnouncementRow.kind) == row.kind,
        col(AnnouncementRow.channel) == row.channel,
    )
