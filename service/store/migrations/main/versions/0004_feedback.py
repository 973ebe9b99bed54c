"""passes and draws of feedback tokens, statistics of conversations, and their charge in the ledger"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

SLOT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "feedback_pass",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("links", sa.Integer(), nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
        sa.UniqueConstraint("person"),
    )
    op.create_table(
        "feedback_draw",
        sa.Column("slot", SLOT, autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("period", sa.LargeBinary(length=32), nullable=False),
        sa.Column("blinded_digest", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("slot"),
        sa.UniqueConstraint("digest"),
    )
    op.create_index(op.f("ix_feedback_draw_period"), "feedback_draw", ["period"], unique=False)
    op.create_table(
        "feedback_statistics",
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("month"),
    )
    with op.batch_alter_table("ledger") as ledger:
        ledger.alter_column("wave_id", existing_type=sa.String(), nullable=True)
