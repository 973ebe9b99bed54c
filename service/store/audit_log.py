"""The rows of the audit log: one an action of staff, in the order of their positions."""

from collections.abc import Iterator
from typing import Any

from sqlmodel import Session, col, select

from service.store.locks import hold
from service.store.tables_staff import AuditRow


def last(tx: Session) -> AuditRow | None:
    """The newest entry, with the log held until the transaction ends, so that the next one follows it."""
    hold(tx, "audit")
    return tx.exec(select(AuditRow).order_by(col(AuditRow.position).desc()).limit(1)).first()


def append(tx: Session, **columns: Any) -> None:
    """Add an entry with these columns."""
    tx.add(AuditRow(**columns))
    tx.flush()


def page_of_entries(tx: Session, before: int | None, limit: int) -> list[AuditRow]:
    """Up to ``limit`` entries, newest first, that came before position ``before``."""
    query = select(AuditRow).order_by(col(AuditRow.position).desc()).limit(limit)
    if before is not None:
        query = query.where(col(AuditRow.position) < before)
    return list(tx.exec(query))


def whole_log(tx: Session) -> Iterator[AuditRow]:
    """Every entry, oldest first."""
    yield from tx.exec(select(AuditRow).order_by(col(AuditRow.position)))
