"""The codex in a transaction: pages are sealed, read, corrected, forgotten and verified. Words leave it for their author alone."""

import secrets

from msgspec import structs

from bot import UserError
from bot.security.keyring import SealError
from bot.store import Tx
from handlers.journey.codex import books, chain, chapters, opening, rows
from handlers.journey.codex.books import Book, merge
from handlers.journey.codex.chain import Broken, Content, Leaf
from handlers.journey.codex.leaf import THOUSAND, Draft, Opened, Page, thousandths
from handlers.journey.codex.opening import Volume
from handlers.journey.moods import Mood
from handlers.journey.sigil.drawing import draw

__all__ = [
    "Broken",
    "Draft",
    "Opened",
    "Page",
    "Volume",
    "correct",
    "everything",
    "facts",
    "forget",
    "forget_all",
    "history",
    "latest",
    "merge",
    "page",
    "seal",
    "shelf",
    "tell",
    "verify",
    "volumes",
]


# --- sealing -------------------------------------------------------------------------------------------------------------


def seal(tx: Tx, person: int, draft: Draft) -> Page:
    """Write a page that is never changed again, and draw its picture. Emits `page.sealed`."""
    book = books.writing(tx, person)
    number = int(tx.execute(rows.NEXT, row=book.id)[0][0])
    running, newest = tx.execute(rows.COUNT, who=person)[0]
    salt = secrets.token_bytes(chain.SALT)
    content = Content(draft.question, draft.answer, draft.reading, salt, book.seed(tx, person, salt, draft.answer))
    leaf = _leaf(tx, book, number, max(tx.now, newest + 1), draft, content)
    row = opening.write(tx, book.id, book.key(tx, person), leaf)
    made = opening.page(row, book.id, running + 1, leaf, content.seed)
    tell(tx, "page.sealed", person, leaf, book.id)
    return made


def _leaf(tx: Tx, book: Book, number: int, at: int, draft: Draft, content: Content) -> Leaf:
    """The next page of a book, with its hash. A page is never older than the one before it, whatever the clock says."""
    last = tx.execute(rows.LAST, inside=book.id, most=chapters.FULL)
    counts: dict[Mood, int] = dict(tx.execute(rows.MOODS, inside=book.id, since=at - chapters.WINDOW))
    counts[draft.mood] = counts.get(draft.mood, 0) + 1
    place = chapters.place([chapters.Place(*row[:2]) for row in last], counts)
    depth = thousandths(draft.depth)
    picture = draw(content.seed, draft.mood, depth / THOUSAND)
    leaf = Leaf(
        book=book.mark, number=number, chapter=place.chapter, at=at, mood=draft.mood, leading=place.leading,
        category=draft.category, whisper=draft.whisper, depth=depth, valence=thousandths(draft.valence), themes=draft.themes,
        language=draft.language, words=chain.commitment(content), svg=chain.digest(picture.encode()),
        previous=last[0][2] if last else chain.START, hash=b"", content=content,
    )  # fmt: skip
    return structs.replace(leaf, hash=chain.page_hash(leaf))


def tell(tx: Tx, kind: str, person: int, leaf: Leaf, book: int) -> None:
    """An event of this kind, with all that counts of a page."""
    tx.emit(
        kind, person=person, book=book, number=leaf.number, chapter=leaf.chapter, mood=leaf.mood, depth=leaf.depth,
        valence=leaf.valence, category=leaf.category, hash=leaf.hash.hex(), svg=leaf.svg.hex(), at=leaf.at,
    )  # fmt: skip


# --- reading -------------------------------------------------------------------------------------------------------------


def page(tx: Tx, person: int, number: int) -> Opened:
    """The page that people call by this number; its words are empty when it was forgotten.

    Raises `UserError` with code unknown_page when there is none, and `SealError` when it was changed.
    """
    found = tx.execute(rows.ONE, who=person, number=number)
    if not found:
        raise UserError("Your codex has no page {number}.", code="unknown_page", number=number)
    return opening.opened(tx, person, found)[0]


def latest(tx: Tx, person: int) -> Opened | None:
    """The newest page that is not forgotten."""
    return next(iter(everything(tx, person, 1)), None)


def everything(tx: Tx, person: int, most: int = rows.EVERY) -> list[Opened]:
    """The newest `most` pages that are not forgotten, with their words, the oldest first. Raises `SealError`."""
    return opening.opened(tx, person, tx.execute(rows.KEPT, who=person, most=most))[::-1]


def shelf(tx: Tx, person: int, most: int = rows.EVERY) -> list[Opened]:
    """`everything`, and the forgotten pages among them, without words: for exports."""
    return opening.opened(tx, person, tx.execute(rows.OPENED, who=person, most=most))[::-1]


def history(tx: Tx, person: int, place: int = 1, per_page: int = 10) -> tuple[list[Page], int]:
    """So many pages, the newest first, leafed through from 1; and how many there are in all."""
    count = tx.execute(rows.COUNT, who=person)[0][0]
    found = tx.execute(rows.PAGES, who=person, most=per_page, skip=(max(place, 1) - 1) * per_page)
    return [opening.read(row) for row in found], count


def facts(tx: Tx, person: int) -> list[tuple[int, Mood, str, float, float]]:
    """Of each page that was written here, the oldest first: its time (µs), mood as corrected, category, depth and valence.

    Forgotten pages count; pages that another installation has signed do not.
    """
    found = tx.execute(rows.FACTS, who=person)
    return [(at, mood, category, depth / THOUSAND, valence / THOUSAND) for at, mood, category, depth, valence in found]


def volumes(tx: Tx, person: int) -> list[Volume]:
    """Every book as it is, the oldest first. Raises `SealError` when a page cannot be opened."""
    return [opening.volume(tx, person, book) for book in books.books(tx, person)]


def verify(tx: Tx, person: int) -> Broken | None:
    """The first page of a person that is not what was sealed."""
    for place, book in enumerate(books.books(tx, person), 1):
        if broken := _verify(tx, person, book):
            return structs.replace(broken, book=place)
    return None


def _verify(tx: Tx, person: int, book: Book) -> Broken | None:
    try:
        book.secret(tx, person)
        key = book.key(tx, person)
    except SealError:
        return Broken(1, "words")
    leaves: list[Leaf] = []
    for row in tx.execute(rows.LEAVES, inside=book.id):
        try:
            leaves.append(opening.leaf(book, key, row))
        except SealError:
            return chain.verify(leaves) or Broken(len(leaves) + 1, "words")
    return chain.verify(leaves, book.pages)


# --- changing ------------------------------------------------------------------------------------------------------------


def forget(tx: Tx, person: int, number: int) -> Page:
    """Erase the words, the salt and the seed of a page; what is left is as it was, and the chain holds. Emits `page.forgotten`.

    Raises `UserError` with code unknown_page or forgotten.
    """
    found = _changeable(tx, person, number)
    if not tx.execute(rows.FORGET, row=found.id):
        raise _forgotten(number)
    tx.emit("page.forgotten", book=found.book, number=found.leaf)
    return structs.replace(found, seed=b"")


def forget_all(tx: Tx, person: int) -> int:
    """Forget every page of a person, and shred the keys of their books; how many pages were forgotten."""
    count = 0
    for book in books.books(tx, person):
        gone = sorted(number for (number,) in tx.execute(rows.FORGET_BOOK, inside=book.id))
        books.shred(tx, person, book)
        for number in gone:
            tx.emit("page.forgotten", book=book.id, number=number)
        count += len(gone)
    return count


def correct(tx: Tx, person: int, number: int, mood: Mood) -> Page:
    """A page has this mood by its author's word; the sealed one stays in the chain. Emits `page.corrected`.

    Raises `UserError` with code unknown_page or forgotten.
    """
    found = _changeable(tx, person, number)
    tx.execute(rows.CORRECT, inside=found.book, number=found.leaf, mood=mood, now=tx.now)
    tx.emit("page.corrected", book=found.book, number=found.leaf, mood=mood)
    return structs.replace(found, corrected=mood)


def _changeable(tx: Tx, person: int, number: int) -> Page:
    found = tx.execute(rows.ONE, who=person, number=number)
    if not found:
        raise UserError("Your codex has no page {number}.", code="unknown_page", number=number)
    one = opening.read(found[0][:-1])
    if one.forgotten:
        raise _forgotten(number)
    return one


def _forgotten(number: int) -> UserError:
    return UserError("Page {number} was forgotten.", code="forgotten", number=number)
