"""Twitch: EventSub over WebSocket with users' tokens, answers over Helix (dev.twitch.tv/docs/chat)."""

import asyncio
import logging
import random
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Literal

from aiohttp import ClientError
from pydantic import SecretStr

from bot.adapter import Ingress, Outcome, Payload, Question, Refused, RetryAfter, Sent, Webhook
from bot.command import CommandSpec, Invocation, ReplyHandle
from bot.errors import Problem, SettingsError, UserError
from bot.events import AnyEvent, Event, Redeemed, Spoke
from bot.message import Message, t
from bot.platforms.twitch import happenings, incoming
from bot.platforms.twitch.client import Account, Listener
from bot.platforms.twitch.directory import Directory
from bot.platforms.twitch.library import HTTPException, describe, point_at, quiet
from bot.platforms.twitch.limits import problems
from bot.platforms.twitch.questions import asked
from bot.platforms.twitch.redemptions import Redemptions
from bot.platforms.twitch.render import payloads
from bot.platforms.twitch.sending import LoggedOutError, Sender
from bot.platforms.twitch.standings import Standings, role_of, standing_of
from bot.platforms.twitch.tokens import Pair, Purse, refreshable
from bot.users import Attachment, Channel, Place, Role, Standing, User
from config.settings import TwitchSettings

if TYPE_CHECKING:
    from twitchio import ChatMessage, Whisper
    from twitchio.models.eventsub_ import BaseEvent

logger = logging.getLogger(__name__)
_FIRST_PAUSE, _LAST_PAUSE = 0.25, 60.0  # seconds
_AWAY = RetryAfter(2.0)
_START = 5.0  # seconds that the first try may take
_PATIENCE = 5.0  # seconds for finding a user
_MODERATORS = ("moderation:read", "channel:manage:moderators")
_LOST = "I could not take that up. Please try again in a moment."
_NO_FILES = "Twitch has no files. Please send it to me on Discord or Telegram."


class TwitchPlatform:
    """Implements `bot.adapter.Platform`. Raises `SettingsError` where something of the account is missing."""

    name = "twitch"
    edit_every = 0.0
    line_every = 8.0
    forms = False
    links_files = True
    webhooks: Mapping[str, Webhook] = {}

    def __init__(self, settings: TwitchSettings) -> None:
        self._settings = settings
        self._account, given = _account(settings)
        others = {login.lower(): refreshable(_plain(token)) for login, token in settings.tokens.items()}
        self._purse = Purse({"": given, **others})
        self._sender = Sender(self._account.bot_id, whispers=settings.whispers)
        self._directory, self._standings = Directory(), Standings()
        self._redemptions = Redemptions(lambda: self._client)
        self._client: Listener | None = None
        self._life: asyncio.Task[None] | None = None

    @property
    def counts(self) -> Mapping[str, int]:
        """How many lines were `merged` with others where a room's budget was spent, and how many were `dropped`."""
        return self._sender.counts

    # -- life

    async def start(self, ingress: Ingress, specs: Sequence[CommandSpec]) -> None:
        """Listen until `stop`. Commands are typed here, so there is nothing to register."""
        del specs
        quiet()
        if self._settings.address:
            point_at(self._settings.address)
        self._ingress = ingress
        await self._purse.recall(ingress)
        self._tried = asyncio.Event()
        self._life = asyncio.create_task(self._live(), name="twitch")
        with suppress(TimeoutError):
            async with asyncio.timeout(_START):
                await self._tried.wait()
                return
        logger.warning("Twitch does not answer; still trying")

    async def stop(self) -> None:
        """Let go of every connection."""
        await self._sender.close()
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
            others = {login: self._purse.pairs(login) for login in self._purse.broadcasters}
            reason = await self._listen(Listener(self._account, self._purse.pairs(), others, self))
            if time.monotonic() - began > _LAST_PAUSE:
                pause = _FIRST_PAUSE
            logger.warning("Twitch: %s; trying again in %.1f s", reason, pause)
            self._tried.set()
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311  (spread, not secrecy)
            pause = min(pause * 2, _LAST_PAUSE)

    async def _listen(self, client: Listener) -> str:
        """Until the connection ends; why it did."""
        try:
            await client.live()
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

    async def refreshed(self, login: str, pair: Pair) -> None:
        """Refreshing voids the old tokens: the new ones are kept over restarts."""
        await self._purse.refreshed(self._ingress, login, pair)

    def wanted(self) -> set[type[Event]]:
        """The types of events that somebody here wants."""
        return self._ingress.watched()

    async def message(self, message: "ChatMessage") -> None:
        """A chat message, the bot's own ones too. Chatter is dropped here; what cannot be read is left out."""
        received = _now()
        try:
            taken = self._typed(message, received)
        except Exception as error:  # an odd field makes the library and `incoming` raise whatever it is
            self.unreadable("channel.chat.message", error, _event(message))
            return
        try:
            if isinstance(taken, Spoke):
                handle = incoming.handle_of(message, self._account.bot_id, received)
                await self._ingress.happened(taken, handle)
            elif taken is not None:
                await self._take(taken)
        finally:
            self._ingress.heard(self.name, _event(message))

    async def whisper(self, whisper: "Whisper") -> None:
        """A whisper to the bot is always for us."""
        try:
            asked = incoming.from_whisper(whisper, self._account.bot_id, _now())
        except Exception as error:
            self.unreadable("user.whisper.message", error, _event(whisper))
            return
        try:
            if self._ingress.wants(asked.text, asked.author, asked.place, addressed=True):
                await self._take(asked)
        finally:
            self._ingress.heard(self.name, _event(whisper))

    async def _take(self, invocation: Invocation) -> None:
        """Hand it over. What cannot be kept is not delivered again: say so."""
        try:
            await self._ingress.submit(invocation)
        except Exception:
            for payload in self.render(Message(t(_LOST)), invocation.reply):
                await self.send(invocation.reply, payload, f"{invocation.id}/told")
            raise  # the client logs it, without words

    async def happening(self, payload: "BaseEvent") -> None:
        """An event of one of the rooms."""
        try:
            event, room = happenings.happening(payload)
            handle = happenings.handle(event, room, self._account.bot_id, _now())
        except Exception as error:
            self.unreadable(str(payload.subscription_type), error, _event(payload))
            return
        try:
            await self._ingress.happened(event, handle)
        finally:
            self._ingress.heard(self.name, _event(payload))

    def _typed(self, message: "ChatMessage", received: int) -> Invocation | Spoke | None:
        """What a chat message is: a command, talk that somebody listens to, or nothing for us.

        A message of a shared chat that was typed in another room is that room's to answer, if we sit there too. Its author
        is here what their badges here say: who moderates that room moderates nothing in this one.
        """
        room, author = message.broadcaster.id, message.chatter.id
        standing = standing_of(message.badges)
        if author == self._account.bot_id:
            self._sender.badged(room, trusted=standing.moderates)
            return None
        if (source := incoming.source(message)) and self._sits_in(source):
            return None
        self._standings.learn(room, author, standing)
        place = Place("twitch", room)
        if (text := self._command(message, place)) is not None:
            return incoming.from_chat(message, text, self._account.bot_id, standing, received)
        return incoming.talk(message, received) if self._ingress.listens(place) else None

    def _command(self, message: "ChatMessage", place: Place) -> str | None:
        """The line, where it is for us. The words of a cheer or redemption come with that event, if it is heard."""
        event = incoming.paid(message)
        if event and self._client and self._client.told(event, place.channel):
            return None
        text, addressed = incoming.spoken(message, self._me, self._ingress.prefix(place))
        reply = incoming.answers(message, self._account.bot_id)
        author = incoming.user_of(message.chatter)
        return text if self._ingress.wants(text, author, place, addressed=addressed, reply=reply) else None

    def _sits_in(self, room: str) -> bool:
        return self._client is not None and self._client.sits_in(room)

    # -- commands and answers

    def check(self, spec: CommandSpec) -> list[Problem]:
        """Words of more than 32 characters, or with other gaps than one space, cannot be typed; files cannot be given."""
        return problems(spec)

    def render(self, message: Message, handle: ReplyHandle) -> list[Payload]:
        """Chat lines of at most 499 characters; with `to_user_id` they are for one person alone."""
        return payloads(message, handle)

    async def send(self, handle: ReplyHandle, payload: Payload, key: str) -> Outcome:
        """One request, or a part of one. Twitch has no idempotency key: an unknown outcome stays unknown."""
        client = self._client
        if client is None:
            return _AWAY
        try:
            if client.authorised:
                return await self._sender.send(client, handle, payload, key)
        except LoggedOutError:
            pass
        await client.close()  # logging in anew tells the operator what is wrong
        return _AWAY

    async def register(self, specs: Sequence[CommandSpec]) -> None:
        """Commands are typed here. What a new plugin listens to is subscribed to."""
        del specs
        if client := self._client:
            try:
                await client.watch(self.wanted())
            except Exception as error:  # the next connection begins with all of it
                logger.warning("Twitch: not everything new is listened to just now: %s", describe(error))

    async def edit(self, handle: ReplyHandle, message: str, payload: Payload) -> Outcome:
        """Messages cannot be edited here."""
        del handle, message, payload
        return Refused("Twitch cannot edit messages")

    async def draft(self, handle: ReplyHandle, text: str) -> bool:
        """There are no drafts here."""
        del handle, text
        return False

    async def react(self, handle: ReplyHandle, emoji: str) -> Outcome:
        """There are no reactions here."""
        del handle, emoji
        return Refused("Twitch has no reactions")

    async def prompt(self, handle: ReplyHandle, question: Question) -> Outcome:
        """A line of chat, or a whisper where it is private; the answer is the next line. What failed first counts."""
        message = asked(question, lambda text: self._ingress.localizations(text).get(handle.language or "", text))
        outcome: Outcome = Refused("nothing to ask")
        for payload in payloads(message, handle):
            outcome = await self.send(handle, payload, question.id)
            if not isinstance(outcome, Sent):
                break
        return outcome

    async def resolve(
        self, ref: str, place: Place, kind: type[User | Channel | Role] = User
    ) -> User | Channel | Role | None:
        """A user by `@bob` or `<@42>`, somebody's room by `#bob` or `<#42>`, a badge by its name; the same in every place.

        Raises `UserError` when Twitch does not say.
        """
        del place
        if kind is Role:
            return role_of(ref)
        try:
            user = await self._directory.find(ref, self._fetch)
        except (HTTPException, ClientError, OSError):
            raise UserError("Twitch does not say who that is just now. Please try again.") from None
        if kind is Channel:
            return Channel("twitch", user.id, user.handle) if user else None
        return user

    async def standing(self, user: User, place: Place) -> Standing:
        """As their badges showed it lately; else moderators are asked for, where there is a token that may."""
        room = place.channel
        if place.direct:
            return Standing()
        if user.id == room:
            return Standing("owner", ["broadcaster"])
        return self._standings.recall(room, user.id) or await self._asked_standing(user, room)

    async def _asked_standing(self, user: User, room: str) -> Standing:
        client = self._client
        if client is None or not any(client.allows(room, scope) for scope in _MODERATORS):
            return Standing()
        try:
            async with asyncio.timeout(_PATIENCE):
                found = await client.create_partialuser(room).fetch_moderators(user_ids=[user.id])
        except (HTTPException, ClientError, OSError):
            return Standing()
        standing = Standing("moderator", ["moderator"]) if found else Standing()
        self._standings.learn(room, user.id, standing)
        return standing

    async def fetch(self, attachment: Attachment) -> bytes:
        """Always raises `UserError`: nothing but text can be given here."""
        del attachment
        raise UserError(_NO_FILES, code="no_files")

    def link(self, payload: str) -> str | None:
        """There are no addresses that run something."""
        del payload
        return None

    async def settle(self, event: AnyEvent, succeeded: bool) -> bool:
        """Fulfil a redemption, or give the points back; other events need nothing. False when Twitch does not answer."""
        return not isinstance(event, Redeemed) or await self._redemptions.settle(event, fulfilled=succeeded)

    async def _fetch(self, by: Literal["ids", "logins"], value: str) -> User | None:
        if self._client is None:
            raise ConnectionError
        me, ids = self._account.bot_id, list[str | int]([value])
        async with asyncio.timeout(_PATIENCE):
            if by == "ids":
                found = await self._client.fetch_users(ids=ids, token_for=me)
            else:
                found = await self._client.fetch_users(logins=[value], token_for=me)
        return incoming.user_of(found[0]) if found else None


def _event(event: "ChatMessage | Whisper | BaseEvent") -> str:
    return event.metadata.message_id if event.metadata else ""


def _now() -> int:
    return time.time_ns() // 1_000


def _account(settings: TwitchSettings) -> tuple[Account, Pair]:
    """The account of the settings. Raises `SettingsError` naming what is missing."""
    needed = ("client_id", "access_token", "refresh_token", "bot_id")
    if missing := [f"twitch.{name}" for name in needed if not getattr(settings, name)]:
        raise SettingsError(f"Twitch needs {', '.join(missing)}")
    id_, access, refresh, bot = (_plain(getattr(settings, name)) for name in needed)
    secret = _plain(settings.client_secret) if settings.client_secret else None
    return Account(id_, secret, bot, settings.channels), Pair(access, refresh)


def _plain(value: str | SecretStr) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else value
