"""What a tally keeps of a wave for the wave that is paired with it: sealed bytes, for a time."""

from sqlalchemy import delete
from sqlmodel import Session, col, select

from service.store.tables_programs import CarriedRow


def keep(tx: Session, wave_id: str, content: bytes, until: str) -> None:
    """Store what is carried over from a wave; ``until`` is RFC 3339 in UTC, a whole minute."""
    tx.add(CarriedRow(wave_id=wave_id, content=content, until=until))
    tx.flush()


def kept(tx: Session, wave_id: str) -> bytes | None:
    """What is carried over from a wave; None if nothing is, or nothing any more."""
    row = tx.get(CarriedRow, wave_id)
    return None if row is None else row.content


def kept_waves(tx: Session) -> list[str]:
    """The waves of which something is kept."""
    return list(tx.exec(select(CarriedRow.wave_id).order_by(col(CarriedRow.wave_id))))


def forget(tx: Session, wave_id: str) -> bool:
    """Delete what was carried over from a wave; False if there was nothing."""
    query = delete(CarriedRow).where(col(CarriedRow.wave_id) == wave_id)
    return tx.connection().execute(query).rowcount > 0


def over(tx: Session, now: str) -> list[str]:
    """The waves of which something is kept although its time is over."""
    query = select(CarriedRow.wave_id).where(col(CarriedRow.until) <= now).order_by(col(CarriedRow.wave_id))
    return list(tx.exec(query))
