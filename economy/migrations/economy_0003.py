"""The streaks of the daily blessings."""

import sqlalchemy as sa
from alembic import op

revision = "economy_0003"
down_revision = "economy_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "ledger_streak",
        sa.Column("person", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("day", sa.BigInteger, nullable=False),
        sa.Column("length", sa.Integer, nullable=False),
    )
