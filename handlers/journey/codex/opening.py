"""Between rows and pages: what is kept is sealed on the way in and opened on the way out."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct, structs

from bot.security.keyring import Key, SealError
from bot.store import Tx
from handlers.journey.codex import books, rows
from handlers.journey.codex.books import Book
from handlers.journey.codex.chain import Content, Leaf
from handlers.journey.codex.leaf import THOUSAND, Opened, Page
from handlers.journey.moods import Mood

Row: TypeAlias = tuple[Any, ...]


class Words(Struct, frozen=True):
    """What is sealed of a page."""

    question: str
    answer: str
    reading: str

    def __repr__(self) -> str:
        return "Words(…)"


class Volume(Struct, frozen=True):
    """A whole book, opened. `corrections` maps page numbers to a mood and the time (µs) at which it was said."""

    book: Book
    leaves: list[Leaf]
    corrections: dict[int, tuple[Mood, int]]


def write(tx: Tx, book: int, key: Key, one: Leaf) -> int:
    """Put a page, whose hash is known, into a book; its row. Raises `ConstraintError` when its number is taken."""
    values = {name: getattr(one, name) for name in _COLUMNS} | {"themes": ",".join(one.themes)}
    kept: dict[str, bytes | None] = {"salt": None, "seed": None, "body": None}
    if one.content is not None:
        words = msgspec.json.encode(Words(one.content.question, one.content.answer, one.content.reading))
        body = key.seal(words, "codex.page", one.book, str(one.number))
        kept = {"salt": one.content.salt, "seed": one.content.seed, "body": body}
    return int(tx.execute(rows.WRITE, inside=book, **values, **kept)[0][0])


def page(row: int, book: int, number: int, one: Leaf, seed: bytes) -> Page:
    """A page that has just been written, as `read` gives it."""
    return Page(
        row, book, number, one.chapter, one.at, one.mood, one.depth / THOUSAND, one.valence / THOUSAND, seed,
        one.hash.hex(), one.svg.hex(), one.number, one.category, one.whisper, one.themes, one.language, one.mood,
    )  # fmt: skip


def read(row: Row) -> Page:
    """A row of `rows.PAGES`."""
    return Page(*_fields(row))


def opened(tx: Tx, person: int, found: Sequence[Row]) -> list[Opened]:
    """Rows of `rows.PAGES`, each with its body at the end. Raises `SealError` for what was not written there."""
    if not found:
        return []
    mine = {book.id: (book.mark, book.key(tx, person)) for book in books.books(tx, person)}
    return [_opened(read(row[:-1]), *mine[row[1]], row[-1]) for row in found]


def volume(tx: Tx, person: int, book: Book) -> Volume:
    """Everything of a book. Raises `SealError`."""
    key = book.key(tx, person)
    leaves = [leaf(book, key, row) for row in tx.execute(rows.LEAVES, inside=book.id)]
    said = tx.execute(rows.CORRECTIONS, inside=book.id)
    return Volume(book, leaves, {number: (mood, at) for number, mood, at in said})


def leaf(book: Book, key: Key, row: Row) -> Leaf:
    """A row of `rows.LEAVES`. Raises `SealError` when body, salt and seed are not what was written together."""
    facts, (salt, seed, body) = list(row[:-3]), row[-3:]
    facts[_THEMES] = _themes(facts[_THEMES])
    content = None
    if body is not None and salt is not None and seed is not None:
        words = _unsealed(key, book.mark, facts[0], body)
        content = Content(words.question, words.answer, words.reading, salt, seed)
    elif (body, salt, seed) != (None, None, None):
        raise SealError("a part of the page is gone")
    return Leaf(book=book.mark, **dict(zip(_FACTS, facts, strict=True)), content=content)


def _opened(one: Page, mark: str, key: Key, body: bytes | None) -> Opened:
    words = Words("", "", "") if body is None else _unsealed(key, mark, one.leaf, body)
    return Opened(**structs.asdict(one), question=words.question, answer=words.answer, reading=words.reading)


def _fields(row: Row) -> Row:
    *first, depth, valence, seed, hashed, svg, number, category, whisper, themes, language, mood = row
    shares = (depth / THOUSAND, valence / THOUSAND, seed or b"", hashed.hex(), svg.hex())
    return (*first, *shares, number, category, whisper, _themes(themes), language, mood)


def _unsealed(key: Key, mark: str, number: int, body: bytes) -> Words:
    return _DECODE(key.unseal(body, "codex.page", mark, str(number)))


def _themes(listed: str) -> tuple[str, ...]:
    return tuple(listed.split(",")) if listed else ()


_COLUMNS = tuple(name for name in Leaf.__struct_fields__ if name not in {"book", "content", "themes"})
_FACTS = tuple(name for name in Leaf.__struct_fields__ if name not in {"book", "content"})
"""The order of the columns of `rows.LEAVES`."""
_THEMES = _FACTS.index("themes")
_DECODE = msgspec.json.Decoder(Words).decode
