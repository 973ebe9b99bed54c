"""Handlers' keys, and the channels' keys that are sealed to them."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import delete
from sqlmodel import Session, col, select

from service.store.tables_feedback import (
    ChannelEpochRow,
    ChannelKeyRow,
    ChannelRow,
    ConversationRow,
    HandlerKeyRow,
    NoteRow,
)


def key_of(tx: Session, user_id: str) -> HandlerKeyRow | None:
    """A handler's key, if they have made one."""
    return tx.get(HandlerKeyRow, user_id)


def put_key(tx: Session, row: HandlerKeyRow) -> None:
    """Store a new key of a handler. What was sealed to another one is deleted: nothing could open it."""
    tx.connection().execute(delete(ChannelKeyRow).where(col(ChannelKeyRow.user_id) == row.user_id))
    tx.merge(row)


def put_locks(
    tx: Session, row: HandlerKeyRow, iterations: int, by_passphrase: bytes, by_recovery: bytes
) -> None:
    """Lock the same key by another passphrase and recovery code."""
    row.iterations, row.by_passphrase, row.by_recovery = iterations, by_passphrase, by_recovery
    tx.add(row)


def new_row(  # noqa: PLR0917 - one argument a column
    user_id: str, public_key: bytes, iterations: int, by_passphrase: bytes, by_recovery: bytes, day: date
) -> HandlerKeyRow:
    """A handler's key as it is stored."""
    return HandlerKeyRow(
        user_id=user_id,
        public_key=public_key,
        iterations=iterations,
        by_passphrase=by_passphrase,
        by_recovery=by_recovery,
        created_on=day,
    )


def epochs_of(tx: Session, channel: str) -> list[ChannelEpochRow]:
    """A channel's keys that are still in use, oldest first."""
    query = select(ChannelEpochRow).where(col(ChannelEpochRow.channel) == channel)
    return list(tx.exec(query.order_by(col(ChannelEpochRow.epoch))))


def copies_of(tx: Session, channel: str) -> list[ChannelKeyRow]:
    """Every handler's sealed copies of a channel's keys."""
    query = select(ChannelKeyRow).where(col(ChannelKeyRow.channel) == channel)
    return list(tx.exec(query.order_by(col(ChannelKeyRow.epoch), col(ChannelKeyRow.user_id))))


def has_a_key_alone(tx: Session, channel: str, user_id: str) -> bool:
    """Whether one of a channel's keys is sealed to this handler and to nobody else."""
    copies = copies_of(tx, channel)
    theirs = {copy.epoch for copy in copies if copy.user_id == user_id}
    return bool(theirs - {copy.epoch for copy in copies if copy.user_id != user_id})


def add_epoch(tx: Session, row: ChannelRow, public_key: bytes, sealed: Mapping[str, bytes]) -> None:
    """Give a channel its next key, sealed to each of these handlers. ``channels.lock`` first."""
    row.epoch, row.public_key, row.rotate = row.epoch + 1, public_key, False
    tx.add(row)
    tx.add(ChannelEpochRow(channel=row.id, epoch=row.epoch, public_key=public_key))
    for user_id, content in sealed.items():
        add_copy(tx, row.id, row.epoch, user_id, content)


def add_copy(tx: Session, channel: str, epoch: int, user_id: str, sealed: bytes) -> None:
    """Seal one of a channel's keys to one more handler."""
    tx.add(ChannelKeyRow(channel=channel, epoch=epoch, user_id=user_id, sealed=sealed))


def to_reseal(tx: Session, row: ChannelRow, limit: int) -> list[ConversationRow]:
    """Conversations whose key is still sealed to one of the channel's earlier keys."""
    query = select(ConversationRow).where(
        col(ConversationRow.channel) == row.id, col(ConversationRow.epoch) < row.epoch
    )
    return list(tx.exec(query.order_by(col(ConversationRow.slot)).limit(limit)))


def drop_unused_epochs(tx: Session, row: ChannelRow) -> None:
    """Forget earlier keys that no conversation and no note needs any more. ``channels.lock`` first."""
    conversations = select(ConversationRow.epoch).where(col(ConversationRow.channel) == row.id)
    notes = (
        select(NoteRow.epoch)
        .join(ConversationRow, col(ConversationRow.id) == col(NoteRow.conversation))
        .where(col(ConversationRow.channel) == row.id)
    )
    used = {*tx.exec(conversations.distinct()), *tx.exec(notes.distinct()), row.epoch}
    for kind in (ChannelKeyRow, ChannelEpochRow):
        tx.connection().execute(delete(kind).where(col(kind.channel) == row.id, col(kind.epoch).not_in(used)))
