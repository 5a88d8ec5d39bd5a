"""Sending: one request, its budget, and what its answer means."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable
from typing import TYPE_CHECKING

from aiohttp import ClientConnectorError, ClientError

from bot.adapter import Outcome, Payload, Refused, RetryAfter, Sent, Unknown
from bot.command import ReplyHandle
from bot.message import t
from bot.platforms.twitch.library import HTTPException, MessageRejectedError, redact
from bot.platforms.twitch.limits import CHAT_SECONDS, PLAIN, TRUSTED, WHISPER_SECONDS, WHISPERS, Recent, Window

if TYPE_CHECKING:
    from bot.platforms.twitch.client import Listener

_SECONDS = 10.0  # for one request, with twitchio's own second try after a 503
_LATER = RetryAfter(5.0)
_POINTERS = 1_000
_TOO_FAST = "rate_limited"  # Twitch counts when a line arrives: one that left in time may come too early
ANNOUNCE = "moderator:manage:announcements"
POINTER = "@{who}, that is private: whisper me, or ask me on Discord or Telegram."


class Sender:
    """Sends for one bot, over any number of connections."""

    def __init__(self, bot: str, *, whispers: bool) -> None:
        self._bot, self._may_whisper = bot, whispers
        self._trusted = {bot}
        self._chats, self._whispers = Window(CHAT_SECONDS), Window(WHISPER_SECONDS)
        self._recent = Recent()
        self._pointed: OrderedDict[str, str] = OrderedDict()  # what was asked privately: the pointer that answers it

    def badged(self, room: str, *, trusted: bool) -> None:
        """What the bot's own line showed: whether it is broadcaster or moderator there."""
        (self._trusted.add if trusted else self._trusted.discard)(room)

    async def send(self, client: "Listener", handle: ReplyHandle, payload: Payload) -> Outcome:
        """One request. With `to_user_id` it is a whisper; where it cannot be one, a pointer without the content.

        Raises `LoggedOutError` when nothing was sent because the bot's tokens are void.
        """
        if "to_user_id" not in payload and not handle.direct:
            return await self._chat(client, handle.channel, payload)
        if handle.direct or self._may_whisper:
            outcome = await self._whisper(client, handle, payload)
            if handle.direct or not isinstance(outcome, Refused):
                return outcome
        return await self._point(client, handle)

    async def _chat(self, client: "Listener", room: str, payload: Payload) -> Outcome:
        """A line of chat. What is to be announced is one too where the bot may not announce."""
        if wait := self._chats.take(TRUSTED if room in self._trusted else PLAIN):
            return RetryAfter(wait)
        text: str = payload["message"]
        if room not in self._trusted:
            text = self._recent.unlike(room, text)
        if payload.get("announce") and client.allows(self._bot, ANNOUNCE):
            outcome = await attempt(self._announce(client, room, text))
            if not isinstance(outcome, Refused):
                return outcome
        return await attempt(self._post(client, room, text, payload.get("reply_parent_message_id")))

    async def _announce(self, client: "Listener", room: str, text: str) -> str:
        channel = client.create_partialuser(room)
        await channel.send_announcement(moderator=self._bot, message=text, color="primary", token_for=self._bot)
        return ""  # Twitch names no id

    async def _post(self, client: "Listener", room: str, text: str, parent: str | None) -> str:
        channel = client.create_partialuser(room)
        sent = await channel.send_message(text, sender=self._bot, token_for=self._bot, reply_to_message_id=parent)
        if not sent.sent:
            raise ValueError("not sent")
        return sent.id

    async def _whisper(self, client: "Listener", handle: ReplyHandle, payload: Payload) -> Outcome:
        if wait := self._whispers.take(WHISPERS):
            return RetryAfter(wait)
        call = self._post_whisper(client, payload.get("to_user_id", handle.to.id), payload["message"])
        return await attempt(call, busy=_LATER if handle.direct else Refused("too many whispers"))

    async def _post_whisper(self, client: "Listener", to: str, text: str) -> str:
        await client.create_partialuser(self._bot).send_whisper(to_user=to, message=text)
        return ""  # Twitch names no id

    async def _point(self, client: "Listener", handle: ReplyHandle) -> Outcome:
        """Say once, for all pieces of an answer, where it can be had."""
        asked = f"{handle.channel} {handle.message or handle.to.id}"
        if asked in self._pointed:
            return Sent(self._pointed[asked])
        text = str(t(POINTER, who=handle.to.handle or handle.to.name))
        outcome = await self._chat(client, handle.channel, {"message": text, "reply_parent_message_id": handle.message})
        if isinstance(outcome, Sent):
            self._pointed[asked] = outcome.message
            while len(self._pointed) > _POINTERS:
                self._pointed.popitem(last=False)
        return outcome


class LoggedOutError(Exception):
    """The bot's tokens are void and could not be refreshed; the request was not made."""


async def attempt(call: Awaitable[str], busy: Outcome = _LATER) -> Outcome:
    """What became of a request that answers with an id. `busy` is what a 429 means. Raises `LoggedOutError`."""
    try:
        async with asyncio.timeout(_SECONDS):
            return Sent(await call)
    except MessageRejectedError as error:
        return busy if error.code == _TOO_FAST else Refused(error.code or "rejected")
    except HTTPException as error:
        return busy if error.status == 429 else _answered(error)
    except ValueError as error:
        return Refused(str(error))
    except (ClientConnectorError, RuntimeError):  # RuntimeError: the session was closed before the request was made
        return _LATER
    except (ClientError, OSError) as error:  # OSError: TimeoutError too
        return Unknown(type(error).__name__)


def _answered(error: HTTPException) -> Outcome:
    if error.route and error.route.use_id:  # the token could not be refreshed: the request itself was never made
        if error.status < 500:
            raise LoggedOutError from error
        return _LATER
    reason = redact(f"{error.status} {error.extra.get('message', '')}")
    return Unknown(reason) if error.status >= 500 else Refused(reason)
