"""How many tokens of the language model a person has used in a day."""

import sqlalchemy as sa
from alembic import op

revision = "bot_0006"
down_revision = "bot_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "model_use",
        sa.Column("person", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.BigInteger(), nullable=False),
        sa.Column("tokens", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person"),
    )


def downgrade() -> None:
    """Everything of it is gone."""
    op.drop_table("model_use")
