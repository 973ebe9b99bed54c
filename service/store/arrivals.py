"""Writing a group of arrivals into the box in one transaction: the fast path of the collector.

A response replaces an earlier one of its nullifier only with a higher sequence. The wave's row is held while
its responses are written, so closing a wave waits for them and what is acknowledged is on the board.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import col, select

from privacy.sealing import SEQUENCE_OFFSET, SEQUENCE_SIZE
from service.store.engine import WRITES
from service.store.slots import slot_of
from service.store.tables_box import BoxWaveRow, ResponseRow

_NEIGHBOURS = 4  # slots tried for a response where other nullifiers hold its own
_DEADLOCK = "40P01"  # SQLSTATE
_UNAVAILABLE = "the response could not be stored; keep it and send the same one again"

# Driver-level SQL, because building statements costs more than running them.
_COLUMNS = "slot, nullifier, wave, locator, envelope"
_LATER = (
    " ON CONFLICT (wave, nullifier) DO UPDATE SET locator = excluded.locator, envelope = excluded.envelope"
    f" WHERE substr(excluded.envelope, {SEQUENCE_OFFSET + 1}, {SEQUENCE_SIZE})"
    f" > substr(response.envelope, {SEQUENCE_OFFSET + 1}, {SEQUENCE_SIZE})"
)
_INSERT_SQLITE = f"INSERT INTO response ({_COLUMNS}) VALUES (?, ?, ?, ?, ?){_LATER}"  # noqa: S608 - constants
_INSERT_POSTGRESQL = (
    f"INSERT INTO response ({_COLUMNS})"  # noqa: S608 - constants
    f" SELECT * FROM unnest(%s::bigint[], %s::bytea[], %s::bytea[], %s::bytea[], %s::bytea[]){_LATER}"
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A verified envelope on its way into the box, with the parts of it that the store must know."""

    wave: bytes
    nullifier: bytes
    locator: bytes
    sequence: int
    envelope: bytes


class Outcome(Enum):
    """What became of an arrival."""

    STORED = auto()  # it is in the store, now or since an earlier try
    REFUSED = auto()  # a response with a higher sequence is, or another one with the same
    CLOSED = auto()  # the wave takes no more
    UNAVAILABLE = auto()  # the store failed; nothing was changed


def store(box: Engine, group: Sequence[Arrival]) -> list[Outcome]:
    """Write a group, durably, and say for each arrival what became of it; never raises for the store.

    The result is as if the arrivals had come one after the other. If one of them spoils the transaction, each
    is written in its own.
    """
    for shift in range(_NEIGHBOURS):
        try:
            return _store(box, group, shift)
        except (DBAPIError, PoolTimeout) as error:
            if not _is_about_one_row(error):
                break
            if len(group) > 1:
                return [outcome for arrival in group for outcome in store(box, [arrival])]
    return [Outcome.UNAVAILABLE] * len(group)


def _is_about_one_row(error: Exception) -> bool:
    return isinstance(error, IntegrityError) or (
        isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == _DEADLOCK
    )


def _store(box: Engine, group: Sequence[Arrival], shift: int) -> list[Outcome]:
    outcomes = [Outcome.CLOSED] * len(group)
    with box.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        open_waves = _hold_open(connection, {arrival.wave for arrival in group})
        for turn in _turns(group):
            places = [place for place in turn if group[place].wave in open_waves]
            arrivals = [group[place] for place in places]
            if not arrivals:
                continue
            all_stored = _insert(connection, arrivals, shift) == len(arrivals)
            for place, arrival in zip(places, arrivals, strict=True):
                stored = all_stored or _is_stored(connection, arrival)
                outcomes[place] = Outcome.STORED if stored else Outcome.REFUSED
    return outcomes


def _hold_open(connection: Connection, waves: set[bytes]) -> set[bytes]:
    """Those of ``waves`` that are open, and stay so until this transaction ends."""
    query = select(BoxWaveRow.wave).where(col(BoxWaveRow.wave).in_(waves), col(BoxWaveRow.closed).is_(False))
    return set(connection.scalars(query.with_for_update(read=True)))


def _turns(group: Sequence[Arrival]) -> Iterable[list[int]]:
    """The group's places, cut so that a nullifier comes up once a turn, its lower sequences first."""
    turns: dict[int, list[int]] = defaultdict(list)
    seen: dict[bytes, int] = defaultdict(int)
    for place in sorted(range(len(group)), key=lambda place: group[place].sequence):
        nullifier = group[place].nullifier
        turns[seen[nullifier]].append(place)
        seen[nullifier] += 1
    return turns.values()


def _insert(connection: Connection, arrivals: Sequence[Arrival], shift: int) -> int:
    """Number of rows that were written: new, or in place of a lower sequence."""
    rows = [(slot_of(a.nullifier) + shift, a.nullifier, a.wave, a.locator, a.envelope) for a in arrivals]
    if connection.dialect.name == "sqlite":
        return connection.exec_driver_sql(_INSERT_SQLITE, rows).rowcount
    columns = tuple(list(column) for column in zip(*rows, strict=True))
    return connection.exec_driver_sql(_INSERT_POSTGRESQL, columns).rowcount


def _is_stored(connection: Connection, arrival: Arrival) -> bool:
    query = select(ResponseRow.envelope).where(
        col(ResponseRow.wave) == arrival.wave, col(ResponseRow.nullifier) == arrival.nullifier
    )
    return connection.scalar(query) == arrival.envelope
