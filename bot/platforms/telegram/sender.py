"""Answers go out: to the room, to the asker alone, or as the notice that a press gets."""

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine
from typing import Any

from msgspec import structs
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot import adapter
from bot.adapter import Outcome, Payload, Refused, Sent, Unknown
from bot.command import ReplyHandle
from bot.message import Message, link, t
from bot.platforms.telegram.budget import Budget
from bot.platforms.telegram.client import Client, NotSentError
from bot.platforms.telegram.limits import ALERT
from bot.platforms.telegram.presses import Presses
from bot.platforms.telegram.render import payloads

_PATIENCE = 2.0  # seconds that a message may wait for its chat here; longer, and the caller is told
_RECONNECT = 10.0
_POINTERS = 1_000
_KEPT = {"code", "text_link"}


class Sender:
    """Makes the requests of one bot and tells how each went."""

    def __init__(self, client: Client, budget: Budget | None = None) -> None:
        self._client, self._budget = client, budget or Budget()
        self._pointed: OrderedDict[tuple[str, str | None, str | None], str] = OrderedDict()
        self._tasks: set[asyncio.Task[Outcome]] = set()
        self.presses = Presses(self.release)

    async def send(self, handle: ReplyHandle, payload: Payload) -> Outcome:
        """One rendered payload to where it belongs."""
        ours = self.presses.take(handle.token)
        if ours and (notice := _notice(handle, payload)):
            shown = await self._call("answerCallbackQuery", notice)
            if not isinstance(shown, Refused):
                return shown
        elif ours and handle.token:
            self.release(handle.token)
        outcome = await self._message(payload)
        if isinstance(outcome, Refused) and outcome.reason.startswith("Forbidden") and _withdrawn(handle, payload):
            return await self._point(handle, outcome)
        return outcome

    def release(self, query: str) -> None:
        """Stop the spinner of a press, in the background: whether that works changes nothing."""
        self._background(self._call("answerCallbackQuery", {"callback_query_id": query}))

    async def close(self) -> None:
        """Let go of what is still under way."""
        self.presses.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _background(self, work: Coroutine[Any, Any, Outcome]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _message(self, payload: Payload) -> Outcome:
        """Within the budget of its chat."""
        fields = dict(payload)
        method, chat = str(fields.pop("method")), int(fields["chat_id"])
        while wait := self._budget.take(chat):
            if wait > _PATIENCE:
                return adapter.RetryAfter(wait)
            await asyncio.sleep(wait)
        outcome = await self._call(method, fields)
        if isinstance(outcome, adapter.RetryAfter):
            self._budget.punish(chat, outcome.seconds)
        return outcome

    async def _call(self, method: str, fields: dict[str, Any]) -> Outcome:
        try:
            result = await self._client.call(method, fields)
        except ChatMigrated as moved:  # the group became a supergroup; its old id is dead
            return await self._call(method, {**fields, "chat_id": moved.new_chat_id})
        except TelegramError as error:
            return outcome_of(error)
        return Sent(str(result["message_id"]) if isinstance(result, dict) else "")

    async def _point(self, handle: ReplyHandle, refused: Refused) -> Outcome:
        """The asker cannot be written to in private: say so in the room, once per answer, and nothing of the answer."""
        answer = (handle.channel, handle.message, handle.token)
        if answer not in self._pointed:
            outcome = await self._message(
                payloads(_pointer(self._client.username), structs.replace(handle, private=False))[0]
            )
            if not isinstance(outcome, Sent):
                return outcome if isinstance(outcome, adapter.RetryAfter) else refused
            self._pointed[answer] = outcome.message
            if len(self._pointed) > _POINTERS:
                self._pointed.popitem(last=False)
        return Sent(self._pointed[answer])


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


def _withdrawn(handle: ReplyHandle, payload: Payload) -> bool:
    """True for a private answer to something asked where others read."""
    return bool(handle.channel) and not handle.direct and str(payload["chat_id"]) != handle.channel


def _notice(handle: ReplyHandle, payload: Payload) -> dict[str, Any] | None:
    """A short private answer to a press in a group pops up for the presser alone, but not what is to be copied."""
    text, looks = payload.get("text", ""), {entity["type"] for entity in payload.get("entities", ())}
    if not _withdrawn(handle, payload) or not 0 < len(text) <= ALERT or payload.get("reply_markup") or looks & _KEPT:
        return None
    return {"callback_query_id": handle.token, "text": text, "show_alert": True}


def _pointer(username: str) -> Message:
    address = f"https://t.me/{username}"
    return Message(
        t("I wrote nothing here because it is private: open a chat with me first: {link}", link=link(address, address))
    )
