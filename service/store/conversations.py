"""Conversations in the box: opening, adding for both sides, finding again, transferring, deleting.

Slots are the first 63 bits of random names, so rows lie in no order of arrival (service/store/mixing.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, select

from privacy.conversation import Addition, Opening
from privacy.feedback_cells import answered_within
from privacy.messages import id_of
from service.store.feedback_counts import count
from service.store.locks import hold
from service.store.slots import slot_of
from service.store.tables_feedback import (
    ChannelRow,
    ConversationReadRow,
    ConversationRow,
    MessageRow,
    NoteRow,
)

TABLES = ("conversation", "message", "conversation_note", "feedback_spent")  # what is mixed


@dataclass(frozen=True, slots=True)
class Load:
    """How many messages a sender has put into a conversation, and how many are let out on one day."""

    messages: int
    that_day: int


def lock(tx: Session, conversation: bytes) -> None:
    """Hold a conversation before its state is read to be changed."""
    hold(tx, f"conversation {conversation.hex()}")


def find(tx: Session, conversation: bytes) -> ConversationRow | None:
    """The conversation with this name, 32 bytes."""
    return tx.exec(select(ConversationRow).where(col(ConversationRow.id) == conversation)).first()


def find_at(tx: Session, locator: bytes) -> ConversationRow | None:
    """The conversation under a locator, 16 bytes."""
    return tx.exec(select(ConversationRow).where(col(ConversationRow.locator) == locator)).first()


def add_conversation(tx: Session, opening: Opening, channel: ChannelRow, month: str, day: date) -> None:
    """Store a checked opening whole: the conversation and its first message, let out on ``day``.

    ``month`` is its token's.
    """
    tx.add(
        ConversationRow(
            slot=slot_of(opening.conversation),
            id=opening.conversation,
            channel=channel.id,
            locator=opening.locator,
            access_digest=opening.access_digest,
            public_key=opening.public_key,
            locker=opening.locker,
            epoch=opening.epoch,
            sealed_key=opening.sealed_key,
            subject=opening.subject,
            month=month,
            day=day,
            last_day=day,
            waiting_since=day,
            delete_on=day + timedelta(days=channel.kept_days),
            kept_days=channel.kept_days,
            state="new",
        )
    )
    _add_message(tx, opening.conversation, opening.content, mark=None, day=day)
    count(tx, month, day, channel.id, "opened", "")


def add_sender_message(tx: Session, row: ConversationRow, addition: Addition, day: date) -> None:
    """Store a sender's message, let out on ``day``, and the verdict it may give. Hold ``lock`` first."""
    _add_message(tx, row.id, addition.content, addition.mark, day)
    row.last_day = max(row.last_day, day)
    row.delete_on = row.last_day + timedelta(days=row.kept_days)
    if row.waiting_since is None and addition.mark != "resolved":
        row.waiting_since = day
    if addition.mark is not None:
        if row.verdict is None:
            count(tx, row.month, day, row.channel, "verdict", addition.mark)
        row.verdict, row.verdict_day = addition.mark, day
    tx.add(row)


def message_with(tx: Session, message_id: bytes) -> MessageRow | None:
    """The message with this name, 16 bytes, of whatever conversation."""
    return tx.exec(select(MessageRow).where(col(MessageRow.id) == message_id)).first()


def messages_of(tx: Session, conversation: bytes) -> list[MessageRow]:
    """Every message of both sides, by the day on which it is let out and then by its name."""
    query = select(MessageRow).where(col(MessageRow.conversation) == conversation)
    return list(tx.exec(query.order_by(col(MessageRow.day), col(MessageRow.id))))


def load_of(tx: Session, conversation: bytes, day: date) -> Load:
    """How much its sender has put into a conversation."""
    query = select(col(MessageRow.day)).where(
        col(MessageRow.conversation) == conversation, ~col(MessageRow.from_handlers)
    )
    days = list(tx.exec(query))
    return Load(len(days), days.count(day))


def delete_conversations(tx: Session, conversations: Sequence[bytes]) -> None:
    """Delete conversations with their messages, notes and marks of reading, at once.

    Their tokens stay spent. What is left in the files goes with the next mixing.
    """
    for start in range(0, len(conversations), 500):
        part = conversations[start : start + 500]
        for query in (
            delete(MessageRow).where(col(MessageRow.conversation).in_(part)),
            delete(NoteRow).where(col(NoteRow.conversation).in_(part)),
            delete(ConversationReadRow).where(col(ConversationReadRow.conversation).in_(part)),
            delete(ConversationRow).where(col(ConversationRow.id).in_(part)),
        ):
            tx.connection().execute(query)


def expired(tx: Session, today: date) -> list[bytes]:
    """The conversations whose time is over."""
    return list(tx.exec(select(ConversationRow.id).where(col(ConversationRow.delete_on) <= today)))


def _add_message(
    tx: Session,
    conversation: bytes,
    content: bytes,
    mark: str | None,
    day: date,
    *,
    from_handlers: bool = False,
) -> None:
    message_id = id_of(content)
    tx.add(
        MessageRow(
            slot=slot_of(message_id),
            id=message_id,
            conversation=conversation,
            from_handlers=from_handlers,
            mark=mark,
            day=day,
            content=content,
        )
    )
    tx.flush()


def add_reply(  # noqa: PLR0917 - one argument a part
    tx: Session, row: ConversationRow, content: bytes, mark: str, day: date, latest: date
) -> bytes:
    """Store a handlers' message, let out on ``day``; its name. Hold ``lock`` first.

    ``latest`` is the last day that has been let out: what the sender wrote since still waits.
    """
    if row.acknowledged_on is None:
        row.acknowledged_on = day
        count(tx, row.month, day, row.channel, "answered", answered_within((day - row.day).days))
    if mark == "reply" and row.answered_on is None:
        row.answered_on = day
    if row.state == "new":
        row.state = "acknowledged"
    if row.waiting_since is not None and row.waiting_since <= latest:
        held = [
            message.day
            for message in messages_of(tx, row.id)
            if not message.from_handlers and message.day > latest and message.mark != "resolved"
        ]
        row.waiting_since = min(held, default=None)
    row.last_day = max(row.last_day, day)
    row.delete_on = row.last_day + timedelta(days=row.kept_days)
    tx.add(row)
    _add_message(tx, row.id, content, mark, day, from_handlers=True)
    return id_of(content)


def set_theme(tx: Session, row: ConversationRow, theme: str | None, latest: date) -> None:
    """Label a conversation; the first label is counted."""
    row.theme = theme
    if theme is not None and not row.theme_counted:
        row.theme_counted = True
        count(tx, row.month, latest, row.channel, "theme", theme)
    tx.add(row)


def add_note(tx: Session, conversation: bytes, epoch: int, content: bytes, day: date) -> None:
    """Store a note among handlers."""
    note_id = id_of(content)
    tx.add(
        NoteRow(
            slot=slot_of(note_id),
            id=note_id,
            conversation=conversation,
            epoch=epoch,
            day=day,
            content=content,
        )
    )


def transfer(tx: Session, row: ConversationRow, channel: ChannelRow, sealed_key: bytes) -> None:
    """Give a conversation to another channel. Notes stay behind: its handlers could not read them."""
    for query in (
        delete(NoteRow).where(col(NoteRow.conversation) == row.id),
        delete(ConversationReadRow).where(col(ConversationReadRow.conversation) == row.id),
    ):
        tx.connection().execute(query)
    row.channel, row.epoch, row.sealed_key = channel.id, channel.epoch, sealed_key
    row.theme, row.assigned = None, None
    tx.add(row)
