"""Twitch: EventSub over WebSocket with users' tokens, answers over Helix (dev.twitch.tv/docs/chat)."""

import asyncio
import logging
import random
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

from aiohttp import ClientSession

from bot.adapter import Ingress, Outcome, Payload, Question, Refused, RetryAfter, Sent, Webhook
from bot.command import CommandSpec, Invocation, ReplyHandle
from bot.errors import Problem, UserError
from bot.events import AnyEvent, Event, Redeemed
from bot.message import Message, t
from bot.platforms.twitch.account import account_of
from bot.platforms.twitch.client import Listener
from bot.platforms.twitch.hearing import Hearing
from bot.platforms.twitch.library import describe, point_at, quiet
from bot.platforms.twitch.limits import problems
from bot.platforms.twitch.lookup import Lookup
from bot.platforms.twitch.questions import asked
from bot.platforms.twitch.redemptions import Redemptions
from bot.platforms.twitch.render import payloads
from bot.platforms.twitch.sending import LoggedOutError, Sender, Session
from bot.platforms.twitch.standings import Standings
from bot.platforms.twitch.tokens import Pair, Purse
from bot.users import Attachment, Channel, Place, Role, Standing, User
from config.settings import TwitchSettings

logger = logging.getLogger(__name__)
_FIRST_PAUSE, _LAST_PAUSE = 0.25, 60.0  # seconds
_AWAY = RetryAfter(2.0)
_START, _LAST = 5.0, 3.0  # seconds for the first try, and at the end for new tokens that are not kept yet
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
        self._account, given = account_of(settings)
        self._purse = Purse(given)
        self._client: Listener | None = None
        bot, standings = self._account.bot_id, Standings()
        self._sender = Sender(bot, whispers=settings.whispers)
        self._hearing = Hearing(bot, self._connection, self._sender, standings, self._lost)
        self._lookup = Lookup(bot, self._connection, standings)
        self._redemptions = Redemptions(self._connection)
        self._life: asyncio.Task[None] | None = None
        self._keeping: asyncio.Task[None] | None = None

    def _connection(self) -> Listener | None:
        return self._client

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
        self._ingress = self._hearing.ingress = ingress
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
        if self._keeping:
            with suppress(TimeoutError):
                async with asyncio.timeout(_LAST):
                    await self._keeping
            self._keeping = None

    async def _live(self) -> None:
        """One connection after the other, with pauses that grow until one lasts."""
        pause = _FIRST_PAUSE
        while True:
            began = time.monotonic()
            reason = await self._listen(self._listener(Session(ClientSession())))
            if time.monotonic() - began > _LAST_PAUSE:
                pause = _FIRST_PAUSE
            logger.warning("Twitch: %s; trying again in %.1f s", reason, pause)
            self._tried.set()
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311  (spread, not secrecy)
            pause = min(pause * 2, _LAST_PAUSE)

    def _listener(self, session: Session) -> Listener:
        others = {login: self._purse.pairs(login) for login in self._purse.broadcasters}
        return Listener(self._account, self._purse.pairs(), others, self, self._hearing, session)

    async def _listen(self, client: Listener) -> str:
        """Until the connection ends; why it did."""
        try:
            await client.live()
        except Exception as error:
            return describe(error)
        finally:
            await client.close()
        return "the connection was lost"

    # -- what the client tells (`bot.platforms.twitch.client.Keeper`)

    def online(self, client: Listener) -> None:
        """Logged in: answers can be sent."""
        self._client, self._hearing.me = client, client.me

    def ready(self) -> None:
        """Listening to everything there is to hear."""
        self._tried.set()

    def gone(self) -> None:
        """Nothing can be sent until the next connection."""
        self._client = None

    def refreshed(self, login: str, pair: Pair) -> None:
        """Refreshing voids the old tokens: the new ones are kept over restarts, as soon as the store takes them."""
        self._purse.refreshed(login, pair)
        if self._keeping is None or self._keeping.done():
            self._keeping = asyncio.create_task(self._purse.keep(self._ingress), name="twitch tokens")

    def wanted(self) -> set[type[Event]]:
        """The types of events that somebody here wants."""
        return self._ingress.watched()

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

    async def _lost(self, invocation: Invocation) -> None:
        """Tell who asked that it was not taken up."""
        for payload in self.render(Message(t(_LOST)), invocation.reply):
            await self.send(invocation.reply, payload, f"{invocation.id}/told")

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
        return await self._lookup.resolve(ref, kind)

    async def standing(self, user: User, place: Place) -> Standing:
        """As their badges showed it lately; else moderators are asked for, where there is a token that may."""
        return Standing() if place.direct else await self._lookup.standing(user, place.channel)

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
