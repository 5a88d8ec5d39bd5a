"""The guest book."""

import sqlalchemy as sa
from alembic import op

revision = "guests_0001"
down_revision = None
branch_labels = ("guests",)
depends_on = None


def upgrade() -> None:
    """One row for each person."""
    op.create_table(
        "tour_guest",
        sa.Column("person", sa.BigInteger, primary_key=True),
        sa.Column("visits", sa.Integer, nullable=False),
    )
