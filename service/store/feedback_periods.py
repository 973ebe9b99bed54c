"""The months whose tokens open conversations, in the box, and which of their tokens have."""

from sqlalchemy import delete
from sqlmodel import Session, col, select

from service.store.slots import slot_of
from service.store.tables_feedback import FeedbackPeriodRow, FeedbackSpentRow


def periods(tx: Session) -> list[FeedbackPeriodRow]:
    """Every period, latest month first."""
    return list(tx.exec(select(FeedbackPeriodRow).order_by(col(FeedbackPeriodRow.month).desc())))


def find_period(tx: Session, name: bytes) -> FeedbackPeriodRow | None:
    """The period with this name, 32 bytes."""
    return tx.get(FeedbackPeriodRow, name)


def period_of_month(tx: Session, month: str) -> FeedbackPeriodRow | None:
    """The period of a month, written 2026-11."""
    return tx.exec(select(FeedbackPeriodRow).where(col(FeedbackPeriodRow.month) == month)).first()


def add_period(tx: Session, name: bytes, month: str, issuer_public_key: bytes, tokens: int) -> None:
    """Add a month's period. The transaction raises Conflict if the month has one."""
    tx.add(FeedbackPeriodRow(name=name, month=month, issuer_public_key=issuer_public_key, tokens=tokens))
    tx.flush()


def note_links(tx: Session, month: str, links: int) -> None:
    """Note that one person had so many feedback links in a month; nothing happens if it has no tokens yet."""
    row = period_of_month(tx, month)
    if row is not None:
        row.links = max(row.links, links)
        tx.add(row)


def forget_spent(tx: Session, month: str) -> None:
    """Forget which tokens of a month were used: they are not taken any more."""
    tx.connection().execute(delete(FeedbackSpentRow).where(col(FeedbackSpentRow.month) == month))


def drop_period(tx: Session, row: FeedbackPeriodRow) -> None:
    """Forget a month."""
    tx.delete(row)


def is_spent(tx: Session, nullifier: bytes) -> bool:
    """Whether the token of this nullifier has opened a conversation."""
    query = select(FeedbackSpentRow.slot).where(col(FeedbackSpentRow.nullifier) == nullifier)
    return tx.exec(query).first() is not None


def spend(tx: Session, nullifier: bytes, month: str) -> None:
    """Note that a token has opened a conversation."""
    tx.add(FeedbackSpentRow(slot=slot_of(nullifier), nullifier=nullifier, month=month))
    tx.flush()
