"""The whispers that were asked, and what became of each."""

import sqlalchemy as sa

from bot.store import metadata, serial

asked = sa.Table(
    "whisper",
    metadata,
    sa.Column("id", serial, primary_key=True),
    sa.Column("person", sa.BigInteger, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("asked", sa.BigInteger, nullable=False),
    sa.Column("ended", sa.BigInteger),
    sa.Index("whisper_person", "person", "id"),
)
"""`state` is open, answered, skipped or expired; `name` is the id in config/whispers.toml, `text` is what was asked."""

sa.Index(
    "whisper_open",
    asked.c.person,
    unique=True,
    sqlite_where=asked.c.state == "open",
    postgresql_where=asked.c.state == "open",
)
