"""The ledger's tables: accounts, transfers, and the entries that balance each transfer. Integers only."""

import sqlalchemy as sa

from bot.store import metadata, serial

account = sa.Table(
    "ledger_account",
    metadata,
    sa.Column("id", serial, primary_key=True),
    sa.Column("code", sa.Text, nullable=False, unique=True),
    sa.Column("person", sa.BigInteger, unique=True),
    sa.Column("unbounded", sa.Integer, nullable=False),
    sa.Column("hot", sa.Integer, nullable=False),
    sa.Column("balance", sa.BigInteger, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.CheckConstraint("unbounded = 1 OR balance >= 0", name="ledger_account_bounded"),
    sa.CheckConstraint("hot = 0 OR (unbounded = 1 AND balance = 0)", name="ledger_account_hot"),
    sa.Index("ledger_account_balance", "balance"),
)
"""`unbounded` may go below zero. `hot` has entries only, no balance on the row, so that all can pay it at once."""

transfer = sa.Table(
    "ledger_transfer",
    metadata,
    sa.Column("id", serial, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
)

entry = sa.Table(
    "ledger_entry",
    metadata,
    sa.Column("id", serial, primary_key=True),
    sa.Column("transfer", sa.BigInteger, sa.ForeignKey("ledger_transfer.id"), nullable=False, index=True),
    sa.Column("account", sa.BigInteger, sa.ForeignKey("ledger_account.id"), nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("version", sa.BigInteger),
    sa.Column("balance", sa.BigInteger),
    sa.CheckConstraint("amount <> 0", name="ledger_entry_amount"),
    sa.UniqueConstraint("account", "version", name="ledger_entry_version"),
)
"""`version` and `balance` are the account's after this entry; a hot account has neither."""
