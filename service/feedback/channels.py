"""What owners do with channels: make and change them, open and close them, say who handles them.

Owners read nothing of a conversation here, not even whether there is one: no answer depends on it.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from privacy.conversation import CHANNEL_SIZE
from privacy.errors import Invalid
from service.accounts import audit
from service.accounts.audit import Actor
from service.errors import Conflict, NotFound
from service.feedback.channel_terms import problem_of_line, problems_of
from service.http.context import Context
from service.store import channels, handler_keys, staff_users
from service.store.tables_feedback import ChannelRow
from service.store.unit_of_work import reading, unit_of_work

MOST, MOST_HANDLERS = 50, 50
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class HandlerView:
    """Who handles a channel.

    ``public_key`` is theirs, None until they have made one; ``can_read`` is whether they have the channel's
    present key.
    """

    user_id: str
    name: str
    public_key: bytes | None
    can_read: bool


@dataclass(frozen=True, slots=True)
class ChannelView:
    """A channel, and who handles it by the names that senders are told."""

    row: ChannelRow
    handlers: tuple[HandlerView, ...]

    @property
    def has_reader(self) -> bool:
        """Whether somebody could read what is written now."""
        return any(handler.can_read for handler in self.handlers)

    @property
    def takes_messages(self) -> bool:
        """Whether people can write to it."""
        return self.row.state == "open" and self.has_reader


def all_views(context: Context) -> list[ChannelView]:
    """Every channel, in the order of their English names."""
    with reading(context.box) as tx:
        found = [_view(tx, row) for row in channels.all_channels(tx)]
    return sorted(found, key=lambda view: (view.row.notice["name"]["en"].casefold(), view.row.id))


def view(context: Context, channel: str) -> ChannelView:
    """One channel. Raises NotFound."""
    with reading(context.box) as tx:
        return _view(tx, _found(tx, channel))


def create(context: Context, by: Actor, wanted: Mapping[str, Any]) -> ChannelView:
    """Store a draft of a channel; ``wanted`` are its notice, themes and days. Raises Invalid, Conflict."""
    _check(wanted)
    with unit_of_work(context.main) as log, unit_of_work(context.box) as tx:
        if len(channels.all_channels(tx)) >= MOST:
            raise Conflict(f"there are {MOST} channels; change one instead of adding another")
        row = channels.add_channel(tx, secrets.token_hex(CHANNEL_SIZE), context.clock().date(), dict(wanted))
        audit.record(log, context, by, "create channel", row.id)
        return ChannelView(row, ())


def change(context: Context, by: Actor, channel: str, wanted: Mapping[str, Any]) -> ChannelView:
    """Change what ``wanted`` has of a channel, its ``state`` too. What was promised to a conversation stays.

    Raises NotFound; Invalid with every fault; Conflict for a state that does not follow, and for a label
    that is left out once people may have written.
    """
    _check(wanted)
    with unit_of_work(context.main) as log, unit_of_work(context.box) as tx:
        row = _locked(tx, channel)
        if wanted.get("state", row.state) == "draft" and row.state != "draft":
            raise Conflict(f"a channel that is {row.state} is no draft any more; close it instead")
        _check_labels_stay(row, wanted)
        changed = sorted(name for name, value in wanted.items() if value != getattr(row, name))
        for name in changed:
            setattr(row, name, wanted[name])
        tx.add(row)
        tx.flush()
        audit.record(log, context, by, "change channel", row.id, changed=changed, state=row.state)
        return _view(tx, row)


def name_handler(context: Context, by: Actor, channel: str, user_id: str, name: str) -> ChannelView:
    """Let a member of staff handle a channel, under the name that senders are told; or change that name.

    They can read nothing yet: a fellow handler lets them in, or they make the channel's first key.
    Raises NotFound, Invalid, and Conflict for somebody who is shut out or one handler too many.
    """
    if (problem := problem_of_line("name", name)) is not None:
        raise Invalid([problem])
    with unit_of_work(context.main) as log, unit_of_work(context.box) as tx:
        row = _locked(tx, channel)
        if staff_users.get_user(log, user_id).disabled:
            raise Conflict("this member of staff is shut out; let them in again first")
        if len({one.user_id for one in channels.handlers_of(tx, channel)} - {user_id}) >= MOST_HANDLERS:
            raise Conflict(f"a channel has at most {MOST_HANDLERS} handlers; remove one first")
        channels.name_handler(tx, channel, user_id, name.strip())
        tx.flush()
        audit.record(log, context, by, "name handler", channel, handler=user_id)
        return _view(tx, row)


def remove_handler(context: Context, by: Actor, channel: str, user_id: str, *, lose: bool) -> ChannelView:
    """Take a channel from a handler; the server forgets their copies of its keys.

    Raises NotFound, and Conflict if nobody else has one of these keys: what was written under it is then
    lost, and ``lose`` says that this is meant.
    """
    with unit_of_work(context.main) as log, unit_of_work(context.box) as tx:
        row = _locked(tx, channel)
        if not lose and handler_keys.has_a_key_alone(tx, channel, user_id):
            raise Conflict(
                "nobody else can read all that may have been written to this channel, and it would be lost "
                "for good; let another handler in first, or say that it is to be lost"
            )
        if not channels.remove_handler(tx, row, user_id):
            raise NotFound("they are not a handler of this channel")
        tx.flush()
        audit.record(log, context, by, "remove handler", channel, handler=user_id)
        return _view(tx, row)


def _view(tx: Session, row: ChannelRow) -> ChannelView:
    can_read = {copy.user_id for copy in handler_keys.copies_of(tx, row.id) if copy.epoch == row.epoch}
    handlers = []
    for handler in channels.handlers_of(tx, row.id):
        key = handler_keys.key_of(tx, handler.user_id)
        point = None if key is None else key.public_key
        handlers.append(HandlerView(handler.user_id, handler.name, point, handler.user_id in can_read))
    return ChannelView(row, tuple(handlers))


def _locked(tx: Session, channel: str) -> ChannelRow:
    if _ID.fullmatch(channel):
        channels.lock(tx, channel)
    return _found(tx, channel)


def _found(tx: Session, channel: str) -> ChannelRow:
    row = channels.find(tx, channel) if _ID.fullmatch(channel) else None
    if row is None:
        raise NotFound("there is no such channel; list them to see their ids")
    return row


def _check(wanted: Mapping[str, Any]) -> None:
    if problems := problems_of(wanted):
        raise Invalid(problems)


def _check_labels_stay(row: ChannelRow, wanted: Mapping[str, Any]) -> None:
    # Asked whether or not a conversation has the label: the answer must not tell.
    if row.epoch > 0 and "themes" in wanted:
        after = {theme["id"] for theme in wanted["themes"]}
        if any(theme["id"] not in after for theme in row.themes):
            raise Conflict(
                "a label of a channel that people may have written to cannot be taken away, because past "
                "months are counted by it; word it anew instead"
            )
