"""What people say of themselves and allow, and how they and servers want to be spoken to."""

import sqlalchemy as sa
from alembic import op

revision = "profile_0001"
down_revision = None
branch_labels = ("profile",)
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "journey_profile",
        sa.Column("person", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("name", sa.LargeBinary, nullable=False),
        sa.Column("purpose", sa.LargeBinary, nullable=False),
        sa.Column("offering", sa.LargeBinary, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("hour", sa.Integer),
        sa.Column("public", sa.Integer, nullable=False),
        sa.Column("model", sa.Integer, nullable=False),
        sa.Column("model_text", sa.Integer, nullable=False),
        sa.Column("model_at", sa.BigInteger, nullable=False),
    )
    for table, owner in (
        ("voice_person", sa.Column("person", sa.BigInteger, primary_key=True, autoincrement=False)),
        ("voice_server", sa.Column("home", sa.Text, primary_key=True)),
    ):
        op.create_table(
            table,
            owner,
            sa.Column("axis", sa.Text, primary_key=True),
            sa.Column("value", sa.Integer, nullable=False),
        )
