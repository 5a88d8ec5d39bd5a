"""Who has become which archetype."""

import sqlalchemy as sa
from alembic import op

revision = "archetypes_0001"
down_revision = None
branch_labels = ("archetypes",)
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "archetype",
        sa.Column("person", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("archetype", sa.Text, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
