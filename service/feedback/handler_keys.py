"""Handlers' keys and the keys of channels: made in browsers, stored locked or sealed, never seen here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from privacy.conversation import SEALED_KEY_SIZE
from privacy.errors import Refused
from privacy.signatures import POINT_SIZE, public_key_of
from service.accounts import audit
from service.accounts.audit import Actor
from service.errors import Conflict, NotFound
from service.feedback.errors import ChannelChanged, require
from service.http.context import Context
from service.store import channels, conversations, handler_keys
from service.store.tables_feedback import ChannelRow, HandlerKeyRow
from service.store.unit_of_work import unit_of_work

LOCK_SIZE = 76  # salt, nonce, scalar, tag
FEWEST_ITERATIONS, MOST_ITERATIONS = 600_000, 10_000_000
BATCH = 200  # conversations whose keys are sealed again at a time


@dataclass(frozen=True, slots=True)
class Locks:
    """A handler's private scalar, locked by a passphrase (PBKDF2-HMAC-SHA256) and by a recovery code."""

    iterations: int
    by_passphrase: bytes
    by_recovery: bytes

    def check(self) -> None:
        """Raises Invalid unless both are as long as a lock and the passphrase costs enough to guess."""
        require("by_passphrase", len(self.by_passphrase) == LOCK_SIZE, f"a lock has {LOCK_SIZE} bytes")
        require("by_recovery", len(self.by_recovery) == LOCK_SIZE, f"a lock has {LOCK_SIZE} bytes")
        within = FEWEST_ITERATIONS <= self.iterations <= MOST_ITERATIONS
        require("iterations", within, f"there are {FEWEST_ITERATIONS} to {MOST_ITERATIONS}")


def put_key(context: Context, by: Actor, public_key: bytes, locks: Locks, *, replace: bool) -> None:
    """Store a handler's key. Raises Invalid, and Conflict if they have one and did not say ``replace``.

    Replacing takes every channel's key from them, until a fellow handler lets them in again.
    """
    _check_point("public_key", public_key)
    locks.check()
    with unit_of_work(context.box) as tx:
        if handler_keys.key_of(tx, by.id) is not None and not replace:
            raise Conflict("you have a key already; replacing it loses what only it can open")
        day = context.clock().date()
        row = handler_keys.new_row(
            by.id, public_key, locks.iterations, locks.by_passphrase, locks.by_recovery, day
        )
        handler_keys.put_key(tx, row)
    _note(context, by, "make handler key")


def put_locks(context: Context, by: Actor, public_key: bytes, locks: Locks) -> None:
    """Lock the same key by another passphrase and recovery code. Raises Invalid, Conflict."""
    locks.check()
    with unit_of_work(context.box) as tx:
        row = handler_keys.key_of(tx, by.id)
        if row is None or row.public_key != public_key:
            raise Conflict("your key was replaced meanwhile; reload the inbox")
        handler_keys.put_locks(tx, row, locks.iterations, locks.by_passphrase, locks.by_recovery)
    _note(context, by, "change handler passphrase")


def add_epoch(  # noqa: PLR0917 - what a channel's new key consists of
    context: Context, by: Actor, channel: str, epoch: int, public_key: bytes, sealed: Mapping[str, bytes]
) -> None:
    """Give a channel its first or next key, sealed to every handler who has a key of their own.

    Raises NotFound, Invalid, and ChannelChanged if somebody was faster, or a handler came or went meanwhile.
    """
    _check_point("public_key", public_key)
    for user_id, content in sealed.items():
        require(f"sealed.{user_id}", len(content) == SEALED_KEY_SIZE, "it is not a sealed key")
    with unit_of_work(context.box) as tx:
        row = _locked(tx, channel, by)
        wanted = {user_id for user_id, key in _keys_of_handlers(tx, row).items() if key is not None}
        readers = {copy.user_id for copy in handler_keys.copies_of(tx, channel) if copy.epoch == row.epoch}
        if epoch != row.epoch + 1 or set(sealed) != wanted or by.id not in wanted:
            raise _changed()
        if readers and by.id not in readers:
            raise Conflict("you cannot read this channel yet; ask a fellow handler to let you in first")
        handler_keys.add_epoch(tx, row, public_key, sealed)
    _note(context, by, "rotate channel key", channel)


def grant(context: Context, by: Actor, channel: str, user_id: str, sealed: Mapping[int, bytes]) -> None:
    """Let a fellow handler in: every key of the channel that is in use, sealed to them.

    Raises NotFound, Invalid, and ChannelChanged if the channel's keys changed meanwhile.
    """
    for epoch, content in sealed.items():
        require(f"sealed.{epoch}", len(content) == SEALED_KEY_SIZE, "it is not a sealed key")
    with unit_of_work(context.box) as tx:
        row = _locked(tx, channel, by)
        copies = handler_keys.copies_of(tx, channel)
        has = {copy.epoch for copy in copies if copy.user_id == user_id}
        mine = {copy.epoch for copy in copies if copy.user_id == by.id}
        if _keys_of_handlers(tx, row).get(user_id) is None or row.epoch not in mine:
            raise _changed()
        if set(sealed) != mine - has:
            raise _changed()
        for epoch, content in sealed.items():
            handler_keys.add_copy(tx, channel, epoch, user_id, content)
    _note(context, by, "let handler in", channel, handler=user_id)


def remove(context: Context, by: Actor, channel: str, user_id: str) -> None:
    """Take a channel from a handler, oneself included.

    Raises NotFound, and Conflict if nobody else has one of these keys: only an owner may give up what is
    sealed to it.
    """
    with unit_of_work(context.box) as tx:
        row = _locked(tx, channel, by)
        if handler_keys.has_a_key_alone(tx, channel, user_id):
            raise Conflict("nobody else can read all of this channel; let another handler in first")
        if not channels.remove_handler(tx, row, user_id):
            raise NotFound("they are not a handler of this channel")
    _note(context, by, "remove handler", channel, handler=user_id)


def reseal(
    context: Context, by: Actor, channel: str, epoch: int, sealed: Sequence[tuple[bytes, bytes]]
) -> None:
    """Put conversations' keys, sealed to the channel's present key, in place of those for an earlier one.

    What was deleted or transferred meanwhile is passed over. Raises NotFound, Invalid, ChannelChanged.
    """
    require("conversations", len(sealed) <= BATCH, f"{BATCH} at a time")
    for _, content in sealed:
        require("sealed_key", len(content) == SEALED_KEY_SIZE, "it is not a sealed key")
    with unit_of_work(context.box) as tx:
        # Else one that is transferred meanwhile would keep a key that its new handlers cannot open. All who
        # hold both hold conversations first, in the order of their names.
        for name in sorted(name for name, _ in sealed):
            conversations.lock(tx, name)
        row = _locked(tx, channel, by)
        if epoch != row.epoch:
            raise _changed()
        for name, content in sealed:
            found = conversations.find(tx, name)
            if found is not None and found.channel == channel and found.epoch < epoch:
                found.epoch, found.sealed_key = epoch, content
                tx.add(found)
        tx.flush()
        handler_keys.drop_unused_epochs(tx, row)
    context.conversations_written.set()


def _locked(tx: Session, channel: str, by: Actor) -> ChannelRow:
    channels.lock(tx, channel)
    row = channels.find(tx, channel)
    if row is None or not channels.is_handler(tx, channel, by.id):
        raise NotFound("you are not a handler of such a channel")
    return row


def _keys_of_handlers(tx: Session, row: ChannelRow) -> dict[str, HandlerKeyRow | None]:
    handlers = channels.handlers_of(tx, row.id)
    return {handler.user_id: handler_keys.key_of(tx, handler.user_id) for handler in handlers}


def _note(context: Context, by: Actor, action: str, subject: str = "", **detail: str) -> None:
    # The log is in the other store. A process killed in between leaves the change without its entry.
    with unit_of_work(context.main) as tx:
        audit.record(tx, context, by, action, subject, **detail)


def _changed() -> ChannelChanged:
    return ChannelChanged(
        "the channel's handlers or keys changed meanwhile; reload the inbox and do it again"
    )


def _check_point(place: str, point: bytes) -> None:
    try:
        public_key_of(point)
    except Refused:
        require(place, False, f"it is not a P-256 point of {POINT_SIZE} bytes")
