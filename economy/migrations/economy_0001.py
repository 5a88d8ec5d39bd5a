"""The ledger: accounts, transfers, entries; the latter two append-only."""

import sqlalchemy as sa
from alembic import op

from bot.store import serial
from bot.store.append_only import append_only

revision = "economy_0001"
down_revision = None
branch_labels = ("economy",)
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _account()
    _transfer()
    _entry()
    append_only("ledger_transfer")
    append_only("ledger_entry")


def _account() -> None:
    op.create_table(
        "ledger_account",
        sa.Column("id", serial, primary_key=True),
        sa.Column("code", sa.Text, nullable=False, unique=True),
        sa.Column("person", sa.BigInteger, unique=True),
        sa.Column("unbounded", sa.Integer, nullable=False),
        sa.Column("hot", sa.Integer, nullable=False),
        sa.Column("balance", sa.BigInteger, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.CheckConstraint("unbounded = 1 OR balance >= 0", name="ledger_account_bounded"),
        sa.CheckConstraint("hot = 0 OR (unbounded = 1 AND balance = 0)", name="ledger_account_hot"),
    )
    op.create_index("ledger_account_balance", "ledger_account", ["balance"])


def _transfer() -> None:
    op.create_table(
        "ledger_transfer",
        sa.Column("id", serial, primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )


def _entry() -> None:
    op.create_table(
        "ledger_entry",
        sa.Column("id", serial, primary_key=True),
        sa.Column("transfer", sa.BigInteger, sa.ForeignKey("ledger_transfer.id"), nullable=False),
        sa.Column("account", sa.BigInteger, sa.ForeignKey("ledger_account.id"), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("version", sa.BigInteger),
        sa.Column("balance", sa.BigInteger),
        sa.CheckConstraint("amount <> 0", name="ledger_entry_amount"),
        sa.UniqueConstraint("account", "version", name="ledger_entry_version"),
    )
    op.create_index("ix_ledger_entry_transfer", "ledger_entry", ["transfer"])
