"""Keys and records of the vault."""

import sqlalchemy as sa
from alembic import op

from bot.store import serial

revision = "vault_0001"
down_revision = None
branch_labels = ("vault",)
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "vault_key",
        sa.Column("person", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "vault_record",
        sa.Column("id", serial, primary_key=True),
        sa.Column("person", sa.BigInteger, nullable=False),
        sa.Column("slot", sa.LargeBinary, nullable=False),
        sa.Column("name", sa.LargeBinary, nullable=False),
        sa.Column("words", sa.LargeBinary, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("written", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("person", "slot", name="vault_record_slot"),
    )
