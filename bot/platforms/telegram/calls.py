"""Single requests of the Bot API, within the budget of their chat, and what became of each."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot import adapter
from bot.adapter import Outcome, Payload, Refused, Sent, Unknown
from bot.platforms.telegram.budget import Budget
from bot.platforms.telegram.client import Client, NotSentError
from bot.platforms.telegram.render import POINTER

_PATIENCE = 2.0  # seconds that a message may wait for its chat here; longer, and the caller is told
_RECONNECT = 10.0

Moved = Callable[[str, str], Awaitable[None]]


class Calls:
    """Makes the requests of one bot. `moved` hears of groups that have another id now."""

    def __init__(self, client: Client, budget: Budget | None = None) -> None:
        self._client, self._budget = client, budget or Budget()
        self.moved: Moved | None = None

    @property
    def username(self) -> str:
        """The bot's own, without `@`."""
        return self._client.username

    async def within(self, payload: Payload) -> Outcome:
        """A payload with its `method`, when its chat has room for it; waits for that a little."""
        fields = payload.copy()
        fields.pop(POINTER, None)
        method, chat = fields.pop("method"), fields["chat_id"]
        while wait := self._budget.take(chat):
            if wait > _PATIENCE:
                return adapter.RetryAfter(wait)
            await asyncio.sleep(wait)
        outcome = await self.call(method, fields)
        if isinstance(outcome, adapter.RetryAfter):
            self._budget.punish(chat, outcome.seconds)
        return outcome

    def room(self, chat: int) -> bool:
        """True, and a request is counted, when the chat has room for one now."""
        return self._budget.take(chat) == 0.0

    async def call(self, method: str, fields: Mapping[str, Any]) -> Outcome:
        """Any request, at once."""
        try:
            return Sent(await self._client.call(method, fields))
        except ChatMigrated as moved:  # the group became a supergroup; its old id is dead
            if self.moved:
                await self.moved(str(fields["chat_id"]), str(moved.new_chat_id))
            return await self.call(method, {**fields, "chat_id": moved.new_chat_id})
        except TelegramError as error:
            return outcome_of(error)


def outcome_of(error: TelegramError) -> Outcome:
    """What an error of the client library means for the message it was about."""
    match error:
        case RetryAfter():
            return adapter.RetryAfter(seconds_of(error))
        case NotSentError():
            return adapter.RetryAfter(_RECONNECT)
        case InvalidToken():
            return Refused("the bot's token is not accepted")
        case BadRequest() | Forbidden():
            return Refused(f"{type(error).__name__}: {error.message.removeprefix('Forbidden: ')}")
        case NetworkError():
            return Unknown(f"{type(error).__name__}: {error.message}")
        case _:
            return Unknown(type(error).__name__)


def seconds_of(error: RetryAfter) -> float:
    """The pause Telegram asks for; the library gives whole seconds or a `timedelta`, by its own setting."""
    pause = error.retry_after
    return float(pause) if isinstance(pause, int) else pause.total_seconds()
