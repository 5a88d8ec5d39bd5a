"""What somebody gave is looked up without what they received."""

import sqlalchemy as sa
from alembic import op

revision = "economy_0004"
down_revision = "economy_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    given = sa.text("amount < 0")
    op.create_index("ledger_entry_given", "ledger_entry", ["account"], sqlite_where=given, postgresql_where=given)
