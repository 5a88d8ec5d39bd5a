"""A person's own words, consent (append-only), mirrors, versions, samples."""

import sqlalchemy as sa
from alembic import op

from bot.store import serial
from bot.store.append_only import append_only

revision = "mirrors_0001"
down_revision = None
branch_labels = ("mirrors",)
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _words_and_consent()
    _mirrors()
    append_only("mirror_consent")


def _words_and_consent() -> None:
    op.create_table(
        "own_words",
        sa.Column("id", serial, primary_key=True),
        sa.Column("person", sa.BigInteger, nullable=False, index=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("words", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "mirror_consent",
        sa.Column("id", serial, primary_key=True),
        sa.Column("person", sa.BigInteger, nullable=False, index=True),
        sa.Column("granted", sa.Integer, nullable=False),
        sa.Column("text_version", sa.Integer, nullable=False),
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )


def _mirrors() -> None:
    op.create_table(
        "mirror",
        sa.Column("id", serial, primary_key=True),
        sa.Column("person", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("folded", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger),
        sa.UniqueConstraint("person", "folded", name="mirror_person_name"),
    )
    op.create_table(
        "mirror_version",
        sa.Column("id", serial, primary_key=True),
        sa.Column("mirror", sa.BigInteger, sa.ForeignKey("mirror.id"), nullable=False, index=True),
        sa.Column("manifest", sa.Text, nullable=False),
        sa.Column("samples", sa.Integer, nullable=False),
        sa.Column("consent", sa.BigInteger, sa.ForeignKey("mirror_consent.id"), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "mirror_sample",
        sa.Column("version", sa.BigInteger, sa.ForeignKey("mirror_version.id"), primary_key=True),
        sa.Column("words", sa.BigInteger, sa.ForeignKey("own_words.id"), primary_key=True),
    )
