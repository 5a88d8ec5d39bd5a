"""Which request shows an answer, and what its failure means."""

import json
import logging
import time
from collections.abc import Callable

import aiohttp
import discord
import msgspec

from bot.adapter import Outcome, Payload, Refused, RetryAfter, Sent, Unknown
from bot.command import ReplyHandle
from bot.platforms.discord.answers import Answers
from bot.platforms.discord.bodies import EPHEMERAL, NEXT, pointer, private, replacing, replying, shown
from bot.platforms.discord.requests import (
    BrokenError,
    BusyError,
    UncertainError,
    direct_channel,
    post,
    react,
    rewrite,
)
from bot.platforms.discord.turns import Turn, Turns
from bot.windows import Window

log = logging.getLogger(__name__)
MESSAGE, DEFERRED, DEFERRED_PRESS, UPDATE, SUGGESTIONS, MODAL = 4, 5, 6, 7, 8, 9
ANSWERED, DM_CLOSED, TAKEN_AWAY, INVALID = 40060, 50007, 10008, 50035
GONE = (10015, 10062, 50027)
EVERYTHING = 50
"""Requests a second with the bot's token."""
_TOO_MANY = 429
_AWAY = 2.0
SAFE = 120.0
"""Seconds in which a message with a nonce is shown once however often it is sent: Discord says "the past few minutes"."""
FAILURES = (
    discord.DiscordException,
    UncertainError,
    BusyError,
    BrokenError,
    OSError,
    RuntimeError,
    aiohttp.ClientError,
    json.JSONDecodeError,
    msgspec.DecodeError,
)


class Sender:
    """Sends, and defers what takes long: a deferral is due 3 s after arrival."""

    def __init__(self, http: Callable[[], discord.http.HTTPClient | None], defer_after: float) -> None:
        self._http = http
        self._all = Window(EVERYTHING, 1.0)  # those of interactions do not count
        self._answers = Answers()
        self._turns = Turns(defer_after, self._defer)

    async def close(self) -> None:
        """No more deferrals; let go of the connections."""
        await self._turns.close()
        await self._answers.close()

    def expect(self, handle: ReplyHandle, *, asks: bool = True, hidden: bool = False) -> None:
        """This process received it and owns its deadline; see `Turn`."""
        self._turns.expect(handle, asks=asks, hidden=hidden)

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
        way = self._interaction if handle.token is not None else self._message
        try:
            return await way(handle, payload, key)
        except FAILURES as error:
            return outcome(error)

    async def edit(self, handle: ReplyHandle, message: str, payload: Payload) -> Outcome:
        """Show it in place of a message of ours: by the interaction it answered, else by the channel it is in."""
        try:
            return Sent(await self._edited(handle, message, payload))
        except FAILURES as error:
            return outcome(error)

    async def ask(self, handle: ReplyHandle, modal: Payload) -> bool:
        """Show a modal, which only a first answer can; False when it is too late for that. Raises `FAILURES`."""
        turn = self._turns.of(handle)
        if handle.token is None or not turn.asks or not turn.fresh:
            return False
        self._turns.stop(handle)
        if await turn.deferred():
            return False
        try:
            await self._answers.callback(handle, MODAL, modal)
        except discord.HTTPException as error:
            if error.code not in (ANSWERED, *GONE):
                raise
            return False
        turn.asked = True
        return True

    async def suggest(self, handle: ReplyHandle, choices: list[Payload]) -> None:
        """Complete what is being typed. Nobody is told of a failure: the next letter asks again."""
        try:
            await self._answers.callback(handle, SUGGESTIONS, {"choices": choices})
        except FAILURES as error:
            log.debug("Discord did not take suggestions: %s", type(error).__name__)

    async def react(self, handle: ReplyHandle, emoji: str) -> Outcome:
        """React to what was said, or to the message whose button was pressed."""
        if handle.message is None:
            return Refused("there is no message to react to")
        try:
            await react(self._bot(), handle.thread or handle.channel, handle.message, emoji)
        except FAILURES as error:
            return outcome(error)
        return Sent(handle.message)

    # answers to interactions

    async def _interaction(self, handle: ReplyHandle, payload: Payload, key: str) -> Outcome:
        body = shown(payload, hidden=private(payload, handle))
        try:
            return Sent(await self._answer(handle, body, key, later=handle.follows or NEXT in payload))
        except discord.HTTPException as error:
            if error.code not in GONE:
                raise
        return await self._direct(handle, payload, key)

    async def _answer(self, handle: ReplyHandle, body: Payload, key: str, *, later: bool) -> str:
        """The first piece answers, later ones follow; the same key again replaces what it made."""
        turn = self._turns.of(handle)
        if (
            not later
            and handle.shown
            and (handle.shown != handle.message or turn.key in (None, key))
            and (made := await self._in_place(handle, body, turn))
        ):
            self._turns.stop(handle)
            turn.key = key
            return made
        if later or turn.asked or turn.key not in (None, key):
            return await self._answers.follow_up(handle, body)
        message = None
        if turn.key is None and (turn.deferral is None or not await turn.deferred()):
            message = await self._first(handle, MESSAGE, body)
        self._turns.stop(handle)
        if message is None:
            message = await self._fill(handle, body)
        turn.key = key
        return message

    async def _first(self, handle: ReplyHandle, kind: int, body: Payload) -> str | None:
        """The callback; None when somebody has answered or deferred already."""
        try:
            return await self._answers.callback(handle, kind, body)
        except discord.HTTPException as error:
            if error.code != ANSWERED:
                raise
        return None

    async def _in_place(self, handle: ReplyHandle, body: Payload, turn: Turn) -> str | None:
        """In place of the message that is shown; None when that is gone, cannot hold this, or would show it to others."""
        try:
            if handle.shown != handle.message:
                return await self._streamed(handle, body)
            if body.get("flags", 0) & EPHEMERAL and not turn.hidden:
                return None
            made = None
            if turn.fresh and not await turn.deferred():
                made = await self._first(handle, UPDATE, replacing(body))
            return made or await self._answers.edit_original(handle, replacing(body))
        except discord.HTTPException as error:
            if error.code not in (TAKEN_AWAY, INVALID):
                raise
        return None

    async def _streamed(self, handle: ReplyHandle, body: Payload) -> str | None:
        """In place of what this answer has shown so far."""
        message = handle.shown or ""
        if body.get("flags", 0) & EPHEMERAL:
            known = await self._answers.message(handle, message)
            if not known.hidden:
                return None
        return await self._edited(handle, message, body)

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
        hidden = body.get("flags", 0) & EPHEMERAL
        if handle.message or hidden:
            original = await self._answers.original(handle)
            if original.id == handle.message:
                return await self._answers.follow_up(handle, body)
            if hidden and not original.hidden:
                if original.loading:
                    await self._answers.delete_original(handle)
                return await self._answers.follow_up(handle, body)
        return await self._answers.edit_original(handle, shown(body))

    # messages in channels

    async def _message(self, handle: ReplyHandle, payload: Payload, key: str) -> Outcome:
        body, hidden, where = shown(payload), private(payload, handle), handle.thread or handle.channel
        if handle.shown and NEXT not in payload and (made := await self._changed(handle, payload)):
            return Sent(made)
        if not where:
            return await self._direct(handle, body, key)
        if not hidden or handle.direct:
            return await self._post(where, replying(body, handle), key)
        try:
            return await self._direct(handle, body, key)
        except discord.HTTPException as error:
            if error.code != DM_CLOSED:
                raise
        if NEXT not in payload and not handle.follows:
            await self._post(where, replying(pointer(payload, handle), handle), f"{key}/pointer")
        return Refused("their direct messages are closed")

    async def _changed(self, handle: ReplyHandle, payload: Payload) -> str | None:
        """In place of what this answer has shown so far; None when that is gone or cannot hold it."""
        try:
            return await self._edited(handle, handle.shown or "", payload)
        except discord.HTTPException as error:
            if error.code not in (TAKEN_AWAY, INVALID):
                raise
        return None

    async def _edited(self, handle: ReplyHandle, message: str, payload: Payload) -> str:
        body, hidden = replacing(payload), private(payload, handle)
        if handle.token is not None:
            try:
                return await self._answers.edit(handle, message, body)
            except discord.HTTPException as error:
                if error.code not in (TAKEN_AWAY, *GONE):
                    raise
        where = handle.thread or handle.channel
        if not where or (hidden and not handle.direct):
            http = self._bot(2)
            return await rewrite(http, await direct_channel(http, handle.to.id), message, body)
        return await rewrite(self._bot(), where, message, body)

    async def _direct(self, handle: ReplyHandle, payload: Payload, key: str) -> Outcome:
        http = self._bot(2)
        return Sent(await post(http, await direct_channel(http, handle.to.id), shown(payload), key))

    async def _post(self, channel: str, body: Payload, key: str) -> Outcome:
        return Sent(await post(self._bot(), channel, body, key))

    def _bot(self, requests: int = 1) -> discord.http.HTTPClient:
        """For so many requests with the bot's token. Raises `BusyError` when it is not there, or has no room for all of them.

        Room for the first alone would be spent again by each further try, which then finds none for the second.
        """
        now = time.monotonic()
        if (http := self._http()) is None:
            raise BusyError(_AWAY)
        if wait := self._all.wait(now, room=requests):
            raise BusyError(wait)
        for _ in range(requests):
            self._all.take(now)
        return http


def outcome(error: Exception) -> Outcome:
    """What a failure means. All but follow-ups may be repeated for a while: they have a key or replace what they made."""
    match error:
        case UncertainError():
            return Unknown(str(error))
        case BusyError() | discord.RateLimited():
            return RetryAfter(error.seconds if isinstance(error, BusyError) else error.retry_after)
        case discord.HTTPException() if error.status < 500:
            busy = error.status == _TOO_MANY
            return RetryAfter(60.0) if busy else Refused(f"{error.status} {error.code} {error.text}")
        case aiohttp.ClientConnectorError() | RuntimeError():  # the session was closed before the request was made
            return RetryAfter(_AWAY)
        case _:
            return RetryAfter(_AWAY, SAFE)
