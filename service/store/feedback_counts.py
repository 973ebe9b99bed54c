"""How often something happened to conversations in a month, until the month's statistics are drawn."""

from typing import Literal

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from service.store.tables_feedback import FeedbackCountRow

What = Literal["opened", "answered", "verdict", "theme"]


def count(tx: Session, month: str, channel: str, what: What, cell: str) -> None:
    """One more of ``cell`` in ``month`` (2026-11), in the transaction of what is counted."""
    make = postgresql.insert if tx.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = {"month": month, "channel": channel, "what": what, "cell": cell, "number": 1}
    tx.connection().execute(
        make(FeedbackCountRow)
        .values(**row)
        .on_conflict_do_update(
            index_elements=["month", "channel", "what", "cell"],
            set_={"number": col(FeedbackCountRow.number) + 1},
        )
    )
