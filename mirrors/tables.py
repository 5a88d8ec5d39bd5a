"""The mirrors' tables: a person's own words, consent to read them, and mirrors with their versions."""

import sqlalchemy as sa

from bot.store import metadata, serial

own_words = sa.Table(
    "own_words",
    metadata,
    sa.Column("id", serial, primary_key=True),
    sa.Column("person", sa.BigInteger, nullable=False, index=True),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("words", sa.LargeBinary, nullable=False),
)
"""What people told the bot for themselves, sealed; a model reads it under a standing consent only."""

consent = sa.Table(
    "mirror_consent",
    metadata,
    sa.Column("id", serial, primary_key=True),
    sa.Column("person", sa.BigInteger, nullable=False, index=True),
    sa.Column("granted", sa.Integer, nullable=False),
    sa.Column("text_version", sa.Integer, nullable=False),
    sa.Column("platform", sa.Text, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
)
"""Append-only: the newest row of a person counts."""

mirror = sa.Table(
    "mirror",
    metadata,
    sa.Column("id", serial, primary_key=True),
    sa.Column("person", sa.BigInteger, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("folded", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger),
    sa.UniqueConstraint("person", "folded", name="mirror_person_name"),
)
"""`version` is the id of the live one; `folded` is the name without letter case."""

version = sa.Table(
    "mirror_version",
    metadata,
    sa.Column("id", serial, primary_key=True),
    sa.Column("mirror", sa.BigInteger, sa.ForeignKey("mirror.id"), nullable=False, index=True),
    sa.Column("manifest", sa.Text, nullable=False),
    sa.Column("samples", sa.Integer, nullable=False),
    sa.Column("consent", sa.BigInteger, sa.ForeignKey("mirror_consent.id"), nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
)
"""`manifest` is the hash of the algorithm and the ids of the samples: what is needed to fit the same model again."""

sample = sa.Table(
    "mirror_sample",
    metadata,
    sa.Column("version", sa.BigInteger, sa.ForeignKey("mirror_version.id"), primary_key=True),
    sa.Column("words", sa.BigInteger, sa.ForeignKey("own_words.id"), primary_key=True),
)
"""Which words a version was made of."""
