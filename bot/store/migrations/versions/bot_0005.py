"""Dead letters with their reason, messages that wait for their time, notices to persons, when somebody was seen last,
and leases. On PostgreSQL an event knows its transaction, so that none is numbered before an older one is visible."""

import sqlalchemy as sa
from alembic import op

from bot.store import serial

revision = "bot_0005"
down_revision = "bot_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and make the tables."""
    op.add_column("users", sa.Column("seen", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("inbox", sa.Column("reason", sa.Text(), nullable=False, server_default=""))
    op.add_column("outbox", sa.Column("due", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("outbox", sa.Column("person", sa.BigInteger()))
    op.create_index("ix_outbox_person", "outbox", ["person"])
    op.create_table(
        "notice",
        sa.Column("id", serial, nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("read", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("notice_person", "notice", ["person", "id"])
    op.create_table(
        "notice_setting",
        sa.Column("person", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("quiet_from", sa.Integer()),
        sa.Column("quiet_to", sa.Integer()),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("off", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person"),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    if op.get_context().dialect.name == "postgresql":
        op.execute("ALTER TABLE event ADD COLUMN txid xid8 NOT NULL DEFAULT pg_current_xact_id()")


def downgrade() -> None:
    """Everything of it is gone."""
    if op.get_context().dialect.name == "postgresql":
        op.drop_column("event", "txid")
    op.drop_table("lease")
    op.drop_table("notice_setting")
    op.drop_table("notice")
    op.drop_index("ix_outbox_person", "outbox")
    for table, column in (("outbox", "person"), ("outbox", "due"), ("inbox", "reason"), ("users", "seen")):
        with op.batch_alter_table(table) as batch:
            batch.drop_column(column)
