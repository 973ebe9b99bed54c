"""Writing a group of arrivals into the box in one transaction: the fast path of the collector.

A response replaces an earlier one of its nullifier only with a higher sequence. The wave's row is held while
its responses are written, so closing a wave waits for them and what is acknowledged is on the board.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

import psycopg
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from privacy.sealing import SEQUENCE_OFFSET, SEQUENCE_SIZE
from service.store.engine import is_sqlite
from service.store.slots import slot_of

_NEIGHBOURS = 4  # slots tried for a response where other nullifiers hold its own
_ABOUT_ONE_ROW = (sqlite3.IntegrityError, psycopg.IntegrityError, psycopg.errors.DeadlockDetected)
_FAILURES = (sqlite3.Error, psycopg.Error, DBAPIError, PoolTimeout)


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


_IF_LATER = (
    " ON CONFLICT (wave, nullifier) DO UPDATE SET locator = excluded.locator, envelope = excluded.envelope"
    f" WHERE substr(excluded.envelope, {SEQUENCE_OFFSET + 1}, {SEQUENCE_SIZE})"
    f" > substr(response.envelope, {SEQUENCE_OFFSET + 1}, {SEQUENCE_SIZE})"
)


@dataclass(frozen=True, slots=True)
class _Statements:
    begin: str | None  # None: the driver begins a transaction itself
    hold: str
    find: str
    insert: str
    by_columns: bool  # one array for each column, instead of one execution for each row


_SQLITE = _Statements(
    begin="BEGIN IMMEDIATE",
    hold="SELECT 1 FROM box_wave WHERE wave = ? AND NOT closed",
    find="SELECT envelope FROM response WHERE wave = ? AND nullifier = ?",
    insert="INSERT INTO response (slot, nullifier, wave, locator, envelope)"  # noqa: S608 - constants
    " VALUES (?, ?, ?, ?, ?)" + _IF_LATER,
    by_columns=False,
)
_POSTGRESQL = _Statements(
    begin=None,
    hold="SELECT 1 FROM box_wave WHERE wave = %s AND NOT closed FOR SHARE",
    find="SELECT envelope FROM response WHERE wave = %s AND nullifier = %s",
    insert="INSERT INTO response (slot, nullifier, wave, locator, envelope) SELECT * FROM"
    " unnest(%s::bigint[], %s::bytea[], %s::bytea[], %s::bytea[], %s::bytea[])" + _IF_LATER,
    by_columns=True,
)


def store(box: Engine, group: Sequence[Arrival]) -> list[Outcome]:
    """Write a group, durably, and say for each arrival what became of it. A fault of the store is an outcome.

    The result is as if the arrivals had come one after the other. If one of them spoils the transaction, each
    is written in its own.
    """
    for shift in range(_NEIGHBOURS):
        try:
            return _store(box, group, shift)
        except _ABOUT_ONE_ROW:
            if len(group) > 1:
                return [outcome for arrival in group for outcome in store(box, [arrival])]
        except _FAILURES:
            break
    return [Outcome.UNAVAILABLE] * len(group)


def _store(box: Engine, group: Sequence[Arrival], shift: int) -> list[Outcome]:
    # The driver's own connection, because a group of a few rows costs less than SQLAlchemy's statements do.
    connection = box.raw_connection()
    try:
        outcomes = _written(connection.cursor(), _SQLITE if is_sqlite(box) else _POSTGRESQL, group, shift)
        connection.commit()
    except BaseException:
        try:
            connection.rollback()
        except _FAILURES:
            connection.invalidate()  # it is lost; the pool opens another
        raise
    finally:
        connection.close()
    return outcomes


def _written(cursor: Any, sql: _Statements, group: Sequence[Arrival], shift: int) -> list[Outcome]:
    if sql.begin is not None:
        cursor.execute(sql.begin)
    outcomes = [Outcome.CLOSED] * len(group)
    open_waves = {wave for wave in {arrival.wave for arrival in group} if _holds(cursor, sql, wave)}
    for turn in _turns(group):
        places = [place for place in turn if group[place].wave in open_waves]
        arrivals = [group[place] for place in places]
        if not arrivals:
            continue
        all_stored = _insert(cursor, sql, arrivals, shift) == len(arrivals)
        for place, arrival in zip(places, arrivals, strict=True):
            stored = all_stored or _is_stored(cursor, sql, arrival)
            outcomes[place] = Outcome.STORED if stored else Outcome.REFUSED
    return outcomes


def _holds(cursor: Any, sql: _Statements, wave: bytes) -> bool:
    """Whether the wave is open, and stays so until this transaction ends."""
    return cursor.execute(sql.hold, (wave,)).fetchone() is not None


def _turns(group: Sequence[Arrival]) -> Iterable[list[int]]:
    """The group's places, cut so that a nullifier comes up once a turn, its lower sequences first."""
    turns: dict[int, list[int]] = defaultdict(list)
    seen: dict[bytes, int] = defaultdict(int)
    for place in sorted(range(len(group)), key=lambda place: group[place].sequence):
        nullifier = group[place].nullifier
        turns[seen[nullifier]].append(place)
        seen[nullifier] += 1
    return turns.values()


def _insert(cursor: Any, sql: _Statements, arrivals: Sequence[Arrival], shift: int) -> int:
    """Number of rows that were written: new, or in place of a lower sequence."""
    rows = [(slot_of(a.nullifier) + shift, a.nullifier, a.wave, a.locator, a.envelope) for a in arrivals]
    if sql.by_columns:
        cursor.execute(sql.insert, [list(column) for column in zip(*rows, strict=True)])
    else:
        cursor.executemany(sql.insert, rows)
    return int(cursor.rowcount)


def _is_stored(cursor: Any, sql: _Statements, arrival: Arrival) -> bool:
    row = cursor.execute(sql.find, (arrival.wave, arrival.nullifier)).fetchone()
    return row is not None and bytes(row[0]) == arrival.envelope
