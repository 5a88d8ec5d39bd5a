"""Pictures and files at addresses that nobody guesses: for what a platform can only link.

Kept once per content, as a file of `data/blobs/` and a row. The address holds a keyed digest of the content, so another
installation has another address for the same picture, and who has not been given it cannot ask whether it is here.
"""

import asyncio
import hashlib
import logging
import os
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import sqlalchemy as sa
from msgspec import Struct, structs

from bot.errors import UserError
from bot.message import File, Image, Message
from bot.store.schema import blob, insert, param
from bot.store.store import Store
from bot.store.tx import Tx

MOST: Final = 20_000_000
"""Bytes that a blob may have."""

PREFIX: Final = "/b"
"""Where they are served: `/b/<token>/<name>`."""

_BEGINNINGS: Final = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}
PICTURES: Final = frozenset({*_BEGINNINGS.values(), "image/webp"})
"""The types that are shown as what they are; everything else is a download."""

_DOWNLOAD: Final = "application/octet-stream"
_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,60}")
_ODD: Final = re.compile(r"[^A-Za-z0-9._-]+")
_NAME, _ENDING, _TOKEN = 64, 12, 24
Shown = TypeVar("Shown", Image, File)
log = logging.getLogger(__name__)

_PUT = (
    insert(blob)
    .values(
        digest=param("digest", sa.LargeBinary),
        token=param("token"),
        type=param("type"),
        size=param("size", sa.BigInteger),
        name=param("name"),
        created=param("now", sa.BigInteger),
    )
    .on_conflict_do_nothing(index_elements=[blob.c.digest])
)
_FIND = sa.select(blob.c.digest, blob.c.type, blob.c.size, blob.c.name).where(blob.c.token == param("token"))
_FORGET = sa.delete(blob).where(blob.c.digest == param("digest", sa.LargeBinary))


class Blob(Struct, frozen=True):
    """What is kept. `digest` is the SHA-256 of the content, in hexadecimal digits; `path` leads to it on our web server."""

    digest: str
    token: str
    type: str
    size: int
    name: str

    @property
    def path(self) -> str:
        """`/b/<token>/<name>`."""
        return f"{PREFIX}/{self.token}/{self.name}"


class Blobs:
    """The blobs of one installation. `base` tells the address of its web server; None while there is none."""

    def __init__(self, folder: Path, base: Callable[[], str | None]) -> None:
        self._folder, self._base = folder, base
        self._changing = asyncio.Lock()  # of a put and a forget of one content, one comes first

    def open(self, store: Store) -> None:
        """Use the rows of this store."""
        self._store = store

    async def put(self, data: bytes, type: str, name: str) -> Blob:  # noqa: A002
        """Keep these bytes; the same again is the same blob. It is on the disk when this returns.

        What is a picture is decided by its first bytes, whatever `type` says. Raises `UserError` above 20 MB.
        """
        if len(data) > MOST:
            raise UserError("A file may have {most} MB here.", code="too_large", most=MOST // 1_000_000)
        content = hashlib.sha256(data)
        token = urlsafe_b64encode(self._store.keys.digest(b"blob:" + content.digest())[:_TOKEN]).decode()
        kept = Blob(content.hexdigest(), token, _kind(data, type), len(data), plain_name(name))
        async with self._changing:
            await asyncio.to_thread(_write, self.file(kept.digest), data)
            await self._store.write(_put, kept)
        return kept

    async def find(self, token: str) -> Blob | None:
        """What is served under this token."""
        return await self._store.read(_find, token)

    async def forget(self, digest: str) -> None:
        """Take it away for good; its address leads nowhere from now on. What is not here does no harm."""
        content = bytes.fromhex(digest)
        async with self._changing:
            await self._store.write(_forget, content)
            await asyncio.to_thread(self.file(content.hex()).unlink, missing_ok=True)

    def file(self, digest: str) -> Path:
        """Where the content is kept."""
        return self._folder / digest[:2] / digest

    def address(self, kept: Blob) -> str | None:
        """Where anybody who is given it can see this blob; None without a web server."""
        base = self._base()
        return f"{base.rstrip('/')}{kept.path}" if base else None

    async def addressed(self, message: Message) -> Message:
        """The message with a `url` for every picture and file that has none, as far as there can be one."""
        card = message.card
        if card is not None and card.thumbnail is not None:
            card = structs.replace(card, thumbnail=await self._linked(card.thumbnail))
        return message.replaced(
            images=[await self._linked(one) for one in message.images],
            files=[await self._linked(one) for one in message.files],
            card=card,
        )

    async def _linked(self, shown: Shown) -> Shown:
        if shown.url is not None or shown.data is None or self._base() is None:
            return shown
        try:
            return structs.replace(shown, url=self.address(await self.put(shown.data, _DOWNLOAD, shown.name)))
        except (UserError, OSError) as error:
            log.warning("%s cannot be given an address (%s)", shown.name, error)
            return shown


def has_files(message: Message) -> bool:
    """Does it hold a picture or file that `Blobs.addressed` would give an address?"""
    return bool(message.images or message.files or (message.card and message.card.thumbnail))


def plain_name(name: str) -> str:
    """A name that means nothing to a path, an address or a header: letters, digits, `.`, `_`, `-`; at most 64 of them."""
    plain = _ODD.sub("-", name).strip(".-_") or "file"
    if len(plain) <= _NAME:
        return plain
    stem, dot, ending = plain.rpartition(".")
    tail = dot + ending if stem and len(ending) <= _ENDING else ""
    return plain[: _NAME - len(tail)] + tail


def _kind(data: bytes, claimed: str) -> str:
    """The type to keep: what the bytes are, else what they are said to be, which is never a picture then."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    found = next((kind for beginning, kind in _BEGINNINGS.items() if data.startswith(beginning)), None)
    said = claimed.lower()
    return found or (said if _TYPE.fullmatch(said) and said not in PICTURES else _DOWNLOAD)


def _write(path: Path, data: bytes) -> None:
    """The whole file or none, on the disk; what is there already has the same content."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """A rename is on the disk when its folder is; Windows opens no folders."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _put(tx: Tx, kept: Blob) -> None:
    tx.execute(
        _PUT,
        digest=bytes.fromhex(kept.digest),
        token=kept.token,
        type=kept.type,
        size=kept.size,
        name=kept.name,
        now=tx.now,
    )


def _find(tx: Tx, token: str) -> Blob | None:
    rows = tx.execute(_FIND, token=token)
    if not rows:
        return None
    digest, kind, size, name = rows[0]
    return Blob(digest.hex(), token, kind, size, name)


def _forget(tx: Tx, digest: bytes) -> None:
    tx.execute(_FORGET, digest=digest)
