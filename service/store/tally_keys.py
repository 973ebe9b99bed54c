"""The pool of wave keys that the tally made: public halves alone. Opening a wave takes one, for good."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from service.errors import Conflict
from service.store.tables_main import TallyKeyRow, WaveRow


@dataclass(frozen=True, slots=True)
class PublicTallyKey:
    """The public halves of one wave key: two uncompressed P-256 points of 65 bytes."""

    id: str
    hpke: bytes
    release: bytes


def add_keys(tx: Session, keys: Sequence[PublicTallyKey]) -> None:
    """Put keys in the pool; a key that is in it already stays as it is."""
    for key in keys:
        if tx.get(TallyKeyRow, key.id) is None:
            tx.add(TallyKeyRow(id=key.id, hpke_public_key=key.hpke, release_public_key=key.release))


def free_keys(tx: Session) -> int:
    """How many keys no wave has taken."""
    query = select(func.count()).select_from(TallyKeyRow).where(col(TallyKeyRow.wave_id).is_(None))
    return tx.exec(query).one()


def free_key_rows(tx: Session) -> list[TallyKeyRow]:
    """The keys that no wave has taken."""
    query = select(TallyKeyRow).where(col(TallyKeyRow.wave_id).is_(None)).order_by(TallyKeyRow.id)
    return list(tx.exec(query))


def take_key(tx: Session, wave_id: str) -> TallyKeyRow:
    """Give a wave its key; two waves that open at the same moment get two.

    Raises Conflict if the pool is empty, or if the wave has a key already.
    """
    if key_of(tx, wave_id) is not None:
        raise Conflict(f"wave {wave_id} has its key already; a wave opens once")
    free = select(TallyKeyRow).where(col(TallyKeyRow.wave_id).is_(None)).order_by(TallyKeyRow.id)
    row = tx.exec(free.limit(1).with_for_update(skip_locked=True)).first()
    if row is None:
        raise Conflict("the pool of wave keys is empty; run sottovoce tally keys where the tally runs")
    row.wave_id = wave_id
    tx.add(row)
    tx.flush()
    return row


def key_of(tx: Session, wave_id: str) -> TallyKeyRow | None:
    """The key that the wave took when it opened."""
    return tx.exec(select(TallyKeyRow).where(TallyKeyRow.wave_id == wave_id)).first()


def keys_in_state(tx: Session, *states: str) -> list[TallyKeyRow]:
    """The keys of the waves that are in one of these states."""
    query = (
        select(TallyKeyRow)
        .join(WaveRow, col(WaveRow.id) == col(TallyKeyRow.wave_id))
        .where(col(WaveRow.state).in_(states))
        .order_by(TallyKeyRow.id)
    )
    return list(tx.exec(query))


def discard_free_keys(tx: Session, ids: Sequence[str]) -> int:
    """Take keys out of the pool whose private halves are lost; one that a wave has taken stays."""
    lost = delete(TallyKeyRow).where(col(TallyKeyRow.id).in_(ids), col(TallyKeyRow.wave_id).is_(None))
    return tx.connection().execute(lost).rowcount
