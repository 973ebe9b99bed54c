"""first tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# SQLite takes a column for its rowid only if the type is exactly INTEGER; a hidden one would count arrivals.
SLOT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "box_wave",
        sa.Column("wave", sa.LargeBinary(length=32), nullable=False),
        sa.Column("manifest", sa.LargeBinary(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=True),
        sa.Column("responses", sa.Integer(), nullable=True),
        sa.Column("issued", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("wave"),
    )
    op.create_table(
        "receipt_key",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "response",
        sa.Column("slot", SLOT, autoincrement=False, nullable=False),
        sa.Column("nullifier", sa.LargeBinary(length=32), nullable=False),
        sa.Column("wave", sa.LargeBinary(length=32), nullable=False),
        sa.Column("locator", sa.LargeBinary(length=16), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["wave"],
            ["box_wave.wave"],
        ),
        sa.PrimaryKeyConstraint("slot"),
        sa.UniqueConstraint("wave", "nullifier"),
    )
    op.create_index(op.f("ix_response_locator"), "response", ["locator"], unique=False)
