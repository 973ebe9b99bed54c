"""channels, handlers' keys and sealed conversations"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

SLOT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "feedback_period",
        _digest("name"),
        _text("month"),
        _bytes("issuer_public_key"),
        _number("tokens"),
        _number("links"),
        sa.PrimaryKeyConstraint("name"),
        sa.UniqueConstraint("month"),
    )
    op.create_table(
        "feedback_spent",
        _slot(),
        _digest("nullifier"),
        _text("month"),
        sa.PrimaryKeyConstraint("slot"),
        sa.UniqueConstraint("nullifier"),
    )
    op.create_index(op.f("ix_feedback_spent_month"), "feedback_spent", ["month"], unique=False)
    _channels()
    _conversations()
    op.create_table(
        "feedback_count",
        _text("month"),
        _text("channel"),
        _text("what"),
        _text("cell"),
        _number("number"),
        sa.PrimaryKeyConstraint("month", "channel", "what", "cell"),
    )
    op.create_table(
        "feedback_said",
        _text("id"),
        _text("channel"),
        _text("month"),
        sa.Column("theme", sa.String(), nullable=True),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("did", sa.JSON(), nullable=False),
        sa.Column("quote", sa.String(), nullable=True),
        _text("state"),
        _truth("published"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_feedback_said_channel"), "feedback_said", ["channel"], unique=False)


def _channels() -> None:
    op.create_table(
        "feedback_channel",
        _text("id"),
        _text("state"),
        sa.Column("notice", sa.JSON(), nullable=False),
        sa.Column("themes", sa.JSON(), nullable=False),
        _number("kept_days"),
        _number("acknowledge_days"),
        _number("answer_days"),
        _number("epoch"),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        _truth("rotate"),
        _day("created_on"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "feedback_handler",
        _text("channel"),
        _text("user_id"),
        _text("name"),
        sa.PrimaryKeyConstraint("channel", "user_id"),
    )
    op.create_table(
        "feedback_handler_key",
        _text("user_id"),
        _bytes("public_key"),
        _number("iterations"),
        _bytes("by_passphrase"),
        _bytes("by_recovery"),
        _day("created_on"),
        sa.PrimaryKeyConstraint("user_id"),
    )
    op.create_table(
        "feedback_epoch",
        _text("channel"),
        sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
        _bytes("public_key"),
        sa.PrimaryKeyConstraint("channel", "epoch"),
    )
    op.create_table(
        "feedback_channel_key",
        _text("channel"),
        sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
        _text("user_id"),
        _bytes("sealed"),
        sa.PrimaryKeyConstraint("channel", "epoch", "user_id"),
    )


def _conversations() -> None:
    op.create_table(
        "conversation",
        _slot(),
        _digest("id"),
        _text("channel"),
        sa.Column("locator", sa.LargeBinary(length=16), nullable=False),
        _digest("access_digest"),
        _bytes("public_key"),
        _bytes("locker"),
        _number("epoch"),
        _bytes("sealed_key"),
        _bytes("subject"),
        _text("month"),
        _day("day"),
        _day("last_day"),
        sa.Column("waiting_since", sa.Date(), nullable=True),
        sa.Column("acknowledged_on", sa.Date(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        _day("delete_on"),
        _number("kept_days"),
        _text("state"),
        sa.Column("theme", sa.String(), nullable=True),
        _truth("theme_counted"),
        sa.Column("assigned", sa.String(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("verdict_day", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("slot"),
        sa.UniqueConstraint("id"),
        sa.UniqueConstraint("locator"),
    )
    op.create_index(op.f("ix_conversation_channel"), "conversation", ["channel"], unique=False)
    op.create_index(op.f("ix_conversation_delete_on"), "conversation", ["delete_on"], unique=False)
    op.create_table(
        "message",
        _slot(),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        _digest("conversation"),
        _truth("from_handlers"),
        sa.Column("mark", sa.String(), nullable=True),
        _day("day"),
        _bytes("content"),
        sa.PrimaryKeyConstraint("slot"),
        sa.UniqueConstraint("id"),
    )
    op.create_index(
        "ix_message_of_conversation", "message", ["conversation", "from_handlers", "day"], unique=False
    )
    op.create_table(
        "conversation_note",
        _slot(),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        _digest("conversation"),
        _number("epoch"),
        _day("day"),
        _bytes("content"),
        sa.PrimaryKeyConstraint("slot"),
        sa.UniqueConstraint("id"),
    )
    op.create_index(
        op.f("ix_conversation_note_conversation"), "conversation_note", ["conversation"], unique=False
    )
    op.create_table(
        "conversation_read",
        _digest("conversation"),
        _text("user_id"),
        _day("day"),
        sa.PrimaryKeyConstraint("conversation", "user_id"),
    )


def _slot() -> sa.Column[int]:
    return sa.Column("slot", SLOT, autoincrement=False, nullable=False)


def _digest(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(length=32), nullable=False)


def _bytes(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _truth(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _day(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Date(), nullable=False)
