"""What a sender does to a conversation. Everything here sees ciphertext alone, and nobody.

The same bytes sent again are the same success, whether the reply was lost or the process was killed.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from privacy.conversation import (
    REFUSAL,
    Opening,
    conversation_of,
    period_of,
    verify_addition,
    verify_deletion,
    verify_opening,
)
from privacy.errors import Refused
from privacy.messages import id_of
from privacy.tokens import TokenVerifier
from service.errors import NotFound
from service.feedback.errors import ChannelChanged, ConversationFull, TokenSpent
from service.http.context import Context
from service.store import channels, conversations, feedback_periods
from service.store.letting_out import day_for, is_taken
from service.store.tables_feedback import ConversationRow, MessageRow
from service.store.unit_of_work import reading, unit_of_work

MESSAGES = 50  # of a sender in a conversation, its opening among them
MESSAGES_A_DAY = 20


@dataclass(frozen=True, slots=True)
class Stored:
    """What was stored, by its name, and the day on which the other side can see it."""

    name: bytes
    day: date


@dataclass(frozen=True, slots=True)
class Found:
    """A conversation and all its messages."""

    conversation: ConversationRow
    messages: list[MessageRow]


def open_conversation(context: Context, data: bytes) -> Stored:
    """Store a conversation with its first message.

    Raises Refused with one text for whatever is wrong with ``data``, TokenSpent if its token has opened
    another conversation or this one with other bytes, ChannelChanged if the channel has another key by now.
    """
    name = period_of(data)
    with reading(context.box) as tx:
        period = feedback_periods.find_period(tx, name)
    if period is None or not is_taken(period.month, context.clock().date()):
        raise Refused(REFUSAL)
    issuer = TokenVerifier(period.issuer_public_key)
    opening = verify_opening(data, issuer)
    day = day_for(context.clock(), context.settings.feedback_hour)
    with unit_of_work(context.box) as tx:
        conversations.lock(tx, opening.conversation)
        if feedback_periods.is_spent(tx, opening.conversation):
            return _opened_before(tx, opening)
        channel = channels.hold(tx, opening.channel)
        if channel is None:
            raise Refused(REFUSAL)
        if channel.state != "open" or channel.epoch != opening.epoch:
            raise ChannelChanged("the channel has another key by now; read the channels again and send anew")
        if conversations.find_at(tx, opening.locator) or conversations.message_with(
            tx, id_of(opening.content)
        ):
            raise Refused(REFUSAL)
        feedback_periods.spend(tx, opening.conversation, period.month)
        conversations.add_conversation(tx, opening, channel, period.month, day)
    context.conversations_written.set()
    return Stored(opening.conversation, day)


def add_message(context: Context, data: bytes) -> Stored:
    """Store a sender's further message.

    Raises Refused with one text for whatever is wrong, a conversation that is not there included, and
    ConversationFull.
    """
    conversation = conversation_of(data)
    day = day_for(context.clock(), context.settings.feedback_hour)
    with unit_of_work(context.box) as tx:
        conversations.lock(tx, conversation)
        row = conversations.find(tx, conversation)
        if row is None:
            raise Refused(REFUSAL)
        addition = verify_addition(data, row.public_key)
        message_id = id_of(addition.content)
        stored = conversations.message_with(tx, message_id)
        if stored is not None:
            if stored.conversation != conversation or stored.from_handlers or stored.mark != addition.mark:
                raise Refused(REFUSAL)
            return Stored(message_id, stored.day)
        load = conversations.load_of(tx, conversation, day)
        if load.messages >= MESSAGES or load.that_day >= MESSAGES_A_DAY:
            raise ConversationFull(
                f"a conversation takes {MESSAGES} messages of its sender and {MESSAGES_A_DAY} a day; "
                "write again tomorrow, or open another conversation"
            )
        conversations.add_sender_message(tx, row, addition, day)
    context.conversations_written.set()
    return Stored(message_id, day)


def delete_conversation(context: Context, data: bytes) -> None:
    """Delete a conversation. Nothing happens if it is not there: it was deleted before, or never was.

    Raises Refused unless its own sender asks for it.
    """
    conversation = conversation_of(data)
    with unit_of_work(context.box) as tx:
        conversations.lock(tx, conversation)
        row = conversations.find(tx, conversation)
        if row is not None:
            verify_deletion(data, row.public_key)
            conversations.delete_conversations(tx, [conversation])
    context.conversations_written.set()


def look_up(context: Context, locator: bytes, access: bytes) -> Found:
    """The conversation under a locator, for whoever has what follows from the same code.

    Raises NotFound, the same for a locator that is not there and for one whose code somebody has not.
    """
    digest = hashlib.sha256(access).digest()
    with reading(context.box) as tx:
        row = conversations.find_at(tx, locator)
        # Somebody who tries codes gets the same work and the same answer, whatever they hit.
        holds = hmac.compare_digest(digest, bytes(32) if row is None else row.access_digest)
        if row is None or not holds:
            raise NotFound(
                "there is no conversation under this code; compare it with what was shown when you wrote. A "
                "conversation that was deleted, or whose time is over, is gone"
            )
        return Found(row, conversations.messages_of(tx, row.id))


def _opened_before(tx: Session, opening: Opening) -> Stored:
    row = conversations.find(tx, opening.conversation)
    message = conversations.message_with(tx, id_of(opening.content))
    same = row is not None and message is not None and message.conversation == row.id
    if row is None or not same or row.locator != opening.locator:
        raise TokenSpent("this token has opened a conversation; draw another to open one more")
    return Stored(opening.conversation, row.day)
