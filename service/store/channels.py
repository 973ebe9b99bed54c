"""Channels of conversations and who handles them."""

from datetime import date
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from service.store import locks
from service.store.tables_feedback import ChannelHandlerRow, ChannelKeyRow, ChannelRow, ConversationRow


def lock(tx: Session, channel: str) -> None:
    """Hold a channel's key and handlers before they are changed: nothing is written to it meanwhile."""
    locks.hold(tx, f"channel {channel}")


def hold(tx: Session, channel: str) -> ChannelRow | None:
    """The channel, as it stays until the transaction ends; what is written side by side shares this."""
    locks.hold(tx, f"channel {channel}", shared=True)
    return find(tx, channel)


def find(tx: Session, channel: str) -> ChannelRow | None:
    """The channel with this id, 32 hex digits."""
    return tx.get(ChannelRow, channel)


def all_channels(tx: Session) -> list[ChannelRow]:
    """Every channel, by its id."""
    return list(tx.exec(select(ChannelRow).order_by(col(ChannelRow.id))))


def writable_channels(tx: Session) -> list[ChannelRow]:
    """The channels that take conversations: open, with a key and a handler who can read it. By their ids."""
    reads = (
        select(ChannelKeyRow.user_id)
        .where(col(ChannelKeyRow.channel) == col(ChannelRow.id))
        .where(col(ChannelKeyRow.epoch) == col(ChannelRow.epoch))
        .exists()
    )
    query = select(ChannelRow).where(col(ChannelRow.state) == "open", col(ChannelRow.epoch) > 0, reads)
    return list(tx.exec(query.order_by(col(ChannelRow.id))))


def add_channel(tx: Session, channel: str, created_on: date, values: dict[str, Any]) -> ChannelRow:
    """Add a channel that takes nothing yet; ``values`` are its other columns."""
    row = ChannelRow(id=channel, state="draft", created_on=created_on, **values)
    tx.add(row)
    tx.flush()
    return row


def handlers_of(tx: Session, channel: str) -> list[ChannelHandlerRow]:
    """Who handles a channel, in the order of the names that senders are told."""
    query = select(ChannelHandlerRow).where(col(ChannelHandlerRow.channel) == channel)
    return list(tx.exec(query.order_by(col(ChannelHandlerRow.name), col(ChannelHandlerRow.user_id))))


def channels_of(tx: Session, user_id: str) -> list[ChannelRow]:
    """The channels that a member of staff handles, by their ids."""
    query = (
        select(ChannelRow)
        .join(ChannelHandlerRow, col(ChannelHandlerRow.channel) == col(ChannelRow.id))
        .where(col(ChannelHandlerRow.user_id) == user_id)
    )
    return list(tx.exec(query.order_by(col(ChannelRow.id))))


def is_handler(tx: Session, channel: str, user_id: str) -> bool:
    """Whether a member of staff handles a channel."""
    return tx.get(ChannelHandlerRow, (channel, user_id)) is not None


def name_handler(tx: Session, channel: str, user_id: str, name: str) -> None:
    """Make a member of staff a handler, or change the name that senders are told."""
    tx.merge(ChannelHandlerRow(channel=channel, user_id=user_id, name=name))


def remove_handler(tx: Session, row: ChannelRow, user_id: str) -> bool:
    """Take a channel and its keys from a handler; whether they were one. ``lock`` first.

    If they could read it, the next handler makes a new key.
    """
    had_key = (
        tx.connection()
        .execute(
            delete(ChannelKeyRow).where(
                col(ChannelKeyRow.channel) == row.id, col(ChannelKeyRow.user_id) == user_id
            )
        )
        .rowcount
    )
    found = tx.get(ChannelHandlerRow, (row.id, user_id))
    if found is None:
        return False
    tx.delete(found)
    row.rotate = row.rotate or had_key > 0
    tx.add(row)
    # One statement, which passes over what somebody deletes meanwhile.
    tx.connection().execute(
        update(ConversationRow)
        .where(col(ConversationRow.channel) == row.id, col(ConversationRow.assigned) == user_id)
        .values(assigned=None)
    )
    return True
