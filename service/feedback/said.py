"""You said, we did: written anew from conversations, tied to none, quoting only where the sender said yes.

The sender signs the very words with the pseudonym of their conversation. The signature is checked here and
then dropped with the conversation's name: what is kept are the words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from privacy import signatures
from privacy.conversation import quote_statement
from privacy.errors import Refused
from service.accounts import audit
from service.accounts.audit import Actor
from service.errors import NotFound
from service.feedback import handling
from service.feedback.errors import require
from service.http.context import Context
from service.locale.catalogues import LANGUAGES
from service.store import channels, conversations, said
from service.store.ids import new_id, storable
from service.store.letting_out import month_of, visible
from service.store.tables_feedback import FeedbackSaidRow
from service.store.unit_of_work import reading, unit_of_work

STATES = ("planned", "doing", "done")
LONGEST = 1000  # characters of a text


@dataclass(frozen=True, slots=True)
class Quote:
    """A sender's words and their yes to them."""

    conversation: bytes
    text: str
    signature: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """What people said and what was done, by language, English always among them."""

    channel: str
    theme: str | None
    said: Mapping[str, str]
    did: Mapping[str, str]
    state: str
    published: bool


def add(context: Context, by: Actor, entry: Entry, quote: Quote | None) -> FeedbackSaidRow:
    """Store an entry. ``by`` handles its channel.

    Raises NotFound for a channel or conversation of others, Invalid for a text that is missing, Refused for
    a quote that its sender has not said yes to.
    """
    latest = visible(context.clock(), context.settings.feedback_hour)
    with unit_of_work(context.main) as log, unit_of_work(context.box) as tx:
        if not channels.is_handler(tx, entry.channel, by.id):
            raise handling.not_there()
        _check(tx, entry)
        if quote is not None:
            _check_quote(tx, by, quote, latest)
        row = FeedbackSaidRow(
            id=new_id("y"),
            channel=entry.channel,
            month=month_of(latest),
            theme=entry.theme,
            said=dict(entry.said),
            did=dict(entry.did),
            quote=None if quote is None else quote.text,
            state=entry.state,
            published=entry.published,
        )
        tx.add(row)
        tx.flush()
        audit.record(log, context, by, "write what was done", row.id, published=row.published)
    return row


def all_of(context: Context) -> list[FeedbackSaidRow]:
    """Everything that was written, latest month first."""
    with reading(context.box) as tx:
        return said.all_said(tx)


def change(
    context: Context, by: Actor, said_id: str, *, state: str | None, published: bool | None
) -> FeedbackSaidRow:
    """Say how far it has come, publish it or take it back. Raises NotFound, Invalid."""
    with unit_of_work(context.main) as log, unit_of_work(context.box) as tx:
        row = _found(tx, said_id)
        if state is not None:
            require("state", state in STATES, f"it is one of {', '.join(STATES)}")
            row.state = state
        if published is not None:
            row.published = published
        tx.add(row)
        tx.flush()
        audit.record(
            log, context, by, "change what was done", said_id, state=row.state, published=row.published
        )
    return row


def remove(context: Context, by: Actor, said_id: str) -> None:
    """Delete an entry, its quote with it. Raises NotFound."""
    with unit_of_work(context.main) as log, unit_of_work(context.box) as tx:
        tx.delete(_found(tx, said_id))
        tx.flush()
        audit.record(log, context, by, "delete what was done", said_id)


def _found(tx: Session, said_id: str) -> FeedbackSaidRow:
    row = said.find_said(tx, said_id) if storable(said_id) else None
    if row is None:
        raise NotFound("there is no such entry; list them to see their ids")
    return row


def _check(tx: Session, entry: Entry) -> None:
    channel = channels.find(tx, entry.channel)
    themes = [] if channel is None else [theme["id"] for theme in channel.themes]
    require("theme", entry.theme is None or entry.theme in themes, "the channel has no such theme")
    require("state", entry.state in STATES, f"it is one of {', '.join(STATES)}")
    for place, texts in (("said", entry.said), ("did", entry.did)):
        require(place, bool(texts.get("en", "").strip()), "it needs a text in English at least")
        for language, text in texts.items():
            known = language in LANGUAGES and storable(text)
            require(f"{place}.{language}", known, "it is no text in a language of this service")
            require(f"{place}.{language}", len(text) <= LONGEST, f"it has more than {LONGEST} characters")


def _check_quote(tx: Session, by: Actor, quote: Quote, latest: date) -> None:
    row = conversations.find(tx, quote.conversation)
    if row is None or row.day > latest or not channels.is_handler(tx, row.channel, by.id):
        raise handling.not_there()
    require("quote", storable(quote.text) and len(quote.text) <= LONGEST, "it is too long")
    try:
        signatures.verify(
            signatures.public_key_of(row.public_key),
            quote.signature,
            quote_statement(row.id, quote.text),
        )
    except Refused:
        raise Refused(
            "the sender has not said yes to being quoted in these words; nothing was stored"
        ) from None
