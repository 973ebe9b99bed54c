"""The box: sealed responses of each wave, and what must be known to accept them. It knows no people."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Engine, delete, func
from sqlmodel import Session, col, select

from privacy.board import RootBuilder, leaf_of
from privacy.contract import check_wave
from service.errors import NotFound
from service.store.mixing import mix
from service.store.tables_box import BoxWaveRow, ReceiptKeyRow, ResponseRow
from service.store.unit_of_work import reading, unit_of_work

CHUNK = 10_000  # envelopes that are in memory at once


@dataclass(frozen=True, slots=True)
class BoxWave:
    """A wave as the box knows it.

    ``root`` (32 bytes) and ``responses`` are there once it has closed, ``issued`` once tokens were counted.
    """

    wave: bytes
    manifest: bytes
    closed: bool
    root: bytes | None
    responses: int | None
    issued: int | None


@dataclass(frozen=True, slots=True)
class ClosedBox:
    """What closing a wave fixed: the root of its board, 32 bytes, and the number of its responses."""

    root: bytes
    responses: int


def register_wave(tx: Session, wave: bytes, manifest: bytes) -> None:
    """Let responses to ``wave`` in; doing it again changes nothing.

    Raises ContractBroken unless the canonical manifest hashes to the wave.
    """
    check_wave(manifest, wave)
    if tx.get(BoxWaveRow, wave) is None:
        tx.add(BoxWaveRow(wave=wave, manifest=manifest))
        tx.flush()


def find_wave(tx: Session, wave: bytes) -> BoxWave | None:
    """The wave, or None if the box has never heard of it."""
    row = tx.get(BoxWaveRow, wave)
    if row is None:
        return None
    return BoxWave(row.wave, row.manifest, row.closed, row.root, row.responses, row.issued)


def open_waves(tx: Session) -> list[tuple[bytes, bytes]]:
    """Wave and canonical manifest of every wave that has not closed, in the order of their names."""
    query = select(BoxWaveRow).where(col(BoxWaveRow.closed).is_(False)).order_by(col(BoxWaveRow.wave))
    return [(row.wave, row.manifest) for row in tx.exec(query)]


def is_closed(tx: Session, wave: bytes) -> bool:
    """Whether the wave takes no more responses. Raises NotFound for one the box does not know."""
    return _known(find_wave(tx, wave)).closed


def close_wave(box: Engine, wave: bytes) -> ClosedBox:
    """Close ``wave``, forget the order in which its responses came, and compute the root of its board.

    A response is acknowledged before this or not at all: whoever writes holds the wave's row. Each step can
    be done again, so a close that was interrupted is mended by calling this once more; a wave that has closed
    gives the same value. Raises NotFound for a wave the box does not know, Unavailable if the store fails.
    """
    with unit_of_work(box) as tx:
        query = select(BoxWaveRow).where(col(BoxWaveRow.wave) == wave).with_for_update()
        row = tx.exec(query).first()
        if row is None:
            raise _unknown()
        row.closed = True
        if row.root is not None and row.responses is not None:
            return ClosedBox(row.root, row.responses)
    mix(box, ["response"])
    board = RootBuilder()
    for chunk in envelopes(box, wave):
        for _, envelope in chunk:
            board.add(leaf_of(envelope))
    with unit_of_work(box) as tx:
        row = tx.get_one(BoxWaveRow, wave)
        row.root, row.responses = board.root(), board.size
    return ClosedBox(board.root(), board.size)


def publish_issued(tx: Session, wave: bytes, issued: int) -> None:
    """Put the number of issued tokens on the board of a closed wave, which makes the board public.

    Raises NotFound for a wave the box does not know.
    """
    row = tx.get(BoxWaveRow, wave)
    if row is None:
        raise _unknown()
    row.issued = issued


def envelopes(engine: Engine, wave: bytes, chunk: int = CHUNK) -> Iterator[list[tuple[bytes, bytes]]]:
    """Nullifier and envelope of every response, in the order of nullifiers, ``chunk`` at a time.

    Of a wave that is open it is no one state of the box: a response may come between two chunks.
    """
    after = b""
    while True:
        query = (
            select(ResponseRow.nullifier, ResponseRow.envelope)
            .where(col(ResponseRow.wave) == wave, col(ResponseRow.nullifier) > after)
            .order_by(col(ResponseRow.nullifier))
            .limit(chunk)
        )
        with reading(engine) as tx:
            rows = [(nullifier, envelope) for nullifier, envelope in tx.exec(query)]
        if rows:
            yield rows
            after = rows[-1][0]
        if len(rows) < chunk:
            return


def envelope_at(tx: Session, wave: bytes, locator: bytes) -> bytes | None:
    """The envelope under ``locator`` (16 bytes), or None. Of several, that of the first nullifier."""
    query = (
        select(ResponseRow.envelope)
        .where(col(ResponseRow.locator) == locator, col(ResponseRow.wave) == wave)
        .order_by(col(ResponseRow.nullifier))
    )
    return tx.exec(query).first()


def envelope_of(tx: Session, wave: bytes, nullifier: bytes) -> bytes | None:
    """The envelope that is stored for ``nullifier`` (32 bytes), or None."""
    query = select(ResponseRow.envelope).where(
        col(ResponseRow.wave) == wave, col(ResponseRow.nullifier) == nullifier
    )
    return tx.exec(query).first()


def count(tx: Session, wave: bytes) -> int:
    """Number of responses that are stored for the wave."""
    query = select(func.count()).select_from(ResponseRow).where(col(ResponseRow.wave) == wave)
    return tx.exec(query).one()


def purge(tx: Session, wave: bytes) -> None:
    """Delete the wave's sealed responses; its manifest, root and number stay. Call ``mix`` after the commit.

    Raises NotFound for a wave the box does not know.
    """
    is_closed(tx, wave)
    tx.execute(delete(ResponseRow).where(col(ResponseRow.wave) == wave))


def receipt_public_key(tx: Session) -> bytes | None:
    """The public point (65 bytes) that receipts verify under, or None before a collector has started."""
    row = tx.get(ReceiptKeyRow, 1)
    return None if row is None else row.public_key


def set_receipt_public_key(tx: Session, key: bytes) -> None:
    """Put ``key`` (65 bytes) in place of what was there."""
    tx.merge(ReceiptKeyRow(public_key=key))


def _known(found: BoxWave | None) -> BoxWave:
    if found is None:
        raise _unknown()
    return found


def _unknown() -> NotFound:
    return NotFound("there is no such wave in the box; check its name")
