"""From a message to its platform: what is drawn or linked, the reader's language, payloads, one request after the other."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from msgspec import structs

from bot.adapter import Outcome, Payload, Platform, Refused, RetryAfter, Unknown
from bot.command import ReplyHandle
from bot.message import Message
from bot.users import User

Translate: TypeAlias = Callable[[str | None], Callable[[str], str]]
"""Language -> what translates into it. None is English, the language of the templates."""
Prepare: TypeAlias = Callable[[Message, Platform], Awaitable[Message]]
"""What a message must go through before a platform can show it (drawing, addresses for what it can only link)."""

LATE = "nobody waits for it any more"
PATIENCE = 20.0
"""Seconds that what nobody keeps waits before a further try, at most."""
_TRIES = 5
_SPREAD = 1.25
log = logging.getLogger(__name__)


def untranslated(_language: str | None) -> Callable[[str], str]:
    """Every language is English."""
    return str


def _nobody(_user: User) -> str | None:
    return None


class Sender:
    """Knows the platforms and makes requests of them.

    `language_of` is the language of a reader whose handle has none, such as somebody who is written to unasked.
    """

    def __init__(
        self,
        platforms: Mapping[str, Platform],
        *,
        translate: Translate = untranslated,
        prepare: Prepare | None = None,
        language_of: Callable[[User], str | None] = _nobody,
    ) -> None:
        self.platforms = platforms
        self.translate = translate
        self._prepare = prepare
        self._language_of = language_of

    async def payloads(self, message: Message, handle: ReplyHandle) -> list[Payload]:
        """The requests that show it where the handle leads. Raises `KeyError` where that platform does not run."""
        platform = self.platforms[handle.platform]
        if self._prepare is not None:
            message = await self._prepare(message, platform)
        language = handle.language or self._language_of(handle.to)
        if language is not None:
            message = message.translated(self.translate(language))
        return platform.render(message, handle)

    async def send(self, handle: ReplyHandle, payload: Payload, key: str, patience: float = PATIENCE) -> Outcome:
        """One payload; again only where it can be shown only once. `RetryAfter` when it takes more than `patience` seconds."""
        platform = self.platforms[handle.platform]
        return await self.attempt(handle, lambda: platform.send(handle, payload, key), patience)

    async def edit(self, handle: ReplyHandle, message: str, payload: Payload) -> Outcome:
        """One payload in place of a message that is there."""
        platform = self.platforms[handle.platform]
        return await self.attempt(handle, lambda: platform.edit(handle, message, payload))

    async def attempt(
        self, handle: ReplyHandle, request: Callable[[], Awaitable[Outcome]], patience: float = PATIENCE
    ) -> Outcome:
        """Any request of a handle's platform, tried while the platform says that it may be, waiting `patience` at most."""
        outcome: Outcome = Refused(LATE)
        doubt: float | None = None
        until = time.monotonic() + patience
        for tried in range(1, _TRIES + 1):
            if expired(handle):
                return Refused(LATE) if doubt is None else Unknown(LATE)
            outcome = await _made(handle.platform, request)
            if not isinstance(outcome, RetryAfter):
                return outcome
            doubt = outcome.safe if doubt is None else doubt
            outcome = structs.replace(outcome, safe=doubt)
            pause = outcome.seconds * random.uniform(1.0, _SPREAD)  # noqa: S311  (spread, not secrecy)
            if tried == _TRIES or time.monotonic() + pause > until:
                break
            await asyncio.sleep(pause)
        return outcome


def expired(handle: ReplyHandle) -> bool:
    """Does nobody wait for this answer any more?"""
    return handle.expires is not None and time.time_ns() // 1_000 > handle.expires


async def _made(platform: str, request: Callable[[], Awaitable[Outcome]]) -> Outcome:
    try:
        return await request()
    except Exception:
        log.exception("the %s adapter failed while sending", platform)
        return Unknown("the adapter failed")
