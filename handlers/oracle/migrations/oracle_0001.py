"""What servers know, with its full-text index, and the turns with the oracle."""

import sqlalchemy as sa
from alembic import op

from bot.store import serial

revision = "oracle_0001"
down_revision = None
branch_labels = ("oracle",)
depends_on = None

_TABLE = (
    "CREATE VIRTUAL TABLE knowledge_words USING fts5(home, title, words, "
    "content='knowledge', content_rowid='id', tokenize='porter unicode61')"
)
_SQLITE = (
    _TABLE,
    "CREATE TRIGGER knowledge_added AFTER INSERT ON knowledge BEGIN {add}; END",
    "CREATE TRIGGER knowledge_removed AFTER DELETE ON knowledge BEGIN {drop}; END",
    "CREATE TRIGGER knowledge_changed AFTER UPDATE ON knowledge BEGIN {drop}; {add}; END",
)
_ADD = "INSERT INTO knowledge_words (rowid, home, title, words) VALUES (new.id, new.home, new.title, new.words)"
_DROP = (
    "INSERT INTO knowledge_words (knowledge_words, rowid, home, title, words) "
    "VALUES ('delete', old.id, old.home, old.title, old.words)"
)
_FOUND = "setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', words), 'B')"
_POSTGRES = (
    "ALTER TABLE knowledge ADD COLUMN found tsvector GENERATED ALWAYS AS ({found}) STORED",
    "CREATE INDEX knowledge_words_found ON knowledge USING gin (found)",
    "CREATE VIEW knowledge_words AS SELECT id AS rowid, home, found FROM knowledge",
)


def upgrade() -> None:
    """Make the tables, and what finds words in them."""
    op.create_table(
        "knowledge",
        sa.Column("id", serial, primary_key=True),
        sa.Column("home", sa.Text, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("home", "number", name="knowledge_number"),
    )
    op.create_table(
        "knowledge_shelf",
        sa.Column("home", sa.Text, primary_key=True),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.Column("held", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "oracle_turn",
        sa.Column("id", serial, primary_key=True),
        sa.Column("person", sa.BigInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("oracle_turn_person", "oracle_turn", ["person", "id"])
    op.create_index("oracle_turn_at", "oracle_turn", ["at"])
    index = _POSTGRES if op.get_context().dialect.name == "postgresql" else _SQLITE
    for statement in index:
        op.execute(statement.format(add=_ADD, drop=_DROP, found=_FOUND))
