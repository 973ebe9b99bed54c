"""addresses on rosters that mail came back from"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    # Added in place: writing the table anew would take it from under what refers to it.
    op.add_column("roster", sa.Column("unreachable", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("roster", "unreachable")
