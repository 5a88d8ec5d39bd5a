"""The rooms of the relay and their invitations."""

import sqlalchemy as sa
from alembic import op

revision = "relay_0001"
down_revision = None
branch_labels = ("relay",)
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "relay_room",
        sa.Column("room", sa.Text, primary_key=True),
        sa.Column("relay", sa.Text, nullable=False),
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("thread", sa.Text),
        sa.Index("relay_room_relay", "relay"),
    )
    op.create_table(
        "relay_invitation",
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("relay", sa.Text, nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
    )
