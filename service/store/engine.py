"""Engines for the two stores, on SQLite or PostgreSQL. Made by a function, never at import."""

from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import ArgumentError

from service.errors import Misconfigured

WRITES = "sottovoce_writes"  # execution option: this transaction will write


def open_engine(url: str) -> Engine:
    """An engine for ``url`` (``sqlite:///file`` or ``postgresql://...``).

    SQLite runs in WAL mode, flushes at every commit and overwrites what it deletes. Raises Misconfigured,
    with no part of the address that could hold a password.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise Misconfigured(
            "SOTTOVOCE_DATABASE: not a database address; write sqlite:///file or postgresql://user@host/name"
        ) from None
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, connect_args={"timeout": 30, "check_same_thread": False})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if parsed.get_backend_name() in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
        return create_engine(parsed, pool_pre_ping=True, hide_parameters=True)
    raise Misconfigured(
        f"SOTTOVOCE_DATABASE: {parsed.get_backend_name()} is not supported; use sqlite or postgresql"
    )


def is_sqlite(engine: Engine) -> bool:
    """Whether the engine speaks to SQLite."""
    return engine.dialect.name == "sqlite"


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the begin event below opens transactions itself
    cursor = connection.cursor()
    for pragma in (
        # Rows land where their hashes put them, so each one dirties pages of its own: small pages make the
        # log of a group a third as long. Of a file that exists it changes nothing.
        "page_size=1024",
        "journal_mode=WAL",
        "synchronous=FULL",
        "secure_delete=ON",
        "foreign_keys=ON",
        "trusted_schema=OFF",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later can lose its snapshot; one that says so at its start
    # waits for its turn instead.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
