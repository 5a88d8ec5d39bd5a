"""Sending: one request, its budget, and what its answer means."""

import json
import time
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from aiohttp import ClientConnectorError, ClientError, ClientTimeout
from msgspec import ValidationError

from bot.adapter import Outcome, Payload, Refused, RetryAfter, Sent, Unknown
from bot.command import ReplyHandle
from bot.message import t
from bot.platforms.twitch.library import HTTPException, redact
from bot.platforms.twitch.limits import CHAT_SECONDS, PLAIN, TRUSTED, WHISPER_SECONDS, WHISPERS, Recent
from bot.platforms.twitch.rooms import PATIENCE, TOO_LATE, Line, Room
from bot.platforms.twitch.wire import Posted, posted
from bot.windows import Window

if TYPE_CHECKING:
    from aiohttp import ClientSession
    from aiohttp.client import _RequestContextManager

    from bot.platforms.twitch.client import Listener

_SECONDS = 10.0  # for one request; twitchio's own second try after a 503 has as many
_LATER = RetryAfter(5.0)
_POINTERS = 1_000
_BEGUN = 1_000
_TOO_FAST = "rate_limited"  # Twitch counts when a line arrives: one that left in time may come too early
ANNOUNCE = "moderator:manage:announcements"
POINTER = "@{who}, that is private: whisper me, or ask me on Discord or Telegram."


class Session:
    """What twitchio uses of an aiohttp session, with a limit on the time of a request: twitchio itself sets none."""

    def __init__(self, session: "ClientSession") -> None:
        self._session = session

    @property
    def closed(self) -> bool:
        """True when it makes no requests any more."""
        return self._session.closed

    def request(self, method: str, url: str, **how: Any) -> "_RequestContextManager":  # noqa: ANN401  (of aiohttp)
        """To be entered for the answer. Raises `TimeoutError` there when it does not come in time."""
        return self._session.request(method, url, timeout=_limit(_SECONDS), **how)

    async def close(self) -> None:
        """Let go of its connections; a request that is made then raises `RuntimeError`."""
        await self._session.close()


@lru_cache(maxsize=1)
def _limit(seconds: float) -> ClientTimeout:
    return ClientTimeout(total=seconds)


class Sender:
    """Sends for one bot, over any number of connections. `counts`: how many lines were merged with others, or dropped."""

    def __init__(self, bot: str, *, whispers: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._bot, self._may_whisper, self._clock = bot, whispers, clock
        self._trusted = {bot}
        self._chats, self._whispers = Window(PLAIN, CHAT_SECONDS), Window(WHISPERS, WHISPER_SECONDS)
        self._recent = Recent(clock=clock)
        self._rooms: dict[str, Room] = {}
        self._begun: OrderedDict[str, float] = OrderedDict()  # when an answer was to be sent first
        self.counts: Counter[str] = Counter()
        self._pointed: OrderedDict[str, str] = OrderedDict()  # what was asked privately: the pointer that answers it

    def badged(self, room: str, *, trusted: bool) -> None:
        """What the bot's own line showed: whether it is broadcaster or moderator there."""
        (self._trusted.add if trusted else self._trusted.discard)(room)

    async def close(self) -> None:
        """Nobody is waited for."""
        for room in self._rooms.values():
            await room.close()

    async def send(self, client: "Listener", handle: ReplyHandle, payload: Payload, key: str) -> Outcome:
        """One request. With `to_user_id` it is a whisper; where it cannot be one, a pointer without the content.

        Raises `LoggedOutError` when nothing was sent because the bot's tokens are void.
        """
        self._client, now = client, self._clock()
        since = self._begun.get(key, now)
        if "to_user_id" in payload or handle.direct:
            outcome = await self._alone(client, handle, payload, since)
        else:
            outcome = await self._chat(handle, payload, since)
        if isinstance(outcome, RetryAfter):
            self._wait(key, since)
        return outcome

    def _wait(self, key: str, since: float) -> None:
        """It is tried again: what counts is when it was to be sent first."""
        self._begun[key] = since
        if len(self._begun) > _BEGUN:
            self._begun.popitem(last=False)

    async def _alone(self, client: "Listener", handle: ReplyHandle, payload: Payload, since: float) -> Outcome:
        """What one person alone may read."""
        if handle.direct or self._may_whisper:
            outcome = await self._whisper(client, handle, payload, since)
            if handle.direct or not isinstance(outcome, Refused):
                return outcome
        return await self._point(handle, payload, since)

    def _chat(self, handle: ReplyHandle, payload: Payload, since: float) -> Awaitable[Outcome]:
        """A line of chat, with others where the room's budget is spent."""
        room = self._rooms.get(handle.channel) or self._enter(handle.channel)
        to, parent = handle.to.handle or handle.to.name, payload.get("reply_parent_message_id")
        return room.put(Line(payload["message"], to, parent, payload.get("announce", False)), since)

    def _enter(self, room: str) -> Room:
        found = self._rooms[room] = Room(partial(self._slot, room), partial(self._say, room), self.counts, self._clock)
        return found

    def _slot(self, room: str) -> float:
        """0.0 and the line is counted, or the seconds until there is room for one."""
        now = self._clock()
        if wait := self._chats.wait(now, TRUSTED if room in self._trusted else PLAIN):
            return wait
        self._chats.take(now)
        return 0.0

    def _say(self, room: str, line: Line) -> Awaitable[Outcome]:
        """What is to be announced is a line of chat too where the bot may not announce."""
        text = line.text if room in self._trusted else self._recent.unlike(room, line.text)
        if line.announce and self._client.allows(self._bot, ANNOUNCE):
            return self._announce(room, text, line.parent)
        return self._post(room, text, line.parent)

    async def _announce(self, room: str, text: str, parent: str | None) -> Outcome:
        channel = self._client.create_partialuser(room)
        call = channel.send_announcement(moderator=self._bot, message=text, color="primary", token_for=self._bot)
        outcome = await attempt(call)
        return await self._post(room, text, parent) if isinstance(outcome, Refused) else outcome

    def _post(self, room: str, text: str, parent: str | None) -> Awaitable[Outcome]:
        line = {"broadcaster_id": room, "sender_id": self._bot, "message": text}
        if parent is not None:
            line["reply_parent_message_id"] = parent
        return attempt(self._client.say(line))

    async def _whisper(self, client: "Listener", handle: ReplyHandle, payload: Payload, since: float) -> Outcome:
        now = self._clock()
        if wait := self._whispers.wait(now):
            late = handle.expires is not None and now - since > PATIENCE  # an answer; what came unasked may wait
            self.counts["dropped"] += late
            return TOO_LATE if late else RetryAfter(wait)
        self._whispers.take(now)
        me, to = client.create_partialuser(self._bot), payload.get("to_user_id", handle.to.id)
        call = me.send_whisper(to_user=to, message=payload["message"])
        return await attempt(call, busy=_LATER if handle.direct else Refused("too many whispers"))

    async def _point(self, handle: ReplyHandle, payload: Payload, since: float) -> Outcome:
        """Say once, for all pieces of an answer, where it can be had."""
        if handle.follows:
            return Sent("")  # the answer before it has said so
        asked = f"{handle.channel} {handle.message or handle.to.id}"
        if asked in self._pointed:
            return Sent(self._pointed[asked])
        text = payload.get("pointer") or str(t(POINTER, who=handle.to.handle or handle.to.name))
        outcome = await self._chat(handle, {"message": text, "reply_parent_message_id": handle.message}, since)
        if isinstance(outcome, Sent):
            self._pointed[asked] = outcome.message
            while len(self._pointed) > _POINTERS:
                self._pointed.popitem(last=False)
        return outcome


class LoggedOutError(Exception):
    """The bot's tokens are void and could not be refreshed; the request was not made."""


async def attempt(call: Awaitable[Any], busy: Outcome = _LATER) -> Outcome:
    """What became of a request. `busy` is what a 429 means. Raises `LoggedOutError`."""
    try:
        answer = await call
        return Sent("") if answer is None else _taken(posted(answer), busy)  # of an announcement Twitch names no id
    except HTTPException as error:
        return busy if error.status == 429 else _answered(error)
    except (ClientConnectorError, RuntimeError):  # RuntimeError: the session was closed before the request was made
        return _LATER
    except (ClientError, OSError, json.JSONDecodeError, ValidationError) as error:
        return Unknown(type(error).__name__)  # OSError: TimeoutError too; the last ones: half an answer, or an odd one
    except ValueError as error:
        return Refused(str(error))


def _taken(line: Posted, busy: Outcome) -> Outcome:
    if line.drop_reason and (code := line.drop_reason.code):
        return busy if code == _TOO_FAST else Refused(code)
    return Sent(line.message_id or "") if line.is_sent else Refused("not sent")


def _answered(error: HTTPException) -> Outcome:
    if error.route and error.route.use_id:  # the token could not be refreshed: the request itself was never made
        if error.status < 500:
            raise LoggedOutError from error
        return _LATER
    reason = redact(f"{error.status} {error.extra.get('message', '')}")
    return Unknown(reason) if error.status >= 500 else Refused(reason)
