"""The whispers that were asked; one open whisper for each person."""

import sqlalchemy as sa
from alembic import op

from bot.store import serial

revision = "whispers_0001"
down_revision = None
branch_labels = ("whispers",)
depends_on = None


def upgrade() -> None:
    """Make the table."""
    table = op.create_table(
        "whisper",
        sa.Column("id", serial, primary_key=True),
        sa.Column("person", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("asked", sa.BigInteger, nullable=False),
        sa.Column("ended", sa.BigInteger),
    )
    op.create_index("whisper_person", "whisper", ["person", "id"])
    is_open = table.c.state == "open"
    op.create_index("whisper_open", "whisper", ["person"], unique=True, sqlite_where=is_open, postgresql_where=is_open)
