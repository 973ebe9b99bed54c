"""What handlers see of conversations. ``latest`` is always the last day whose messages have been let out.

What a sender has written since is in none of these answers, not even as a mark that there is something.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, get_args

from sqlalchemy import and_, case, or_, true
from sqlmodel import Session, col, func, select

from service.store.tables_feedback import (
    ChannelRow,
    ConversationReadRow,
    ConversationRow,
    MessageRow,
    NoteRow,
)

Filter = Literal["all", "unread", "waiting", "overdue", "mine", "resolved"]
FILTERS: tuple[Filter, ...] = get_args(Filter)
_LONG_AGO = date(1, 1, 1)


@dataclass(frozen=True, slots=True)
class View:
    """A handler's channels as they are on a day."""

    user_id: str
    channels: Sequence[ChannelRow]
    latest: date


def conversations(  # noqa: PLR0917 - what a page of the list is chosen by
    tx: Session, view: View, kind: Filter, theme: str | None, after: tuple[date, bytes] | None, limit: int
) -> list[ConversationRow]:
    """Up to ``limit`` conversations, those opened last first; of one day in the order of their names."""
    query = select(ConversationRow).where(*_within(view, theme), *_of_kind(view, kind))
    if after is not None:
        day, name = after
        query = query.where(
            or_(
                col(ConversationRow.day) < day,
                and_(col(ConversationRow.day) == day, col(ConversationRow.id) > name),
            )
        )
    return list(
        tx.exec(query.order_by(col(ConversationRow.day).desc(), col(ConversationRow.id)).limit(limit))
    )


def counts(tx: Session, view: View, theme: str | None) -> dict[Filter, int]:
    """How many conversations each filter shows."""
    shared = _within(view, theme)
    # One pass over the table for all of them.
    sums = [func.count(case((and_(true(), *_of_kind(view, kind)), 1))) for kind in FILTERS]
    found = tx.connection().execute(select(*sums).where(*shared)).one()
    return dict(zip(FILTERS, found, strict=True))


def unread_of(tx: Session, view: View, names: Collection[bytes]) -> set[bytes]:
    """Which of these conversations have something that this handler has not seen."""
    query = select(ConversationRow.id).where(col(ConversationRow.id).in_(names), _unread(view))
    return set(tx.exec(query))


def last_days(tx: Session, names: Collection[bytes], latest: date) -> dict[bytes, date]:
    """The day of the latest message of each conversation that has been let out."""
    query = (
        select(MessageRow.conversation, func.max(col(MessageRow.day)))
        .where(col(MessageRow.conversation).in_(names), col(MessageRow.day) <= latest)
        .group_by(col(MessageRow.conversation))
    )
    return dict(tx.exec(query).all())


def notes_of(tx: Session, conversation: bytes) -> list[NoteRow]:
    """The notes among handlers, by day and then by name."""
    query = select(NoteRow).where(col(NoteRow.conversation) == conversation)
    return list(tx.exec(query.order_by(col(NoteRow.day), col(NoteRow.id))))


def mark_read(tx: Session, conversation: bytes, user_id: str, latest: date) -> None:
    """Note that a handler has seen what was let out so far."""
    tx.merge(ConversationReadRow(conversation=conversation, user_id=user_id, day=latest))


def _within(view: View, theme: str | None) -> list[Any]:
    """What has been let out in these channels, with this label if one is given."""
    chosen: list[Any] = [
        col(ConversationRow.channel).in_([channel.id for channel in view.channels]),
        col(ConversationRow.day) <= view.latest,
    ]
    if theme is not None:
        chosen.append(col(ConversationRow.theme) == theme)
    return chosen


def _of_kind(view: View, kind: Filter) -> list[Any]:
    match kind:
        case "all":
            return []
        case "unread":
            return [_unread(view)]
        case "waiting":
            return [col(ConversationRow.waiting_since) <= view.latest]
        case "overdue":
            late = [_overdue(channel, view.latest) for channel in view.channels]
            return [col(ConversationRow.state) != "resolved", or_(*late)]
        case "mine":
            return [col(ConversationRow.assigned) == view.user_id]
        case "resolved":
            return [col(ConversationRow.state) == "resolved"]


def _unread(view: View) -> Any:
    read = (
        select(col(ConversationReadRow.day))
        .where(
            col(ConversationReadRow.conversation) == col(ConversationRow.id),
            col(ConversationReadRow.user_id) == view.user_id,
        )
        .correlate(ConversationRow)  # two selects further out, where SQLAlchemy would not look by itself
        .scalar_subquery()
    )
    return (
        select(MessageRow.slot)
        .where(
            col(MessageRow.conversation) == col(ConversationRow.id),
            ~col(MessageRow.from_handlers),
            col(MessageRow.day) <= view.latest,
            col(MessageRow.day) > func.coalesce(read, _LONG_AGO),
        )
        .exists()
    )


def _overdue(channel: ChannelRow, latest: date) -> Any:
    acknowledge = latest - timedelta(days=channel.acknowledge_days)
    answer = latest - timedelta(days=channel.answer_days)
    return and_(
        col(ConversationRow.channel) == channel.id,
        or_(
            and_(col(ConversationRow.acknowledged_on).is_(None), col(ConversationRow.day) < acknowledge),
            and_(col(ConversationRow.answered_on).is_(None), col(ConversationRow.day) < answer),
        ),
    )
