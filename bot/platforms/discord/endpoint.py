"""Interactions by HTTP: proved to be Discord's, then taken in like those of the gateway.

Source: discord.com/developers/docs/interactions/overview (setting up an endpoint; 202 and an answer by callback).
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bot.errors import SettingsError
from bot.platforms.discord.wire import Given, Ping, posted

log = logging.getLogger(__name__)
PATH: Final = "/discord/interactions"
_PONG: Final = b'{"type": 1}'
_NOTHING: Final = b"{}"


class Endpoint:
    """`take` is given every interaction that Discord signed; the request is answered when it has been taken in."""

    def __init__(self, public_key: str, take: Callable[[Given], Awaitable[bool]]) -> None:
        try:
            self._key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        except ValueError:
            raise SettingsError(
                "discord.public_key is not a key: expected 64 hexadecimal digits (General Information in the developer portal)"
            ) from None
        self._take = take

    async def __call__(self, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        """401 for what is not signed, 400 for what is no interaction, 503 while there is nobody to take it."""
        if not self._signed(headers, body):
            return 401, _NOTHING
        try:
            found = posted(body)
        except (msgspec.ValidationError, ValueError, RecursionError) as error:
            log.warning("Discord posted what cannot be read (%s): skipped.", type(error).__name__)
            return 400, _NOTHING
        if isinstance(found, Ping):
            return 200, _PONG
        return (202, b"") if await self._take(found) else (503, _NOTHING)

    def _signed(self, headers: Mapping[str, str], body: bytes) -> bool:
        try:
            signature = bytes.fromhex(headers.get("x-signature-ed25519", ""))
            self._key.verify(signature, headers.get("x-signature-timestamp", "").encode() + body)
        except (InvalidSignature, ValueError):
            return False
        return True
