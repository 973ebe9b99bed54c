"""Tables of the box about anonymous conversations: channels, handlers' keys, and sealed messages.

Nothing here names a sender. What handlers are called by is their staff id; days are the days on which
something was let out, and there is no finer time, no order and no counter of messages.
"""

from datetime import date
from typing import Any

from sqlalchemy import JSON, Column, Index, Integer, LargeBinary
from sqlmodel import Field

from service.store.slots import SLOT
from service.store.tables_box import BoxTable


def _slot() -> Any:
    return Field(sa_column=Column(SLOT, primary_key=True, autoincrement=False))


def _bytes(size: int, **more: Any) -> Any:
    return Field(sa_column=Column(LargeBinary(size), nullable=False, **more))


class FeedbackPeriodRow(BoxTable, table=True):
    """A calendar month whose tokens open conversations; ``name`` is that of privacy/conversation.py.

    ``tokens`` is how many of them a feedback link is good for, and ``links`` the most links that one person
    had in the month: what the month's statistics cost follows from both.
    """

    __tablename__ = "feedback_period"
    name: bytes = Field(sa_column=Column(LargeBinary(32), primary_key=True))
    month: str = Field(unique=True)  # "2026-11"
    issuer_public_key: bytes
    tokens: int
    links: int = 1


class FeedbackSpentRow(BoxTable, table=True):
    """A token that has opened a conversation. It outlives that, so that no token opens two."""

    __tablename__ = "feedback_spent"
    slot: int = _slot()
    nullifier: bytes = _bytes(32, unique=True)
    month: str = Field(index=True)


class ChannelRow(BoxTable, table=True):
    """A channel: what is written to it goes to its handlers.

    ``notice`` is what a sender reads before writing: texts by language under ``name``, ``purpose``,
    ``readers``, ``emergency`` and ``outside_help``. ``themes`` are what handlers may label a conversation
    with: id and text by language. ``epoch`` is 0 until a handler has made the channel's first key.
    """

    __tablename__ = "feedback_channel"
    id: str = Field(primary_key=True)  # 32 hex digits
    state: str  # draft | open | closed
    notice: dict[str, dict[str, str]] = Field(sa_column=Column(JSON, nullable=False))
    themes: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    kept_days: int
    acknowledge_days: int
    answer_days: int
    epoch: int = 0
    public_key: bytes | None = None
    rotate: bool = False  # somebody was removed, and the next handler makes a new key
    created_on: date


class ChannelHandlerRow(BoxTable, table=True):
    """A member of staff who reads a channel, by the name that senders are told."""

    __tablename__ = "feedback_handler"
    channel: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    name: str


class HandlerKeyRow(BoxTable, table=True):
    """A handler's key: the private half is locked by their passphrase and by their recovery code."""

    __tablename__ = "feedback_handler_key"
    user_id: str = Field(primary_key=True)
    public_key: bytes
    iterations: int
    by_passphrase: bytes  # salt 16 | nonce 12 | scalar 32 | tag 16
    by_recovery: bytes  # salt 16 | nonce 12 | scalar 32 | tag 16
    created_on: date


class ChannelEpochRow(BoxTable, table=True):
    """The public half of one of a channel's keys."""

    __tablename__ = "feedback_epoch"
    channel: str = Field(primary_key=True)
    epoch: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    public_key: bytes


class ChannelKeyRow(BoxTable, table=True):
    """The private half of one of a channel's keys, sealed to one handler."""

    __tablename__ = "feedback_channel_key"
    channel: str = Field(primary_key=True)
    epoch: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    user_id: str = Field(primary_key=True)
    sealed: bytes


class ConversationRow(BoxTable, table=True):
    """A conversation: what its sender needs to come back, its key sealed to the channel, and its state.

    ``id`` is the nullifier of the token that opened it, and ``month`` the token's, under which the
    conversation is counted. ``day`` is the day on which its first message was let out, and every other date
    is such a day too.
    """

    __tablename__ = "conversation"
    slot: int = _slot()
    id: bytes = _bytes(32, unique=True)
    channel: str = Field(index=True)
    locator: bytes = _bytes(16, unique=True)
    access_digest: bytes = _bytes(32)
    public_key: bytes
    locker: bytes
    epoch: int
    sealed_key: bytes
    subject: bytes
    month: str
    day: date
    last_day: date  # of the latest message of either side
    waiting_since: date | None = None  # of the sender's first message that no handler has answered
    acknowledged_on: date | None = None
    answered_on: date | None = None
    delete_on: date = Field(index=True)
    kept_days: int
    state: str  # new | acknowledged | working | resolved
    theme: str | None = None
    theme_counted: bool = False
    assigned: str | None = None
    verdict: str | None = None  # resolved | not-resolved, as the sender said
    verdict_day: date | None = None


class MessageRow(BoxTable, table=True):
    """One sealed message. ``id`` is the first 16 bytes of the SHA-256 of its content."""

    __tablename__ = "message"
    # Whether a handler has something to read is answered from this index alone, without the contents.
    __table_args__ = (Index("ix_message_of_conversation", "conversation", "from_handlers", "day"),)
    slot: int = _slot()
    id: bytes = _bytes(16, unique=True)
    conversation: bytes = _bytes(32)
    from_handlers: bool
    mark: str | None = None  # resolved | not-resolved of a sender; acknowledgement | reply of a handler
    day: date
    content: bytes


class NoteRow(BoxTable, table=True):
    """A note among handlers, sealed under a channel's key so that neither server nor sender can read it."""

    __tablename__ = "conversation_note"
    slot: int = _slot()
    id: bytes = _bytes(16, unique=True)
    conversation: bytes = _bytes(32, index=True)
    epoch: int
    day: date
    content: bytes


class ConversationReadRow(BoxTable, table=True):
    """The latest day whose messages a handler has seen in a conversation."""

    __tablename__ = "conversation_read"
    conversation: bytes = Field(sa_column=Column(LargeBinary(32), primary_key=True))
    user_id: str = Field(primary_key=True)
    day: date


class FeedbackCountRow(BoxTable, table=True):
    """How many of a month's conversations something is true of; deleted once that is drawn."""

    __tablename__ = "feedback_count"
    month: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    what: str = Field(primary_key=True)  # opened | answered | verdict | theme
    cell: str = Field(primary_key=True)
    number: int


class FeedbackSaidRow(BoxTable, table=True):
    """You said, we did: what came of conversations, in a handler's own words and tied to none of them."""

    __tablename__ = "feedback_said"
    id: str = Field(primary_key=True)
    channel: str = Field(index=True)
    month: str
    theme: str | None = None
    said: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))  # by language
    did: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    quote: str | None = None
    state: str  # planned | doing | done
    published: bool = False
