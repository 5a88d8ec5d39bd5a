"""Answers go out: to the room, to the asker alone, in place of an earlier message, or as the notice that a press gets."""

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine
from typing import Any
from zlib import crc32

from msgspec import structs
from telegram.constants import ReactionEmoji

from bot import adapter
from bot.adapter import Outcome, Payload, Refused, Sent
from bot.command import ReplyHandle
from bot.message import Message, link, t
from bot.platforms.telegram.budget import Budget
from bot.platforms.telegram.calls import Calls
from bot.platforms.telegram.client import Client
from bot.platforms.telegram.edits import captioned, edited
from bot.platforms.telegram.entities import LIMIT, units
from bot.platforms.telegram.limits import ALERT
from bot.platforms.telegram.presses import Presses
from bot.platforms.telegram.render import CAPTION, POINTER, payloads

_POINTERS = 1_000
_KEPT = {"code", "text_link"}
_SAME, _NO_TEXT = "message is not modified", "no text in the message"
_PLAIN = "\N{VARIATION SELECTOR-16}"
_REACTIONS = {emoji.value.replace(_PLAIN, ""): emoji.value for emoji in ReactionEmoji}


class Sender:
    """What one bot shows, and how it went."""

    def __init__(self, client: Client, budget: Budget | None = None) -> None:
        self.calls = Calls(client, budget)
        self._pointed: OrderedDict[tuple[str, str | None, str | None], str] = OrderedDict()
        self._tasks: set[asyncio.Task[object]] = set()
        self.presses = Presses(self.release)

    async def send(self, handle: ReplyHandle, payload: Payload, *, first: bool = False) -> Outcome:
        """One rendered payload to where it belongs; the `first` one of an answer may take the place of a message."""
        ours = handle.token is not None and self.presses.take(handle.token)
        if ours and (notice := _notice(handle, payload)):
            shown = await self.calls.call("answerCallbackQuery", notice)
            if not isinstance(shown, Refused):
                return shown
        elif ours and handle.token:
            self.release(handle.token)
        if first and handle.shown and _there(handle, payload):
            outcome = await self.edit(handle.shown, payload)
            if not isinstance(outcome, Refused):
                return outcome
        outcome = await self.calls.within(payload)
        if isinstance(outcome, Refused) and _closed(outcome) and _withdrawn(handle, payload):
            return await self._point(handle, outcome, payload.get(POINTER, ""))
        return outcome

    async def edit(self, message: str, payload: Payload) -> Outcome:
        """Show it in place of a message. That it stands there already is as good."""
        change = edited(payload, message)
        if change is None:
            return Refused("an album takes nobody's place")
        outcome = await self.calls.within(change)
        if _says(outcome, _NO_TEXT) and units(payload["text"]) <= CAPTION and (caption := captioned(change)):
            outcome = await self.calls.within(caption)
        return Sent(message) if _says(outcome, _SAME) or isinstance(outcome, Sent) else outcome

    async def prompt(self, handle: ReplyHandle, calls: list[Payload]) -> Outcome:
        """Ask. What must be asked in private and cannot is refused: the room is told where to go."""
        self._done(handle.token)
        outcome: Outcome = Refused("there is nothing to ask")
        for payload in calls:
            outcome = await self.calls.within(payload)
            if isinstance(outcome, Refused) and _closed(outcome) and _withdrawn(handle, payload):
                await self._point(handle, outcome)
            if not isinstance(outcome, Sent):
                break
        return outcome

    async def draft(self, handle: ReplyHandle, text: str) -> bool:
        """A preview of half a minute, of the end of a long text. What comes too fast for the chat is left out."""
        if not handle.direct or not handle.channel:
            return False
        self._done(handle.token)
        chat = int(handle.channel)
        if not self.calls.room(chat):
            return True
        number = crc32(f"{handle.message}/{handle.token}".encode()) & 0x7FFFFFFF | 1  # must not be 0
        end = text if units(text) <= LIMIT else text[-LIMIT // 2 :]
        outcome = await self.calls.call("sendMessageDraft", {"chat_id": chat, "draft_id": number, "text": end})
        return not isinstance(outcome, Refused)

    async def react(self, handle: ReplyHandle, emoji: str) -> Outcome:
        """Put a reaction on what `handle` answers; one of those that Telegram has."""
        known = _REACTIONS.get(emoji.replace(_PLAIN, ""))
        if known is None or not handle.message or not handle.channel:
            return Refused(
                f"Telegram has no reaction {emoji!r}" if known is None else "there is no message to react to"
            )
        where = {"chat_id": int(handle.channel), "message_id": int(handle.message)}
        return await self.calls.call("setMessageReaction", {**where, "reaction": [{"type": "emoji", "emoji": known}]})

    def release(self, query: str, text: str = "") -> None:
        """Stop the spinner of a press, in the background: whether that works changes nothing."""
        notice = {"text": text[:ALERT], "show_alert": True} if text else {}
        self.background(self.calls.call("answerCallbackQuery", {"callback_query_id": query, **notice}))

    def background(self, work: Coroutine[Any, Any, object]) -> None:
        """Something that nobody waits for."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Let go of what is still under way."""
        self.presses.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _done(self, query: str | None) -> None:
        if query and self.presses.take(query):
            self.release(query)

    async def _point(self, handle: ReplyHandle, refused: Outcome, own: str = "") -> Outcome:
        """The asker cannot be written to in private: say so in the room, once per answer, and nothing of the answer but its
        own pointer."""
        if handle.follows:
            return Sent("")  # the answer before it has said so
        answer = (handle.channel, handle.message, handle.token)
        if answer not in self._pointed:
            pointer = payloads(_pointer(self.calls.username, own), structs.replace(handle, private=False))[0]
            outcome = await self.calls.within(pointer)
            if not isinstance(outcome, Sent):
                return outcome if isinstance(outcome, adapter.RetryAfter) else refused
            self._pointed[answer] = outcome.message
            if len(self._pointed) > _POINTERS:
                self._pointed.popitem(last=False)
        return Sent(self._pointed[answer])


def _says(outcome: Outcome, words: str) -> bool:
    return isinstance(outcome, Refused) and words in outcome.reason.casefold()


def _closed(refused: Refused) -> bool:
    """The private chat is closed to the bot."""
    return refused.reason.startswith("Forbidden")


def _there(handle: ReplyHandle, payload: Payload) -> bool:
    """Does this payload go to the chat of the message whose place it is to take?

    A pressed message stands where it was pressed; any other that is replaced was sent to where this payload goes.
    """
    return handle.shown != handle.message or str(payload["chat_id"]) == handle.channel


def _withdrawn(handle: ReplyHandle, payload: Payload) -> bool:
    """True for a private answer to something asked where others read."""
    return bool(handle.channel) and not handle.direct and str(payload["chat_id"]) != handle.channel


def _notice(handle: ReplyHandle, payload: Payload) -> dict[str, Any] | None:
    """A short private answer to a press in a group pops up for the presser alone, but not what is to be copied."""
    text, looks = payload.get("text", ""), {entity["type"] for entity in payload.get("entities", ())}
    if not _withdrawn(handle, payload) or not 0 < len(text) <= ALERT or payload.get("reply_markup") or looks & _KEPT:
        return None
    return {"callback_query_id": handle.token, "text": text, "show_alert": True}


def _pointer(username: str, own: str) -> Message:
    address = f"https://t.me/{username}"
    closed = t(
        "I wrote nothing here because it is private: open a chat with me first: {link}", link=link(address, address)
    )
    return Message(*([own, "\n"] if own else []), closed)
