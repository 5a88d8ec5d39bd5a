"""Who was reminded of an open whisper, and who had the daily one."""

import sqlalchemy as sa
from alembic import op

revision = "whispers_0002"
down_revision = "whispers_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column and a table."""
    op.add_column("whisper", sa.Column("reminded", sa.BigInteger))
    op.create_table(
        "whisper_daily",
        sa.Column("person", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
