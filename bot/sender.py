"""From a message to its platform: the reader's language, what must have an address, payloads, one request after the other."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from bot.adapter import Outcome, Payload, Platform, Refused, RetryAfter, Unknown
from bot.command import ReplyHandle
from bot.message import Message

Translate: TypeAlias = Callable[[str | None], Callable[[str], str]]
"""Language -> what translates into it. None is English, the language of the templates."""
Prepare: TypeAlias = Callable[[Message, Platform], Awaitable[Message]]
"""What a message must go through before a platform can show it (addresses for what it can only link)."""

_TRIES = 5
_LONGEST_PAUSE = 20.0
log = logging.getLogger(__name__)


def untranslated(_language: str | None) -> Callable[[str], str]:
    """Every language is English."""
    return str


class Sender:
    """Knows the platforms and makes requests of them."""

    def __init__(
        self, platforms: Mapping[str, Platform], *, translate: Translate = untranslated, prepare: Prepare | None = None
    ) -> None:
        self.platforms = platforms
        self.translate = translate
        self._prepare = prepare

    async def payloads(self, message: Message, handle: ReplyHandle) -> list[Payload]:
        """The requests that show it where the handle leads. Raises `KeyError` where that platform does not run."""
        platform = self.platforms[handle.platform]
        if handle.language is not None:
            message = message.translated(self.translate(handle.language))
        if self._prepare is not None:
            message = await self._prepare(message, platform)
        return platform.render(message, handle)

    async def send(self, handle: ReplyHandle, payload: Payload, key: str) -> Outcome:
        """One payload; again only where it is certain that nothing was shown."""
        platform = self.platforms[handle.platform]
        return await self.attempt(handle, lambda: platform.send(handle, payload, key))

    async def edit(self, handle: ReplyHandle, message: str, payload: Payload) -> Outcome:
        """One payload in place of a message that is there."""
        platform = self.platforms[handle.platform]
        return await self.attempt(handle, lambda: platform.edit(handle, message, payload))

    async def attempt(self, handle: ReplyHandle, request: Callable[[], Awaitable[Outcome]]) -> Outcome:
        """Any request of a handle's platform, tried while the platform says that it may be tried again."""
        outcome: Outcome = Refused("never tried")
        for _ in range(_TRIES):
            if handle.expires is not None and time.time_ns() // 1_000 > handle.expires:
                return Refused("nobody waits for it any more")
            outcome = await _made(handle.platform, request)
            if not isinstance(outcome, RetryAfter):
                return outcome
            await asyncio.sleep(min(outcome.seconds, _LONGEST_PAUSE))
        return Refused(f"given up after {_TRIES} tries, the last said: {outcome}")


async def _made(platform: str, request: Callable[[], Awaitable[Outcome]]) -> Outcome:
    try:
        return await request()
    except Exception:
        log.exception("the %s adapter failed while sending", platform)
        return Unknown("the adapter failed")
