"""Books, pages, and corrected moods."""

import sqlalchemy as sa
from alembic import op

from bot.store import serial

revision = "codex_0001"
down_revision = None
branch_labels = ("codex",)
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _book()
    _page()
    op.create_table(
        "codex_correction",
        sa.Column("book", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("mood", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )


def _book() -> None:
    op.create_table(
        "codex_book",
        sa.Column("id", serial, primary_key=True),
        sa.Column("person", sa.BigInteger, nullable=False),
        sa.Column("mark", sa.Text, nullable=False, unique=True),
        sa.Column("opener", sa.BigInteger, unique=True),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("ours", sa.Integer, nullable=False),
        sa.Column("opened", sa.BigInteger, nullable=False),
    )
    op.create_index("codex_book_person", "codex_book", ["person", "id"])


def _page() -> None:
    op.create_table(
        "codex_page",
        sa.Column("id", serial, primary_key=True),
        sa.Column("book", sa.BigInteger, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("chapter", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("mood", sa.Text, nullable=False),
        sa.Column("leading", sa.Text, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("whisper", sa.Text, nullable=False),
        sa.Column("depth", sa.Integer, nullable=False),
        sa.Column("valence", sa.Integer, nullable=False),
        sa.Column("themes", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("words", sa.LargeBinary, nullable=False),
        sa.Column("svg", sa.LargeBinary, nullable=False),
        sa.Column("previous", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("salt", sa.LargeBinary),
        sa.Column("seed", sa.LargeBinary),
        sa.Column("body", sa.LargeBinary),
        sa.UniqueConstraint("book", "number", name="codex_page_number"),
    )
    facts = ["book", "at", "id", "number", "mood", "category", "depth", "valence"]
    op.create_index("codex_page_facts", "codex_page", facts)
