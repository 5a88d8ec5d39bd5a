"""Which request shows an answer, and what its failure means."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord

from bot.adapter import Outcome, Payload, Refused, RetryAfter, Sent, Unknown
from bot.command import ReplyHandle
from bot.message import Message, t
from bot.platforms.discord import render
from bot.platforms.discord.requests import (
    EPHEMERAL,
    LOADING,
    Answers,
    BrokenError,
    BusyError,
    UncertainError,
    direct_channel,
    post,
)

log = logging.getLogger(__name__)
MESSAGE, DEFERRED, DEFERRED_PRESS = 4, 5, 6
ANSWERED, DM_CLOSED, TAKEN_AWAY = 40060, 50007, 10008
GONE = (10015, 10062, 50027)
NEXT = "next"
"""Marks the second and later pieces of a message; taken off before the request."""
_REMEMBERED, _TOO_MANY = 10_000, 429
FAILURES = (discord.DiscordException, UncertainError, BusyError, BrokenError, OSError, aiohttp.ClientError)
_CLOSED = (
    "I have an answer for you alone, but Discord does not let me write to you. Allow direct messages and ask again."
)


@dataclass(slots=True)
class _Turn:
    """An interaction that this process knows of: its timer, its deferral, and the key of what answered it first."""

    timer: asyncio.TimerHandle | None = None
    deferral: asyncio.Task[bool] | None = None
    key: str | None = None

    def stop(self) -> None:
        if self.timer:
            self.timer.cancel()

    async def deferred(self) -> bool:
        """Has this process deferred it? One that is under way is waited for."""
        if self.deferral is None:
            return False
        await asyncio.wait([self.deferral])
        return not self.deferral.cancelled() and self.deferral.result()


class Sender:
    """Sends, and defers what takes long: a deferral is due 3 s after arrival."""

    def __init__(self, http: Callable[[], discord.http.HTTPClient | None], defer_after: float) -> None:
        self._http = http
        self._defer_after = defer_after
        self._answers = Answers()
        self._turns: dict[str, _Turn] = {}

    async def close(self) -> None:
        """No more deferrals; let go of the connections."""
        for turn in self._turns.values():
            turn.stop()
        under_way = [turn.deferral for turn in self._turns.values() if turn.deferral]
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        await self._answers.close()

    def expect(self, handle: ReplyHandle) -> None:
        """This process received it and owns its deadline."""
        turn = self._turn(handle)
        if turn.timer is None and turn.key is None:
            turn.timer = asyncio.get_running_loop().call_later(self._defer_after, self._overdue, handle, turn)

    def _turn(self, handle: ReplyHandle) -> _Turn:
        turn = self._turns.setdefault(handle.interaction or "", _Turn())
        if len(self._turns) > _REMEMBERED:
            self._turns.pop(next(iter(self._turns))).stop()
        return turn

    def _overdue(self, handle: ReplyHandle, turn: _Turn) -> None:
        turn.deferral = asyncio.get_running_loop().create_task(self._defer(handle))

    async def _defer(self, handle: ReplyHandle) -> bool:
        try:
            if handle.message:
                await self._answers.callback(handle, DEFERRED_PRESS)
            else:
                await self._answers.callback(handle, DEFERRED, {"flags": EPHEMERAL if handle.private else 0})
        except FAILURES as error:
            if getattr(error, "code", None) != ANSWERED:
                log.warning("Discord did not take the deferral of an interaction: %s", type(error).__name__)
            return False
        return True

    async def send(self, handle: ReplyHandle, payload: Payload, key: str) -> Outcome:
        """One request, or the few that take its place when the first way is closed."""
        body = {name: value for name, value in payload.items() if name != NEXT}
        flags = body.pop("flags", 0)
        hidden = handle.private or bool(flags & EPHEMERAL)
        way = self._interaction if handle.token is not None else self._message
        try:
            return await way(handle, body, key, hidden=hidden, later=NEXT in payload)
        except FAILURES as error:
            return _outcome(error)

    async def _interaction(self, handle: ReplyHandle, body: Payload, key: str, *, hidden: bool, later: bool) -> Outcome:
        try:
            return Sent(await self._answer(handle, _shown(body, hidden=hidden), key, later=later))
        except discord.HTTPException as error:
            if error.code not in GONE:
                raise
        return await self._direct(handle, body, key)

    async def _answer(self, handle: ReplyHandle, body: Payload, key: str, *, later: bool) -> str:
        """The first piece answers, later ones follow; the same key again replaces what it made."""
        turn = self._turn(handle)
        if later or turn.key not in (None, key):
            return await self._answers.follow_up(handle, body)
        message = None
        if turn.key is None and not await turn.deferred():
            message = await self._first(handle, body)
        turn.stop()
        if message is None:
            message = await self._fill(handle, body)
        turn.key = key
        return message

    async def _first(self, handle: ReplyHandle, body: Payload) -> str | None:
        """The callback; None when somebody has answered or deferred already."""
        try:
            return await self._answers.callback(handle, MESSAGE, body)
        except discord.HTTPException as error:
            if error.code != ANSWERED:
                raise
        return None

    async def _fill(self, handle: ReplyHandle, body: Payload) -> str:
        """Into the answer that is there; another one when it was taken away."""
        try:
            return await self._replace(handle, body)
        except discord.HTTPException as error:
            if error.code != TAKEN_AWAY:
                raise
        return await self._answers.follow_up(handle, body)

    async def _replace(self, handle: ReplyHandle, body: Payload) -> str:
        """Not where that would show private words or replace the message of a button."""
        if handle.message or "flags" in body:
            original = await self._answers.original(handle)
            if str(original["id"]) == handle.message:
                return await self._answers.follow_up(handle, body)
            if "flags" in body and not original["flags"] & EPHEMERAL:
                if original["flags"] & LOADING:
                    await self._answers.delete_original(handle)
                return await self._answers.follow_up(handle, body)
        return await self._answers.edit_original(handle, _shown(body, hidden=False))

    async def _message(self, handle: ReplyHandle, body: Payload, key: str, *, hidden: bool, later: bool) -> Outcome:
        if not handle.channel:
            return await self._direct(handle, body, key)
        if not hidden or handle.direct:
            return await self._post(handle.channel, _replying(body, handle), key)
        try:
            return await self._direct(handle, body, key)
        except discord.HTTPException as error:
            if error.code != DM_CLOSED:
                raise
        if not later:
            await self._post(handle.channel, _replying(_pointer(handle), handle), f"{key}/pointer")
        return Refused("their direct messages are closed")

    async def _direct(self, handle: ReplyHandle, body: Payload, key: str) -> Outcome:
        if (http := self._http()) is None:
            return RetryAfter(2.0)
        return await self._post(await direct_channel(http, handle.to.id), body, key)

    async def _post(self, channel: str, body: Payload, key: str) -> Outcome:
        if (http := self._http()) is None:
            return RetryAfter(2.0)
        return Sent(await post(http, channel, body, key))


def _outcome(error: Exception) -> Outcome:
    """What a failure means. All but follow-ups are safe to repeat: they have a key or replace what they made."""
    match error:
        case UncertainError():
            return Unknown(str(error))
        case BusyError():
            return RetryAfter(error.seconds)
        case discord.RateLimited():
            return RetryAfter(error.retry_after)
        case discord.HTTPException() if error.status < 500 and error.status != _TOO_MANY:
            return Refused(f"{error.status} {error.code} {error.text}")
        case discord.HTTPException() if error.status == _TOO_MANY:
            return RetryAfter(60.0)
        case _:
            return RetryAfter(2.0)


def _shown(body: Payload, *, hidden: bool) -> Payload:
    rest = {name: value for name, value in body.items() if name != "flags"}
    return {**rest, "flags": EPHEMERAL} if hidden else rest


def _replying(body: Payload, handle: ReplyHandle) -> Payload:
    if handle.message is None:
        return body
    return {**body, "message_reference": {"message_id": handle.message, "fail_if_not_exists": False}}


def _pointer(handle: ReplyHandle) -> dict[str, Any]:
    body = render.payloads(Message(t(_CLOSED)), handle)[0]
    return {name: value for name, value in body.items() if name != "flags"}
