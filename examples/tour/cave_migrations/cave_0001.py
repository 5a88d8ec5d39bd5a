"""The book at the entrance."""

import sqlalchemy as sa
from alembic import op

revision = "cave_0001"
down_revision = None
branch_labels = ("cave",)
depends_on = None


def upgrade() -> None:
    """One row for each visit."""
    op.create_table(
        "tour_cave",
        sa.Column("visit", sa.Text, primary_key=True),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("out", sa.BigInteger),
    )
