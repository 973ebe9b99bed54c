"""What a handler does in a conversation. The server sees ciphertext, states and labels, and no sender.

Whoever is not a handler of its channel gets the same answer as for a conversation that is not there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from sqlmodel import Session

from privacy.conversation import SEALED_KEY_SIZE
from privacy.messages import CONTENT_SIZES, id_of
from service.errors import Conflict, NotFound
from service.feedback.errors import ChannelChanged, require
from service.http.context import Context
from service.store import channels, conversations, inbox
from service.store.letting_out import day_for, visible
from service.store.tables_feedback import ConversationRow, MessageRow, NoteRow
from service.store.unit_of_work import unit_of_work

STATES = ("new", "acknowledged", "working", "resolved")
REPLIES = ("acknowledgement", "reply")
NOTE_SIZES = frozenset(sorted(CONTENT_SIZES)[:2])


def read(
    context: Context, user_id: str, name: bytes
) -> tuple[ConversationRow, list[MessageRow], list[NoteRow]]:
    """A conversation with what a handler may see of it, which is noted as read. Raises NotFound."""
    latest = _latest(context)
    with unit_of_work(context.box) as tx:
        row = _handled(tx, user_id, name, latest)
        messages = [
            message
            for message in conversations.messages_of(tx, name)
            if message.from_handlers or message.day <= latest
        ]
        notes = inbox.notes_of(tx, name)
        inbox.mark_read(tx, name, user_id, latest)
    return row, messages, notes


def reply(context: Context, user_id: str, name: bytes, content: bytes, mark: str) -> tuple[bytes, date]:
    """Store a sealed reply: its name and the day on which the sender can see it.

    The same bytes again are the same success. Raises NotFound, and Invalid for no reply.
    """
    require("content", len(content) in CONTENT_SIZES, "it is not a sealed message")
    require("mark", mark in REPLIES, f"it is one of {', '.join(REPLIES)}")
    with _changing(context, user_id, name) as (tx, row):
        stored = conversations.message_with(tx, id_of(content))
        if stored is not None:
            if stored.conversation != name or not stored.from_handlers:
                raise Conflict("another message has this content; seal it anew")
            return stored.id, stored.day
        day = day_for(context.clock(), context.settings.feedback_hour)
        return conversations.add_reply(tx, row, content, mark, day, _latest(context)), day


def note(context: Context, user_id: str, name: bytes, epoch: int, content: bytes) -> None:
    """Store a sealed note among handlers. Raises NotFound, Invalid, ChannelChanged for an earlier key."""
    require("content", len(content) in NOTE_SIZES, "it is not a sealed note")
    with _changing(context, user_id, name) as (tx, row):
        channel = channels.hold(tx, row.channel)
        if channel is None or channel.epoch != epoch:
            raise ChannelChanged("the channel has another key by now; reload the inbox and write it again")
        conversations.add_note(tx, name, epoch, content, _latest(context))


def set_state(context: Context, user_id: str, name: bytes, state: str) -> None:
    """Say how far a conversation has come. Raises NotFound, Invalid."""
    require("state", state in STATES, f"it is one of {', '.join(STATES)}")
    with _changing(context, user_id, name) as (tx, row):
        row.state = state
        tx.add(row)


def set_theme(context: Context, user_id: str, name: bytes, theme: str | None) -> None:
    """Label a conversation with one of its channel's themes, or with none. Raises NotFound, Invalid."""
    with _changing(context, user_id, name) as (tx, row):
        channel = channels.find(tx, row.channel)
        known = [] if channel is None else [entry["id"] for entry in channel.themes]
        require("theme", theme is None or theme in known, "the channel has no such theme")
        conversations.set_theme(tx, row, theme, _latest(context))


def assign(context: Context, user_id: str, name: bytes, to: str | None) -> None:
    """Say which handler looks after a conversation, or that nobody does. Raises NotFound, Invalid."""
    with _changing(context, user_id, name) as (tx, row):
        require(
            "user_id",
            to is None or channels.is_handler(tx, row.channel, to),
            "they do not handle this channel",
        )
        row.assigned = to
        tx.add(row)


def transfer(  # noqa: PLR0917 - one argument a part
    context: Context, user_id: str, name: bytes, channel: str, epoch: int, sealed_key: bytes
) -> None:
    """Give a conversation to another open channel, its key sealed to that channel's.

    Raises NotFound, Invalid, and ChannelChanged if that channel has another key by now.
    """
    require("sealed_key", len(sealed_key) == SEALED_KEY_SIZE, "it is not a sealed key")
    with _changing(context, user_id, name) as (tx, row):
        target = channels.hold(tx, channel)
        writable = {found.id for found in channels.writable_channels(tx)}
        require(
            "channel", target is not None and target.id in writable, "it is no channel that takes messages"
        )
        require("channel", channel != row.channel, "the conversation is there already")
        if target is None or target.epoch != epoch:
            raise ChannelChanged(
                "that channel has another key by now; reload the inbox and transfer it again"
            )
        conversations.transfer(tx, row, target, sealed_key)


@contextmanager
def _changing(context: Context, user_id: str, name: bytes) -> Iterator[tuple[Session, ConversationRow]]:
    with unit_of_work(context.box) as tx:
        conversations.lock(tx, name)
        yield tx, _handled(tx, user_id, name, _latest(context))
    context.conversations_written.set()


def _handled(tx: Session, user_id: str, name: bytes, latest: date) -> ConversationRow:
    row = conversations.find(tx, name)
    if row is None or row.day > latest or not channels.is_handler(tx, row.channel, user_id):
        raise not_there()
    return row


def not_there() -> NotFound:
    """The one answer for what is not there and for what somebody else handles."""
    return NotFound(
        "there is no such thing in your channels; a conversation may have been deleted by its sender"
    )


def _latest(context: Context) -> date:
    return visible(context.clock(), context.settings.feedback_hour)
