"""The codex's tables. No column tells a word: question, answer and reading are sealed with the key of their book."""

import sqlalchemy as sa

from bot.store import metadata, serial

book = sa.Table(
    "codex_book",
    metadata,
    sa.Column("id", serial, primary_key=True),
    sa.Column("person", sa.BigInteger, nullable=False),
    sa.Column("mark", sa.Text, nullable=False, unique=True),
    sa.Column("opener", sa.BigInteger, unique=True),
    sa.Column("key", sa.LargeBinary, nullable=False),
    sa.Column("secret", sa.LargeBinary, nullable=False),
    sa.Column("pages", sa.Integer, nullable=False),
    sa.Column("ours", sa.Integer, nullable=False),
    sa.Column("opened", sa.BigInteger, nullable=False),
    sa.Index("codex_book_person", "person", "id"),
)
"""`mark` (hex) names a book everywhere and for ever; `opener` is who opened it by writing, each person once; NULL after an import.

`key` opens the words and `secret` makes the seeds, both sealed with the master key. `pages` are how many there are, so that
a cut end is seen. `ours` is 0 for a book that another installation has signed: it is read, and counts for nothing.
"""

page = sa.Table(
    "codex_page",
    metadata,
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
    sa.Index("codex_page_facts", "book", "at", "id", "number", "mood", "category", "depth", "valence"),
)
"""`at` in microseconds since the epoch; `depth` and `valence` in thousandths; `themes` are ids, with commas.

`leading` is the mood that leads the book with this page (`chapters`); `words` is the salted digest of what is sealed in
`body`. A forgotten page has no body, salt or seed: the digest that is left cannot be guessed at. The index has all that
archetypes and chapters are measured by, so that thousands of pages are not read for it.
"""

correction = sa.Table(
    "codex_correction",
    metadata,
    sa.Column("book", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("mood", sa.Text, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
)
"""The mood that a page has by its author's own word. It stands beside the chain, which keeps what was sealed."""
