"""schedules, what was drawn for a wave, letters, announcements, and where a person's letters go"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def _string(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _integer(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)


def _json(name: str) -> sa.Column[dict[str, object]]:
    return sa.Column(name, sa.JSON(), nullable=False)


def _survey() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["survey_id"], ["survey.id"])


def _wave() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["wave_id"], ["wave.id"])


def upgrade() -> None:
    op.create_table(
        "schedule",
        _string("survey_id"),
        _string("state"),
        _json("value"),
        sa.Column("created_on", sa.Date(), nullable=False),
        _survey(),
        sa.PrimaryKeyConstraint("survey_id"),
    )
    op.create_table(
        "occurrence",
        _string("survey_id"),
        sa.Column("day", sa.Date(), nullable=False),
        _string("state"),
        sa.Column("turn", sa.Integer(), nullable=True),
        _string("wave_id", nullable=True),
        _string("reason", nullable=True),
        _string("fault", nullable=True),
        _survey(),
        _wave(),
        sa.PrimaryKeyConstraint("survey_id", "day"),
        sa.UniqueConstraint("wave_id"),
    )
    op.create_table(
        "wave_person",
        _string("wave_id"),
        _string("person"),
        _wave(),
        sa.PrimaryKeyConstraint("wave_id", "person"),
    )
    op.create_table(
        "distribution",
        _string("wave_id"),
        sa.Column("mail", sa.Boolean(), nullable=False),
        _json("reminders"),
        _json("announce"),
        sa.Column("thermometer", sa.Boolean(), nullable=False),
        _wave(),
        sa.PrimaryKeyConstraint("wave_id"),
    )
    op.create_table(
        "mail_round",
        _string("wave_id"),
        _integer("number"),
        _string("due_at"),
        _string("state"),
        *(_integer(name) for name in ("claimed", "settled", "sent", "refused", "attempts")),
        _string("not_before", nullable=True),
        _string("fault", nullable=True),
        _wave(),
        sa.PrimaryKeyConstraint("wave_id", "number"),
    )
    op.create_table(
        "mail_again",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        _string("wave_id"),
        _integer("attempts"),
        _string("not_before"),
        _wave(),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index(op.f("ix_mail_again_wave_id"), "mail_again", ["wave_id"], unique=False)
    op.create_table(
        "announcement",
        *(_string(name) for name in ("wave_id", "kind", "channel", "due_at", "state")),
        _integer("attempts"),
        _string("not_before", nullable=True),
        _string("fault", nullable=True),
        _wave(),
        sa.PrimaryKeyConstraint("wave_id", "kind", "channel"),
    )
    op.create_table(
        "quiet",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "mail_text",
        *(_string(name) for name in ("survey_id", "kind", "language", "subject", "text")),
        _survey(),
        sa.PrimaryKeyConstraint("survey_id", "kind", "language"),
    )
    # Added in place: writing these tables anew would take them from under what refers to them.
    op.add_column("roster", _string("email", nullable=True))
    op.add_column("roster", _string("language", nullable=True))
    op.add_column("wave", sa.Column("minutes", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("invitation", sa.Column("mailed", sa.Boolean(), nullable=False, server_default=sa.false()))
