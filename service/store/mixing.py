"""Mixing: rewriting tables so that nothing in the store tells in what order their rows came.

A row's place (rowid, ctid, page), the number of the transaction that wrote it (xmin), the counter under
which PostgreSQL keeps a large value, and the write-ahead log all count arrivals. Mixing writes the rows again
in the order of their keys, which are hashes, and removes the log. docs/operations-postgresql.md says what the
server must be told so that it really removes it.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from psycopg import Error as PostgresError
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from service.errors import Unavailable
from service.store.engine import is_sqlite

LOCK_TIMEOUT = "30s"  # for whoever reads a table that is to be rewritten
_INDEX_PART = 32 * 1024  # bytes of SQLite's index of its log that are cleared together
_PAGES_IN_PART = 4096

# What PostgreSQL keeps beyond a checkpoint or writes to its own log, and the value at which it does not.
_SERVER_SETTINGS = {
    "wal_recycle": "off",
    "wal_keep_size": "0",
    "archive_mode": "off",
    "summarize_wal": "off",
    "track_commit_timestamp": "off",
    "log_statement": "none",
    "log_duration": "off",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
    "log_parameter_max_length_on_error": "0",
}
_MAY_REMOVE_LOG = text(
    "SELECT has_function_privilege('pg_switch_wal()', 'EXECUTE')"
    " AND pg_has_role(current_user, 'pg_checkpoint', 'USAGE')"
)


def mix(engine: Engine, tables: Sequence[str]) -> None:
    """Rewrite ``tables`` in the order of their column ``slot`` and remove the write-ahead log.

    Nobody can write meanwhile. On SQLite the whole file is rewritten. Raises Unavailable if the store fails
    or somebody reads for too long; nothing is lost then, and it can be done again.
    """
    with _translated():
        if is_sqlite(engine):
            _mix_sqlite(engine)
        else:
            _mix_postgresql(engine, tables)


def _mix_sqlite(engine: Engine) -> None:
    # Without SQLAlchemy's transaction: VACUUM refuses to run inside one.
    with closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute("DROP TABLE IF EXISTS filling")  # left by a process that was killed
        # The log is emptied first too: its index (-shm) is not cleared but written over from its start.
        _empty_log(cursor)
        _rewrite(cursor)
        if _overwrite_index(cursor):
            _rewrite(cursor)


def _rewrite(cursor: Any) -> None:
    cursor.execute("VACUUM")
    _empty_log(cursor)


def _empty_log(cursor: Any) -> None:
    if cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
        raise Unavailable("the write-ahead log is being read and could not be removed; it is tried again")


def _overwrite_index(cursor: Any) -> bool:
    """Write over the index of a log that had grown beyond the index's first part; say whether it had.

    The index has the numbers of the pages that were written, in their order. A part of it is cleared when
    the log grows into it again, which rewriting a small file does not make it do.
    """
    _, _, file = cursor.execute("PRAGMA database_list").fetchone()
    parts = _size(Path(f"{file}-shm")) // _INDEX_PART
    if parts <= 1:
        return False
    (page_size,) = cursor.execute("PRAGMA page_size").fetchone()
    cursor.execute("CREATE TABLE filling (zeros BLOB)")
    cursor.execute("BEGIN IMMEDIATE")  # in one piece: after each transaction the log may begin again
    blobs = [(_PAGES_IN_PART * (page_size - 4),)] * (parts - 1)
    cursor.executemany("INSERT INTO filling VALUES (zeroblob(?))", blobs)
    cursor.execute("COMMIT")
    cursor.execute("DROP TABLE filling")
    _empty_log(cursor)
    return True


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _mix_postgresql(engine: Engine, tables: Sequence[str]) -> None:
    with engine.begin() as connection:
        connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
        for table in tables:
            quoted = engine.dialect.identifier_preparer.quote(table)
            # CLUSTER and VACUUM FULL would keep each row's xmin.
            for statement in (
                f"LOCK TABLE {quoted} IN ACCESS EXCLUSIVE MODE",
                f"CREATE TEMPORARY TABLE mixed ON COMMIT DROP AS SELECT * FROM {quoted} ORDER BY slot",  # noqa: S608
                f"TRUNCATE {quoted}",
                f"INSERT INTO {quoted} SELECT * FROM mixed ORDER BY slot",  # noqa: S608
                "DROP TABLE mixed",
            ):
                connection.execute(text(statement))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.scalar(_MAY_REMOVE_LOG):
            connection.execute(text("SELECT pg_switch_wal()"))
            connection.execute(text("CHECKPOINT"))


def traces(engine: Engine) -> tuple[str, ...]:
    """What in the server's configuration would keep an order of arrival after mixing; empty if nothing.

    Each is a short phrase for the operator. Raises Unavailable if the store cannot be read.
    """
    if is_sqlite(engine):
        return ()
    with _translated(), engine.connect() as connection:
        found = [] if connection.scalar(_MAY_REMOVE_LOG) else ["this role may not remove the log"]
        for name, wanted in _SERVER_SETTINGS.items():
            value = connection.scalar(text("SELECT setting FROM pg_settings WHERE name = :n"), {"n": name})
            if value is not None and value != wanted:
                found.append(f"{name} is {value}, not {wanted}")
        if connection.scalar(text("SELECT EXISTS (SELECT 1 FROM pg_stat_replication)")):
            found.append("a standby receives the log")
        if connection.scalar(text("SELECT EXISTS (SELECT 1 FROM pg_replication_slots)")):
            found.append("a replication slot keeps the log")
        return tuple(found)


@contextmanager
def _translated() -> Iterator[Any]:
    # The driver's text may quote values; none of it leaves this module.
    try:
        yield
    except (DBAPIError, PoolTimeout, PostgresError, sqlite3.Error):
        raise Unavailable("the store could not be mixed; nothing was lost, it is tried again") from None
