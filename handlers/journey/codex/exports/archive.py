"""The codex as a signed archive, which can be brought back into an empty one. Pure but for the signature it is given.

Canonical JSON (`chain`): the books with their pages in order, salts, seeds, hashes and corrections, all bytes as hex; the public
key of the installation, and its Ed25519 signature (RFC 8032) of `soulfra-codex-archive/1`, a zero byte, and the canonical JSON
of the rest. Nothing tells when it was made: equal codices give equal archives.
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Final, TypeAlias

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Meta, Struct, structs

from bot.errors import UserError
from handlers.journey.codex import chain
from handlers.journey.codex.chain import Content, Leaf
from handlers.journey.codex.opening import Volume
from handlers.journey.moods import Mood

FORMAT: Final = "soulfra-codex/1"
_SIGNED: Final = b"soulfra-codex-archive/1\0"
LARGEST: Final = 20_000_000
"""In bytes: what platforms give of a file."""


Hash: TypeAlias = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Id: TypeAlias = Annotated[str, Meta(pattern=r"\A[\w.:-]{0,80}\Z")]
Theme: TypeAlias = Annotated[str, Meta(pattern=r"\A[\w.:-]{1,40}\Z")]
Count: TypeAlias = Annotated[int, Meta(ge=1, le=1_000_000)]
Time: TypeAlias = Annotated[int, Meta(ge=0, le=2**60)]
Said: TypeAlias = Annotated[str, Meta(max_length=20_000)]


class KeptPage(Struct, frozen=True, forbid_unknown_fields=True):
    """A page of an archive. What says its words is None when it is forgotten; `corrected` is a mood and when it was said (µs)."""

    number: Count
    chapter: Count
    at: Time
    mood: Mood
    leading: Mood
    category: Id
    whisper: Id
    depth: Annotated[int, Meta(ge=0, le=1000)]
    valence: Annotated[int, Meta(ge=-1000, le=1000)]
    themes: Annotated[tuple[Theme, ...], Meta(max_length=10)]
    language: Id
    words: Hash
    svg: Hash
    previous: Hash
    hash: Hash
    question: Said | None
    answer: Said | None
    reading: Said | None
    salt: Hash | None
    seed: Hash | None
    corrected: tuple[Mood, Time] | None


class KeptBook(Struct, frozen=True, forbid_unknown_fields=True):
    """A book of an archive. `ours`: it was written where the archive was made."""

    mark: Annotated[str, Meta(pattern=r"\A[0-9a-f]{32}\Z")]
    opened: Time
    ours: bool
    pages: list[KeptPage]


class Archive(Struct, frozen=True, forbid_unknown_fields=True):
    """All of it. `key` and `signature` are hex."""

    format: str
    books: list[KeptBook]
    key: str
    signature: str


class Signed(Struct, frozen=True):
    """What `read` found: the public key that signed it, and its books, which hold."""

    key: bytes
    books: "list[Shelved]"


class Shelved(Struct, frozen=True):
    """A book that was read from an archive, and holds. `corrections` as in `Volume`."""

    mark: str
    opened: int
    ours: bool
    leaves: list[Leaf]
    corrections: dict[int, tuple[Mood, int]]


def make(volumes: Sequence[Volume], public: bytes, sign: Callable[[bytes], bytes]) -> bytes:
    """The archive of these books, signed with the key whose other half is `public`."""
    kept = [_kept(one) for one in volumes]
    whole = Archive(FORMAT, kept, public.hex(), "")
    return chain.canonical(structs.replace(whole, signature=sign(_signed(whole)).hex()))


def read(data: bytes) -> Signed:
    """An archive, checked.

    Raises `UserError` with code no_archive for something else, and altered for what was changed since it was signed: with
    the first page that is wrong, where it is a page.
    """
    if len(data) > LARGEST:
        raise UserError("This archive is too large.", code="no_archive")
    try:
        whole = _DECODE(data)
        shelved = [_shelved(one) for one in whole.books]
        key, signature = bytes.fromhex(whole.key), bytes.fromhex(whole.signature)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise UserError("This is no archive of a codex.", code="no_archive") from None
    if whole.format != FORMAT:
        raise UserError("This is no archive of a codex.", code="no_archive")
    for one in shelved:
        if broken := chain.verify(one.leaves):
            raise UserError(
                "This archive was altered: page {number} is not as it was sealed.", code="altered", number=broken.number
            )
    if chain.canonical(whole) != data or not _holds(key, signature, whole):
        raise UserError("This archive was altered: its signature does not hold.", code="altered")
    return Signed(key, shelved)


def _holds(key: bytes, signature: bytes, whole: Archive) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, _signed(whole))
    except (InvalidSignature, ValueError):
        return False
    return len({one.mark for one in whole.books}) == len(whole.books)


def _signed(whole: Archive) -> bytes:
    return _SIGNED + chain.canonical({"format": whole.format, "books": whole.books, "key": whole.key})


def _kept(volume: Volume) -> KeptBook:
    pages = [_kept_page(leaf, volume.corrections.get(leaf.number)) for leaf in volume.leaves]
    return KeptBook(volume.book.mark, volume.book.opened, bool(volume.book.ours), pages)


def _kept_page(leaf: Leaf, corrected: tuple[Mood, int] | None) -> KeptPage:
    facts = {name: getattr(leaf, name) for name in _PLAIN} | {name: getattr(leaf, name).hex() for name in _HEX}
    said = leaf.content
    if said is None:
        return KeptPage(**facts, question=None, answer=None, reading=None, salt=None, seed=None, corrected=corrected)
    return KeptPage(
        **facts, question=said.question, answer=said.answer, reading=said.reading, salt=said.salt.hex(), seed=said.seed.hex(),
        corrected=corrected,
    )  # fmt: skip


def _shelved(book: KeptBook) -> Shelved:
    """Raises `ValueError` for what cannot be a book."""
    corrections = {page.number: page.corrected for page in book.pages if page.corrected is not None}
    return Shelved(book.mark, book.opened, book.ours, [_leaf(book.mark, page) for page in book.pages], corrections)


def _leaf(mark: str, page: KeptPage) -> Leaf:
    facts = {name: getattr(page, name) for name in _PLAIN} | {name: bytes.fromhex(getattr(page, name)) for name in _HEX}
    return Leaf(book=mark, **facts, content=_content(page))


def _content(page: KeptPage) -> Content | None:
    """Raises `ValueError` when only a part of it is there."""
    if page.question is None or page.answer is None or page.reading is None or page.salt is None or page.seed is None:
        if any(part is not None for part in (page.question, page.answer, page.reading, page.salt, page.seed)):
            raise ValueError("a part of the page is gone")
        return None
    return Content(page.question, page.answer, page.reading, bytes.fromhex(page.salt), bytes.fromhex(page.seed))


_HEX: Final = ("words", "svg", "previous", "hash")
_PLAIN: Final = tuple(
    name for name in Leaf.__struct_fields__ if name in KeptPage.__struct_fields__ and name not in _HEX
)
_DECODE = msgspec.json.Decoder(Archive).decode
