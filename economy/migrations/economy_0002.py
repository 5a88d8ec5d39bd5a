"""Holds, what was received in a lifetime and per server, notes of operators.

Gifts of the past count as received for those who have not been merged away since. The tables that change their conditions
are made anew on SQLite, with their triggers.
"""

import sqlalchemy as sa
from alembic import op

from bot.store import serial
from bot.store.append_only import append_only

revision = "economy_0002"
down_revision = "economy_0001"
branch_labels = None
depends_on = "bot_0001"  # it reads who was merged

_MOVED = (
    "UPDATE ledger_account SET moved = (SELECT kept.id FROM person JOIN ledger_account AS kept "
    "ON kept.person = person.merged_into WHERE person.id = ledger_account.person)"
)
_GIVEN = (
    "UPDATE ledger_entry SET received = amount, tipped = amount WHERE amount > 0 "
    "AND transfer IN (SELECT id FROM ledger_transfer WHERE reason = 'blessing') "
    "AND account IN (SELECT id FROM ledger_account WHERE moved IS NULL)"
)
_RECEIVED = (
    "UPDATE ledger_account SET "
    "received = (SELECT coalesce(sum(received), 0) FROM ledger_entry WHERE ledger_entry.account = ledger_account.id), "
    "tipped = (SELECT coalesce(sum(tipped), 0) FROM ledger_entry WHERE ledger_entry.account = ledger_account.id)"
)


def upgrade() -> None:
    """Change the tables, make the new ones, and count what was received."""
    op.drop_index("ledger_account_balance", "ledger_account")
    _change(
        "ledger_account",
        [
            *(_number(name) for name in ("rank", "held", "received", "tipped")),
            sa.Column("moved", sa.BigInteger),
        ],
        ["ledger_account_bounded"],
        {"ledger_account_held": "held >= 0", "ledger_account_bounded": "unbounded = 1 OR balance >= held"},
    )
    op.create_index("ledger_account_received", "ledger_account", ["received"])
    amount = "ledger_entry_amount"
    _change(
        "ledger_entry", [_number("received"), _number("tipped")], [amount], {amount: "amount <> 0 OR received <> 0"}
    )
    op.add_column("ledger_transfer", sa.Column("kind", sa.Text, nullable=False, server_default="post"))
    op.add_column("ledger_transfer", sa.Column("hold", sa.BigInteger))
    op.add_column("ledger_transfer", sa.Column("home", sa.Text, nullable=False, server_default=""))
    _hold()
    _counted()
    _count()


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, server_default="0")


def _change(table: str, columns: list[sa.Column[int]], old: list[str], new: dict[str, str]) -> None:
    """More columns, other conditions."""
    with op.batch_alter_table(table) as batch:
        for column in columns:
            batch.add_column(column)
        for name in old:
            batch.drop_constraint(name, type_="check")
        for name, check in new.items():
            batch.create_check_constraint(name, check)


def _hold() -> None:
    pending = sa.text("state = 'pending'")
    op.create_table(
        "ledger_hold",
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
    op.create_index("ledger_hold_due", "ledger_hold", ["expires"], sqlite_where=pending, postgresql_where=pending)


def _counted() -> None:
    op.create_table(
        "ledger_received",
        sa.Column("home", sa.Text, primary_key=True),
        sa.Column("account", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_ledger_received_account", "ledger_received", ["account"])
    op.create_index("ledger_received_best", "ledger_received", ["home", "amount"])
    op.create_table(
        "ledger_support",
        sa.Column("day", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("receiver", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("giver", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
    )
    transfer = sa.ForeignKey("ledger_transfer.id")
    op.create_table(
        "ledger_note",
        sa.Column("transfer", sa.BigInteger, transfer, primary_key=True, autoincrement=False),
        sa.Column("author", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )


def _count() -> None:
    """Entries are append-only but for this moment."""
    postgresql = op.get_context().dialect.name == "postgresql"
    if postgresql:
        op.execute("ALTER TABLE ledger_entry DISABLE TRIGGER USER")
    for statement in (_MOVED, _GIVEN, _RECEIVED):
        op.execute(statement)
    if postgresql:
        op.execute("ALTER TABLE ledger_entry ENABLE TRIGGER USER")
        op.execute("ALTER TABLE ledger_account SET (fillfactor = 70)")
    else:
        append_only("ledger_entry")
