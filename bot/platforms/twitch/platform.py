"""Twitch: EventSub over WebSocket with the bot's user token, answers over Helix (dev.twitch.tv/docs/chat)."""

import asyncio
import logging
import random
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec
from aiohttp import ClientError
from pydantic import SecretStr

from bot.adapter import Ingress, Outcome, Payload, RetryAfter
from bot.command import CommandSpec, Invocation, ReplyHandle
from bot.errors import Problem, SettingsError, UserError
from bot.message import Message
from bot.platforms.twitch import incoming
from bot.platforms.twitch.client import Account, Listener, Pair
from bot.platforms.twitch.directory import Directory
from bot.platforms.twitch.library import HTTPException, describe, point_at, quiet
from bot.platforms.twitch.limits import problems
from bot.platforms.twitch.render import payloads
from bot.platforms.twitch.sending import LoggedOutError, Sender
from bot.users import Place, User
from config.settings import TwitchSettings

if TYPE_CHECKING:
    from twitchio import ChatMessage, Whisper

logger = logging.getLogger(__name__)
_TOKENS = "twitch.tokens"
_FIRST_PAUSE, _LAST_PAUSE = 0.25, 60.0  # seconds
_AWAY = RetryAfter(2.0)
_START = 5.0  # seconds that the first try may take
_PATIENCE = 5.0  # seconds for finding a user


class TwitchPlatform:
    """Implements `bot.adapter.Platform`. Raises `SettingsError` where something of the account is missing."""

    name = "twitch"

    def __init__(self, settings: TwitchSettings) -> None:
        self._settings = settings
        self._account, self._given = _account(settings)
        self._pairs = [self._given]  # the newest first
        self._sender = Sender(self._account.bot_id, whispers=settings.whispers)
        self._directory = Directory()
        self._client: Listener | None = None
        self._life: asyncio.Task[None] | None = None

    # -- life

    async def start(self, ingress: Ingress, specs: Sequence[CommandSpec]) -> None:
        """Listen until `stop`. Commands are typed here, so there is nothing to register."""
        del specs
        quiet()
        if self._settings.address:
            point_at(self._settings.address)
        self._ingress = ingress
        if kept := await ingress.recall(_TOKENS):
            self._pairs = [msgspec.json.decode(kept, type=Pair), self._given]
        self._tried = asyncio.Event()
        self._life = asyncio.create_task(self._live(), name="twitch")
        with suppress(TimeoutError):
            async with asyncio.timeout(_START):
                await self._tried.wait()
                return
        logger.warning("Twitch does not answer; still trying")

    async def stop(self) -> None:
        """Let go of every connection."""
        if self._life:
            self._life.cancel()
            with suppress(asyncio.CancelledError):
                await self._life
            self._life = None

    async def _live(self) -> None:
        """One connection after the other, with pauses that grow until one lasts."""
        pause = _FIRST_PAUSE
        while True:
            began = time.monotonic()
            reason = await self._listen(Listener(self._account, self._pairs, self))
            if time.monotonic() - began > _LAST_PAUSE:
                pause = _FIRST_PAUSE
            logger.warning("Twitch: %s; trying again in %.1f s", reason, pause)
            self._tried.set()
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311  (spread, not secrecy)
            pause = min(pause * 2, _LAST_PAUSE)

    async def _listen(self, client: Listener) -> str:
        """Until the connection ends; why it did."""
        try:
            await client.start(with_adapter=False, load_tokens=False, save_tokens=False)
        except Exception as error:
            return describe(error)
        finally:
            await client.close()
        return "the connection was lost"

    # -- what the client tells (`bot.platforms.twitch.client.Ear`)

    def online(self, client: Listener) -> None:
        """Logged in: answers can be sent."""
        self._client, self._me = client, client.me

    def ready(self) -> None:
        """Listening to everything there is to hear."""
        self._tried.set()

    def gone(self) -> None:
        """Nothing can be sent until the next connection."""
        self._client = None

    def unreadable(self, kind: str, error: Exception, event: str) -> None:
        """One event of Twitch is left out; the next is not."""
        logger.warning("Twitch sent a %s that cannot be read (%s): skipped.", kind, type(error).__name__)
        self._ingress.heard(self.name, event)

    async def refreshed(self, pair: Pair) -> None:
        """Refreshing voids the old tokens: the new ones are kept over restarts."""
        self._pairs = [pair, self._given]
        await self._ingress.keep(_TOKENS, msgspec.json.encode(pair).decode())

    async def message(self, message: "ChatMessage") -> None:
        """A chat message: ours tells what we are in that room; of others, what is for us goes in."""
        try:
            asked = self._typed(message, _now())
        except Exception as error:  # an odd field makes the library and `incoming` raise whatever it is
            self.unreadable("channel.chat.message", error, _event(message))
        else:
            await self._take(asked, message)

    async def whisper(self, whisper: "Whisper") -> None:
        """A whisper to the bot is always for us."""
        try:
            asked = incoming.from_whisper(whisper, self._account.bot_id, _now())
        except Exception as error:
            self.unreadable("user.whisper.message", error, _event(whisper))
        else:
            wanted = self._ingress.wants(asked.text, asked.author, asked.place, addressed=True)
            await self._take(asked if wanted else None, whisper)

    def _typed(self, message: "ChatMessage", received: int) -> Invocation | None:
        if message.chatter.id == self._account.bot_id:
            self._sender.badged(message.broadcaster.id, trusted=incoming.trusted(message))
            return None
        if incoming.elsewhere(message):
            return None
        text, addressed = incoming.spoken(message, self._me, self._settings.prefix)
        author, place = incoming.user_of(message.chatter), Place("twitch", message.broadcaster.id)
        if not self._ingress.wants(text, author, place, addressed=addressed):
            return None
        return incoming.from_chat(message, text, self._account.bot_id, received)

    async def _take(self, asked: Invocation | None, event: "ChatMessage | Whisper") -> None:
        try:
            if asked is not None:
                await self._ingress.submit(asked)
        finally:
            self._ingress.heard(self.name, _event(event))

    # -- commands and answers

    def check(self, spec: CommandSpec) -> list[Problem]:
        """A name of more than 32 characters a word, or with other gaps than one space, cannot be typed here."""
        return problems(spec)

    def render(self, message: Message, handle: ReplyHandle) -> list[Payload]:
        """Chat lines of at most 499 characters; with `to_user_id` they are for one person alone."""
        return payloads(message, handle)

    async def send(self, handle: ReplyHandle, payload: Payload, key: str) -> Outcome:
        """One request. Twitch has no idempotency key, so `key` is not used and an unknown outcome stays unknown."""
        del key
        client = self._client
        if client is None:
            return _AWAY
        try:
            if client.authorised:
                return await self._sender.send(client, handle, payload)
        except LoggedOutError:
            pass
        await client.close()  # logging in anew tells the operator what is wrong
        return _AWAY

    async def resolve(self, ref: str, place: Place) -> User | None:
        """Whom `@bob` means; the same in every place. Raises `UserError` when Twitch does not say."""
        del place
        try:
            return await self._directory.find(ref, self._fetch)
        except (HTTPException, ClientError, OSError):
            raise UserError("Twitch does not say who that is just now. Please try again.") from None

    async def _fetch(self, login: str) -> User | None:
        if self._client is None:
            raise ConnectionError
        async with asyncio.timeout(_PATIENCE):
            found = await self._client.fetch_users(logins=[login])
        return incoming.user_of(found[0]) if found else None


def _event(event: "ChatMessage | Whisper") -> str:
    return event.metadata.message_id if event.metadata else ""


def _now() -> int:
    return time.time_ns() // 1_000


def _account(settings: TwitchSettings) -> tuple[Account, Pair]:
    """The account of the settings. Raises `SettingsError` naming what is missing."""
    needed = ("client_id", "client_secret", "access_token", "refresh_token", "bot_id")
    if missing := [f"twitch.{name}" for name in needed if not getattr(settings, name)]:
        raise SettingsError(f"Twitch needs {', '.join(missing)}")
    id_, secret, access, refresh, bot = (_plain(getattr(settings, name)) for name in needed)
    return Account(id_, secret, bot, settings.channels), Pair(access, refresh)


def _plain(value: str | SecretStr) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else value
