"""Lists to pick from beside the buttons, and whether what holds them is for one person's eyes."""

import sqlalchemy as sa
from alembic import op

revision = "bot_0003"
down_revision = "bot_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what is kept already is a button in public, or is answered as if it were."""
    op.add_column("button", sa.Column("option", sa.Text(), nullable=True))
    op.add_column("button", sa.Column("most", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("button", sa.Column("private", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Buttons only."""
    for column in ("private", "most", "option"):
        op.drop_column("button", column)
