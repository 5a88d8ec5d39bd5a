"""The getUpdates loop: an update is confirmed only when it is committed, and a broken one never stops the next."""

import asyncio
import logging
from collections.abc import Callable, Sequence

import msgspec
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.platforms.telegram import wire
from bot.platforms.telegram.calls import seconds_of
from bot.platforms.telegram.client import Client

logger = logging.getLogger(__name__)
_FIRST, _LONGEST = 0.25, 60.0  # seconds


class UnnumberedError(Exception):
    """An update without a number was given: it can be neither read nor confirmed, only left behind by a later one."""


class Trouble:
    """Growing pauses, and one line in the log per kind of trouble."""

    def __init__(self) -> None:
        self._pause, self._told = _FIRST, ""

    def over(self) -> None:
        """It works again."""
        if self._told:
            logger.info("Telegram works again.")
        self._pause, self._told = _FIRST, ""

    async def pause(self, seconds: float = 0.0) -> None:
        """A longer pause than the last one, at least these seconds."""
        pause, self._pause = max(self._pause, seconds), min(self._pause * 2, _LONGEST)
        await asyncio.sleep(pause)

    def tell(self, error: Exception) -> None:
        """One line, without secrets; repeated only when something else has happened."""
        line = _line(error)
        if line != self._told:
            self._told = line
            logger.warning("%s Trying again.", line)


def _line(error: Exception) -> str:
    match error:
        case InvalidToken():
            return "Telegram refuses the bot's token: set telegram.token to the one that @BotFather shows."
        case Conflict() if "webhook" in error.message.casefold():
            return "Telegram sends this bot's updates to a webhook: delete the webhook to receive them here."
        case Conflict():
            return "Another process receives this bot's updates: stop it, or give this one a bot of its own."
        case RetryAfter():
            return "Telegram asks for a pause."
    if isinstance(error, UnnumberedError):
        return str(error)
    what = "Telegram cannot be reached" if isinstance(error, TelegramError) else "An update could not be kept"
    return f"{what} ({type(error).__name__})."


class Poller:
    """Gives every update of a batch to `deal`, in order, and confirms the batch when all of them are dealt with."""

    def __init__(self, client: Client, deal: wire.Deal, trouble: Trouble, kinds: Callable[[], Sequence[str]]) -> None:
        self._client, self._deal, self._trouble, self._kinds = client, deal, trouble, kinds
        self._offset = 0

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.poll()
            except Exception as error:  # whatever it was, the same updates come again
                self._trouble.tell(error)
                await self._trouble.pause(seconds_of(error) if isinstance(error, RetryAfter) else 0.0)
            else:
                self._trouble.over()

    async def poll(self) -> None:
        """Ask once, and deal with what is given. Raises `TelegramError`, `UnnumberedError`, and what `deal` raises."""
        given = await self._client.updates(self._offset, self._kinds())
        batch = [update for raw in given if (update := _numbered(raw))]
        if len(batch) == 1:
            await self._deal(batch[0])
        else:
            await asyncio.gather(*map(self._deal, batch))
        self._offset = max([self._offset, *(one.update_id + 1 for one in batch)])
        if len(batch) < len(given):
            raise UnnumberedError("Telegram gave an update without a number: skipped.")


def _numbered(raw: msgspec.Raw) -> wire.Given | None:
    try:
        return wire.update(raw)
    except ValueError:
        return None
