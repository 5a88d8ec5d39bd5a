"""The table of the kernel's test plugin."""

import sqlalchemy as sa
from alembic import op

revision = "notes_0001"
down_revision = None
branch_labels = ("notes",)
depends_on = None


def upgrade() -> None:
    op.create_table("test_note", sa.Column("key", sa.Text, primary_key=True), sa.Column("text", sa.Text))
