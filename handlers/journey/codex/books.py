"""A person's books: each a chain of pages, with a key for its words and a secret for its seeds.

Both are random, and sealed with the master key for this book and this person. After a merge a person has several books; the
next page goes into the newest of those that were written here.
"""

import hmac
import secrets

from msgspec import Struct

from bot.security.keyring import KEY_BYTES, Key
from bot.store import Tx
from handlers.journey.codex import rows

_MARK = 16


class Book(Struct, frozen=True):
    """A book of a person, whose key and secret are still sealed. `mark` names it everywhere; `ours` unless it came from elsewhere.

    `pages` are how many it has to have, `opened` is in microseconds since the epoch.
    """

    id: int
    mark: str
    sealed_key: bytes
    sealed_secret: bytes
    pages: int
    ours: int
    opened: int

    def key(self, tx: Tx, person: int) -> Key:
        """What its words are sealed with. Raises `SealError` when the book is not this person's, or was changed."""
        return Key(tx.keys.unseal(self.sealed_key, "codex.key", self.mark, str(person)))

    def secret(self, tx: Tx, person: int) -> bytes:
        """What its seeds are made with. Raises `SealError` like `key`."""
        return tx.keys.unseal(self.sealed_secret, "codex.secret", self.mark, str(person))

    def seed(self, tx: Tx, person: int, salt: bytes, answer: str) -> bytes:
        """What the picture of an answer is drawn from: nobody without the secret can try answers against a picture."""
        return hmac.digest(self.secret(tx, person), salt + answer.encode(), "sha256")


def books(tx: Tx, person: int) -> list[Book]:
    """All of a person's, the oldest first."""
    return [Book(*row) for row in tx.execute(rows.BOOKS, who=person)]


def writing(tx: Tx, person: int) -> Book:
    """The one that the next page goes into; made for the first page."""
    found = tx.execute(rows.WRITING, who=person)
    if not found:
        make(tx, person, secrets.token_hex(_MARK), opener=person)  # nothing, when another process was faster
        found = tx.execute(rows.WRITING, who=person)
    return Book(*found[0])


def make(
    tx: Tx, person: int, mark: str, *, opener: int | None = None, pages: int = 0, ours: bool = True, opened: int = -1
) -> int | None:
    """A book with a new key and a new secret; its row, or None when this opener has opened one before."""
    made = tx.execute(
        rows.NEW_BOOK,
        who=person,
        mark=mark,
        opener=opener,
        key=_sealed(tx, person, "codex.key", mark, secrets.token_bytes(KEY_BYTES)),
        secret=_sealed(tx, person, "codex.secret", mark, secrets.token_bytes(KEY_BYTES)),
        pages=pages,
        ours=int(ours),
        opened=tx.now if opened < 0 else opened,
    )
    return int(made[0][0]) if made else None


def shred(tx: Tx, person: int, book: Book) -> None:
    """Nobody can open what was sealed in this book until now: its key and its secret are others."""
    key, secret = secrets.token_bytes(KEY_BYTES), secrets.token_bytes(KEY_BYTES)
    _own(tx, person, book, key, secret)


def merge(tx: Tx, kept: int, gone: int) -> None:
    """Two people are one: the books of `gone` are `kept`'s. No page is touched."""
    for book in books(tx, gone):
        key = tx.keys.unseal(book.sealed_key, "codex.key", book.mark, str(gone))
        _own(tx, kept, book, key, book.secret(tx, gone))


def _own(tx: Tx, person: int, book: Book, key: bytes, secret: bytes) -> None:
    tx.execute(
        rows.OWN,
        row=book.id,
        who=person,
        key=_sealed(tx, person, "codex.key", book.mark, key),
        secret=_sealed(tx, person, "codex.secret", book.mark, secret),
    )


def _sealed(tx: Tx, person: int, what: str, mark: str, data: bytes) -> bytes:
    return tx.keys.seal(data, what, mark, str(person))
