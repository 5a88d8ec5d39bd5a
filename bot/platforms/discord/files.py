"""Files that people gave: fetched from Discord's own hosts and nowhere else, and never more than the house takes."""

import asyncio
from typing import Final
from urllib.parse import urlsplit

import aiohttp

from bot.errors import UserError
from bot.users import Attachment

MOST: Final = 20 * 1024 * 1024
_HOSTS: Final = ("cdn.discordapp.com", "media.discordapp.net")
_PATHS: Final = ("/attachments/", "/ephemeral-attachments/")
_SECONDS, _CHUNK = 60.0, 1 << 16


class Files:
    """`address` is the base of another server that speaks Discord's API: its files are its own."""

    def __init__(self, address: str | None) -> None:
        self._own = urlsplit(address)[:2] if address else None

    async def fetch(self, attachment: Attachment) -> bytes:
        """Its bytes. Raises `UserError` when it is gone, too large, or not Discord's to give."""
        if attachment.size > MOST:
            raise _too_large(attachment)
        if not self._known(attachment.id):
            raise _gone(attachment)
        try:
            async with asyncio.timeout(_SECONDS):
                return await _read(attachment)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
            raise _gone(attachment) from None

    def _known(self, address: str) -> bool:
        """Is it where Discord keeps files? Whoever could name another address would have the bot knock there."""
        try:
            parts = urlsplit(address)
        except ValueError:
            return False
        if not parts.path.startswith(_PATHS) or ".." in parts.path:
            return False
        return parts[:2] == self._own if self._own else parts.scheme == "https" and parts.netloc in _HOSTS


async def _read(attachment: Attachment) -> bytes:
    """In pieces: what it says of its size is not believed."""
    found = bytearray()
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
        session.get(attachment.id, allow_redirects=False) as response,
    ):
        if response.status != 200:
            raise _gone(attachment)
        async for piece in response.content.iter_chunked(_CHUNK):
            found += piece
            if len(found) > MOST:
                raise _too_large(attachment)
    return bytes(found)


def _gone(attachment: Attachment) -> UserError:
    return UserError("I cannot get {file} from Discord any more.", file=attachment.name)


def _too_large(attachment: Attachment) -> UserError:
    return UserError("{file} is too large: I take files of up to 20 MB.", file=attachment.name)
