"""The ledger's tables: accounts, transfers, the entries that balance each transfer, holds. Integers only.

Around them what is counted of them: received per server, and how much of a giver counts in a day.
"""

import sqlalchemy as sa

from bot.store import metadata, serial

account = sa.Table(
    "ledger_account",
    metadata,
    sa.Column("id", serial, primary_key=True),
    sa.Column("code", sa.Text, nullable=False, unique=True),
    sa.Column("person", sa.BigInteger, unique=True),
    sa.Column("rank", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("unbounded", sa.Integer, nullable=False),
    sa.Column("hot", sa.Integer, nullable=False),
    sa.Column("balance", sa.BigInteger, nullable=False),
    sa.Column("held", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("received", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("tipped", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("moved", sa.BigInteger),
    sa.CheckConstraint("held >= 0", name="ledger_account_held"),
    sa.CheckConstraint("unbounded = 1 OR balance >= held", name="ledger_account_bounded"),
    sa.CheckConstraint("hot = 0 OR (unbounded = 1 AND balance = 0)", name="ledger_account_hot"),
    sa.Index("ledger_account_received", "received"),
)
"""`rank`, then `id` is the order in which accounts are locked: the system's come last, everybody meets there.

`unbounded` may go below zero. `hot` has entries only, no balance on the row, so that all can pay it at once. `held` is the
part of the balance that is promised to open holds. `received` is what was received in a lifetime and counts for levels,
whether kept or not; `tipped` is the part of it that came from people. `moved` is the account into which this one was merged.
"""

transfer = sa.Table(
    "ledger_transfer",
    metadata,
    sa.Column("id", serial, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.Text, nullable=False, server_default="post"),
    sa.Column("hold", sa.BigInteger),
    sa.Column("home", sa.Text, nullable=False, server_default=""),
)
"""`kind` is post, settle (of `hold`) or reverse; `home` is the server where it was given, "" for none."""

entry = sa.Table(
    "ledger_entry",
    metadata,
    sa.Column("id", serial, primary_key=True),
    sa.Column("transfer", sa.BigInteger, sa.ForeignKey("ledger_transfer.id"), nullable=False, index=True),
    sa.Column("account", sa.BigInteger, sa.ForeignKey("ledger_account.id"), nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("received", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("tipped", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("version", sa.BigInteger),
    sa.Column("balance", sa.BigInteger),
    sa.CheckConstraint("amount <> 0 OR received <> 0", name="ledger_entry_amount"),
    sa.UniqueConstraint("account", "version", name="ledger_entry_version"),
)
sa.Index("ledger_entry_given", entry.c.account, sqlite_where=entry.c.amount < 0, postgresql_where=entry.c.amount < 0)
"""`version` and `balance` are the account's after this entry; a hot account has neither. What is paid has an index of its own:
whoever is given much pays little of it."""

hold = sa.Table(
    "ledger_hold",
    metadata,
    sa.Column("id", serial, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("account", sa.BigInteger, sa.ForeignKey("ledger_account.id"), nullable=False),
    sa.Column("payee", sa.BigInteger, sa.ForeignKey("ledger_account.id"), nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("expires", sa.BigInteger, nullable=False),
    sa.CheckConstraint("amount > 0", name="ledger_hold_amount"),
    sa.CheckConstraint("state IN ('pending', 'posted', 'voided')", name="ledger_hold_state"),
)
sa.Index(
    "ledger_hold_due",
    hold.c.expires,
    sqlite_where=hold.c.state == "pending",
    postgresql_where=hold.c.state == "pending",
)
"""What an account has promised to `payee` until `expires`, and what has become of it."""

received = sa.Table(
    "ledger_received",
    metadata,
    sa.Column("home", sa.Text, primary_key=True),
    sa.Column("account", sa.BigInteger, primary_key=True, autoincrement=False, index=True),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Index("ledger_received_best", "home", "amount"),
)
"""What of an account's `received` was given in this server."""

support = sa.Table(
    "ledger_support",
    metadata,
    sa.Column("day", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("receiver", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("giver", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
)
"""What an account was given by another on a day (days since the epoch, UTC)."""

note = sa.Table(
    "ledger_note",
    metadata,
    sa.Column("transfer", sa.BigInteger, sa.ForeignKey("ledger_transfer.id"), primary_key=True, autoincrement=False),
    sa.Column("author", sa.BigInteger, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)
"""Why an operator (the person `author`) granted or reversed something, sealed."""
