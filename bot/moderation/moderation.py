"""The service: what may be shown, kept as an example, or sent to a model."""

import logging
from collections.abc import Awaitable, Callable

from msgspec import Struct

from bot.moderation import injection, outgoing, words
from bot.moderation.words import Level

_log = logging.getLogger(__name__)


class Screened(Struct, frozen=True):
    """`clean`, `soft` (rude; a channel decides) or `severe` (hatred, threats; never shown)."""

    level: Level


class Moderation:
    """`ask` is a provider of moderation: True means that it objects to the text. Without one the word lists decide, which
    do not know hatred in plain words."""

    def __init__(self, ask: Callable[[str], Awaitable[bool]] | None = None) -> None:
        self._ask = ask

    def screen(self, text: str) -> Screened:
        """By the word lists alone."""
        return Screened(words.level(text))

    async def judge(self, text: str, *, public: bool) -> Screened:
        """By the word lists, and by the provider if there is one. When it cannot answer, what is public counts as severe,
        and what one person alone sees as what the lists say."""
        screened = self.screen(text)
        if self._ask is None or screened.level == "severe":
            return screened
        try:
            objects = await self._ask(text)
        except Exception as error:  # a provider may fail in any way, and then this is the answer
            _log.warning("the moderation provider did not answer: %s", type(error).__name__)
            objects = public
        return Screened("severe") if objects else screened

    def instructs(self, text: str) -> bool:
        """Whether it looks like instructions to a model."""
        return injection.instructs(text)

    def harmless(self, text: str, most: int) -> str:
        """What a model wrote, without mentions, links, command prefixes and control characters, cut at `most`."""
        return outgoing.harmless(text, most)
