"""The service: off until it is configured, and nothing of a model's library is imported before the first question."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import Final, TypeVar

from bot.model.budget import Budget
from bot.model.ladder import Ladder
from bot.model.port import ModelError, Provider
from bot.model.prompt import Prompt, chat
from config.settings import ModelSettings

T = TypeVar("T")
_TEXT: Final = 400
_STRUCTURED: Final = 800


class Models:
    """The language model of the settings. `most` is in tokens. Everything that asks raises `ModelError`.

    Nothing of this may run in a transaction: whoever is asked is somewhere else. `budget` is what a person may use in a day.
    """

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self._opening = asyncio.Lock()
        self._provider: Provider | None = None
        self._ladder: Ladder | None = None
        self.budget = Budget(settings.day_tokens)

    @property
    def available(self) -> bool:
        """Is there a model to talk to?"""
        return self._settings.available

    @property
    def embeds(self) -> bool:
        """Is there a model for `embed`?"""
        return self._settings.reachable and self._settings.embedding is not None

    @property
    def moderates(self) -> bool:
        """Is there a model for `flagged`?"""
        return self._settings.reachable and self._settings.moderation is not None

    async def text(self, prompt: Prompt, *, most: int = _TEXT) -> str:
        """What the model says; never empty."""
        async with self._asking(self.available) as provider:
            return await provider.ask(chat(prompt), most)

    async def structured(self, prompt: Prompt, kind: type[T], *, most: int = _STRUCTURED) -> T:
        """A value of this kind: a Struct, dataclass or TypedDict of msgspec, whose constraints hold in what is returned."""
        async with self._asking(self.available) as provider:
            if self._ladder is None:
                self._ladder = Ladder(provider)
            return await self._ladder.ask(prompt, kind, most)

    async def stream(self, prompt: Prompt, *, most: int = _TEXT) -> AsyncGenerator[str, None]:
        """What the model says, piece by piece. Who stops early uses `contextlib.aclosing`, which ends the request at once."""
        provider = await self._open(self.available)
        async with aclosing(provider.stream(chat(prompt), most)) as pieces:
            async for piece in pieces:
                yield piece

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """A vector for each text, in their order, all of one length."""
        async with self._asking(self.embeds) as provider:
            return await provider.embed(texts)

    async def flagged(self, text: str) -> bool:
        """Would the provider's moderation not have this said?"""
        async with self._asking(self.moderates) as provider:
            return await provider.flagged(text)

    async def close(self) -> None:
        """Let go of the connections; it is opened again by the next question."""
        provider, self._provider, self._ladder = self._provider, None, None
        if provider is not None:
            await provider.close()

    @asynccontextmanager
    async def _asking(self, possible: bool) -> AsyncIterator[Provider]:
        """A person waits so long at most, whatever number of requests it takes."""
        provider = await self._open(possible)
        try:
            async with asyncio.timeout(self._settings.outer):
                yield provider
        except TimeoutError:
            raise ModelError("timeout", f"no answer in {self._settings.outer:g} s") from None

    async def _open(self, possible: bool) -> Provider:
        if not possible:
            raise ModelError("off", "it is not configured")
        async with self._opening:
            if self._provider is None:
                self._provider = await asyncio.to_thread(_made, self._settings)
            return self._provider


def _made(settings: ModelSettings) -> Provider:
    """In a thread: the library takes up to seconds to import, and reading the certificates takes a while too."""
    from bot.model.compatible import Compatible  # noqa: PLC0415  (heavy)

    return Compatible(settings)
