"""Named locks that end with their transaction, for what no single row stands for.

On SQLite a writing transaction is alone anyway. On PostgreSQL these are advisory locks and not row locks,
because a row lock writes the transaction's number into the row, and so an order into the store.
"""

import hashlib

from sqlalchemy import text
from sqlmodel import Session


def hold(tx: Session, name: str, *, shared: bool = False) -> None:
    """Wait for the lock ``name``; holders that all share it do not wait for one another."""
    if tx.get_bind().dialect.name != "postgresql":
        return
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    tx.connection().execute(text(f"SELECT {function}(:key)"), {"key": key})
