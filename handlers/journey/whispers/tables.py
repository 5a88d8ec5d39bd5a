"""The whispers that were asked, and what became of each; and when somebody had their daily one."""

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
    sa.Column("reminded", sa.BigInteger),
    sa.Index("whisper_person", "person", "id"),
)
"""`state` is open, answered, skipped or expired; `name` is the id in config/whispers.toml.

`text` is what was asked: the English of the bank, or what a model made of it in the language of whom it asked.
"""

sa.Index(
    "whisper_open",
    asked.c.person,
    unique=True,
    sqlite_where=asked.c.state == "open",
    postgresql_where=asked.c.state == "open",
)

daily = sa.Table(
    "whisper_daily",
    metadata,
    sa.Column("person", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", sa.BigInteger, nullable=False),
)
"""When somebody was due last, whether or not there was a whisper for them."""
