"""Bringing an archive back: everything of it or nothing."""

from msgspec import Struct

from bot import User, UserError
from bot.store import Tx
from handlers.journey.codex import books, opening, pages, rows
from handlers.journey.codex.chain import Leaf
from handlers.journey.codex.exports.archive import Shelved, Signed

MOST = 10_000
"""So many pages an archive may have."""


class Imported(Struct, frozen=True):
    """What an import has brought: pages that were not there, and whether this installation had signed them."""

    pages: int
    ours: bool


def restore(tx: Tx, user: User, archive: Signed) -> Imported:
    """Put the books of an archive that are not there into somebody's codex; those that are there stay as they are.

    Pages, hashes, chapters and corrections are as they were; the words are sealed with new keys. Pages that another
    installation has signed can be read and count for nothing else (`books`). Emits `codex.imported` for each book, and for each
    page that counts `page.restored`, with what its author has done to it since.

    Raises `UserError` with code too_many, others for a book that somebody else has here, and differs for one that has gone on
    otherwise here.
    """
    ours = archive.key == tx.keys.public
    if sum(len(one.leaves) for one in archive.books) > MOST:
        raise UserError("This archive has more than {most} pages.", code="too_many", most=MOST)
    tx.alone()  # a page that is being sealed would open a book beside those that come back
    person = tx.person(user)
    missing = [one for one in archive.books if not _there(tx, person, one)]
    for one in missing:
        _put(tx, person, one, ours)
    return Imported(sum(len(one.leaves) for one in missing), ours)


def _there(tx: Tx, person: int, one: Shelved) -> bool:
    """Is this book here? Raises `UserError` when it is not the same, or not theirs."""
    found = tx.execute(rows.WHOSE, name=one.mark)
    if not found:
        return False
    row, owner = found[0]
    if owner != person:
        raise UserError("This is the codex of somebody else here.", code="others")
    here = tx.execute(rows.HASHES, inside=row)
    if any(leaf.hash != hashed for leaf, (hashed,) in zip(one.leaves, here, strict=False)) or len(here) < len(
        one.leaves
    ):
        raise UserError("Your codex has gone on in another way than this archive.", code="differs")
    return True


def _put(tx: Tx, person: int, one: Shelved, ours: bool) -> None:
    counted = ours and one.ours
    row = books.make(tx, person, one.mark, pages=len(one.leaves), ours=counted, opened=one.opened)
    book = next(each for each in books.books(tx, person) if each.id == row)
    key = book.key(tx, person)
    head = one.leaves[-1].hash.hex() if one.leaves else ""
    tx.emit("codex.imported", person=person, book=book.id, pages=len(one.leaves), hash=head, ours=int(counted))
    for leaf in one.leaves:
        opening.write(tx, book.id, key, leaf)
        if counted:
            _tell(tx, person, leaf, book.id)
    for number, (mood, at) in sorted(one.corrections.items()):
        tx.execute(rows.CORRECT, inside=book.id, number=number, mood=mood, now=at)
        if counted:
            tx.emit("page.corrected", book=book.id, number=number, mood=mood)


def _tell(tx: Tx, person: int, leaf: Leaf, book: int) -> None:
    pages.tell(tx, "page.restored", person, leaf, book)
    if leaf.content is None:
        tx.emit("page.forgotten", book=book, number=leaf.number)
