"""How many of a month's conversations something is true of, until the month's statistics are drawn."""

from datetime import date
from typing import Literal

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from privacy.feedback_cells import Cell
from service.store.letting_out import is_taken
from service.store.tables_feedback import ChannelRow, FeedbackCountRow

What = Literal["opened", "answered", "verdict", "theme"]


def count(tx: Session, month: str, day: date, channel: str, what: What, cell: str) -> None:  # noqa: PLR0917
    """One more of ``cell`` among the conversations of ``month``, in the transaction of what happened.

    ``day`` is that of the event: what happens after the next month has ended is not counted.
    """
    if not is_taken(month, day):
        return
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


def counted(tx: Session, month: str) -> dict[Cell, int]:
    """The counts of a month."""
    query = select(FeedbackCountRow).where(col(FeedbackCountRow.month) == month)
    return {(row.channel, row.what, row.cell): row.number for row in tx.exec(query)}


def channels_and_themes(tx: Session) -> dict[str, list[str]]:
    """Every channel that has ever taken messages and the ids of its themes: what can be counted at all."""
    query = select(ChannelRow).where(col(ChannelRow.epoch) > 0)
    return {row.id: [theme["id"] for theme in row.themes] for row in tx.exec(query)}


def forget_up_to(tx: Session, month: str) -> None:
    """Delete the counts of a month and of all before it."""
    tx.connection().execute(delete(FeedbackCountRow).where(col(FeedbackCountRow.month) <= month))


def has_any_up_to(tx: Session, month: str) -> bool:
    """Whether anything is counted of a month or of one before it."""
    query = select(FeedbackCountRow.month).where(col(FeedbackCountRow.month) <= month)
    return tx.exec(query.limit(1)).first() is not None
