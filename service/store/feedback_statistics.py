"""What is published of months' conversations, in the main store."""

from sqlmodel import Session, col, select

from privacy.canonical import canonical_json
from service.store.tables_passes import FeedbackStatisticsRow


def add_statistics(tx: Session, month: str, value: dict[str, object]) -> None:
    """Store a month's statistics, for good. The transaction raises Conflict if the month has some."""
    tx.add(FeedbackStatisticsRow(month=month, content=canonical_json(value)))
    tx.flush()


def has_statistics(tx: Session, month: str) -> bool:
    """Whether a month's statistics are there."""
    return tx.get(FeedbackStatisticsRow, month) is not None


def all_statistics(tx: Session) -> list[bytes]:
    """Every month's, latest first, as canonical JSON."""
    query = select(FeedbackStatisticsRow).order_by(col(FeedbackStatisticsRow.month).desc())
    return [row.content for row in tx.exec(query)]
