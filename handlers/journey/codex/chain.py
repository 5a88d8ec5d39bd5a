"""The chain of pages of a book. Pure: what is hashed, and whether it holds.

    page_hash = BLAKE2b-256(previous hash (32 bytes) || canonical JSON || SVG hash (32 bytes))

The hash before the first page is 32 zero bytes. The canonical JSON of a page is one object in UTF-8: keys in the order of their
letters, no blanks, integers and strings alone (`themes` is a list of strings), `"version":1`. Its `words` is the hex of
BLAKE2b-256, keyed with the page's salt, of the canonical JSON of question, answer, reading and seed (hex): of a forgotten page,
whose salt is gone, it tells nothing, and still holds the chain together.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Final, Literal, TypeAlias

import msgspec
from msgspec import Struct

from handlers.journey.moods import Mood

VERSION: Final = 1
START: Final = bytes(32)
SALT: Final = 32
How: TypeAlias = Literal["missing", "moved", "changed", "words"]


class Content(Struct, frozen=True):
    """What a page says, and what its picture is drawn from. `salt` has 32 bytes."""

    question: str
    answer: str
    reading: str
    salt: bytes
    seed: bytes

    def __repr__(self) -> str:
        return "Content(…)"


class Leaf(Struct, frozen=True):
    """A page as it stands in its book, named by its mark. `content` is None when it was forgotten.

    `number` and `chapter` count from 1 in the book; `at` is in microseconds since the epoch, `depth` and `valence` in thousandths.
    """

    book: str
    number: int
    chapter: int
    at: int
    mood: Mood
    leading: Mood
    category: str
    whisper: str
    depth: int
    valence: int
    themes: tuple[str, ...]
    language: str
    words: bytes
    svg: bytes
    previous: bytes
    hash: bytes
    content: Content | None = None


class Broken(Struct, frozen=True):
    """The first page that is not what was sealed: its number in its book, and the book, counted from 1.

    `missing`: it is not there; `moved`: it does not follow the page before it; `changed`: what it says of itself was changed;
    `words`: its words, salt or seed were.
    """

    number: int
    how: How
    book: int = 1


def canonical(value: object) -> bytes:
    """JSON with sorted keys and without blanks, in UTF-8."""
    return _ENCODE(value)


def digest(data: bytes, key: bytes = b"") -> bytes:
    """BLAKE2b with 32 bytes."""
    return blake2b(data, digest_size=32, key=key).digest()


def commitment(content: Content) -> bytes:
    """The salted digest of the words and the seed."""
    said = {
        "answer": content.answer,
        "question": content.question,
        "reading": content.reading,
        "seed": content.seed.hex(),
    }
    return digest(canonical(said), content.salt)


def facts(leaf: Leaf) -> bytes:
    """The canonical JSON of a page."""
    said: dict[str, object] = {name: getattr(leaf, name) for name in _FACTS}
    return canonical(said | {"words": leaf.words.hex(), "version": VERSION})


def page_hash(leaf: Leaf) -> bytes:
    """What the hash of a page has to be."""
    return digest(leaf.previous + facts(leaf) + leaf.svg)


def verify(pages: Sequence[Leaf], count: int | None = None) -> Broken | None:
    """The first page of a book that is wrong. `count` is how many there have to be."""
    before = START
    for number, leaf in enumerate(pages, 1):
        if how := _wrong(leaf, number, before):
            return Broken(number, how)
        before = leaf.hash
    if count is not None and count != len(pages):
        return Broken(min(count, len(pages)) + 1, "missing")
    return None


def _wrong(leaf: Leaf, number: int, before: bytes) -> How | None:
    if leaf.number != number:
        return "missing"
    if leaf.previous != before:
        return "moved"
    if page_hash(leaf) != leaf.hash:
        return "changed"
    if leaf.content is not None and commitment(leaf.content) != leaf.words:
        return "words"
    return None


_FACTS: Final = tuple(
    name for name in Leaf.__struct_fields__ if name not in {"words", "svg", "previous", "hash", "content"}
)
_ENCODE = msgspec.json.Encoder(order="sorted").encode
