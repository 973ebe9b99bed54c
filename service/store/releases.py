"""Draws and releases: the noise of a wave is stored once, then the release, and neither ever changes."""

import sqlite3
from contextlib import closing, suppress

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select

from service.errors import Conflict
from service.store import ledger, waves
from service.store.engine import is_sqlite
from service.store.tables_main import DrawRow, ReleaseRow, WaveRow


def stored_draw(tx: Session, wave_id: str) -> bytes | None:
    """The noise that was drawn for a wave that is not yet published."""
    row = tx.get(DrawRow, wave_id)
    return None if row is None else row.content


def store_draw(tx: Session, wave_id: str, content: bytes) -> None:
    """Keep the one draw of a closed wave and mark the loss as spent, together.

    Raises Conflict if there is one already, or if the wave is not waiting for its tally.
    """
    wave = waves.lock(tx, wave_id)
    if wave.state != "closed" or tx.get(DrawRow, wave_id) is not None:
        raise Conflict(f"wave {wave_id} has been drawn already or is not closed; nothing was drawn again")
    tx.add(DrawRow(wave_id=wave_id, content=content))
    ledger.mark(tx, wave_id, "drawn")
    tx.flush()


def publish(tx: Session, wave_id: str, content: bytes) -> bool:
    """Make ``content`` the wave's release, once: closed becomes released and the draw goes.

    Publishing the same bytes again changes nothing and gives False. Raises Conflict for other bytes, for a
    wave that is not closed and for one whose draw was never stored.
    """
    wave = waves.lock(tx, wave_id)
    if wave.state == "released":
        if release_of(tx, wave_id) != content:
            raise Conflict(f"wave {wave_id} is released with other figures; a release never changes")
        return False
    draw = tx.get(DrawRow, wave_id)
    if wave.state != "closed" or draw is None:
        raise Conflict(f"wave {wave_id} is not closed and drawn; nothing was published")
    tx.add(ReleaseRow(wave_id=wave_id, content=content))
    wave.state = "released"
    tx.add(wave)
    tx.delete(draw)
    ledger.mark(tx, wave_id, "committed")
    tx.flush()
    return True


def release_of(tx: Session, wave_id: str) -> bytes | None:
    """The signed release: canonical JSON, the same bytes for ever."""
    row = tx.get(ReleaseRow, wave_id)
    return None if row is None else row.content


def waves_to_tally(tx: Session) -> list[WaveRow]:
    """The closed waves that have no release yet, those that closed first coming first."""
    query = select(WaveRow).where(WaveRow.state == "closed").order_by(WaveRow.closes_at, WaveRow.id)
    return list(tx.exec(query))


def forget_draws(engine: Engine) -> None:
    """Take what is left of published draws, and of what was carried over, out of the files.

    These are deleted rows, and SQLite's write-ahead log.

    What somebody reads at this moment, or a role that does not own the table may not clean, stays until the
    next time.
    """
    with suppress(DBAPIError, sqlite3.Error):
        if is_sqlite(engine):
            with closing(engine.raw_connection()) as raw:
                raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM (TRUNCATE) draw, carried"))
