"""Telegram as the house sees it: updates in, messages out, over the client library."""

import asyncio
import contextlib
import hashlib
import json
import logging
import time
from collections.abc import Sequence

from msgspec import structs
from telegram import CallbackQuery, Update
from telegram import User as Account
from telegram.error import TelegramError

from bot.adapter import Ingress, Outcome, Payload
from bot.command import CommandSpec, Invocation, ReplyHandle
from bot.errors import Problem, SettingsError
from bot.message import Message
from bot.platforms.telegram.client import Client, Raw
from bot.platforms.telegram.directory import PLATFORM, Directory
from bot.platforms.telegram.events import Bearings, line, press
from bot.platforms.telegram.limits import MENU, menu, menu_name, problems
from bot.platforms.telegram.polling import Poller, Trouble
from bot.platforms.telegram.render import payloads
from bot.platforms.telegram.sender import Sender
from bot.users import Place, User
from config.settings import TelegramSettings

logger = logging.getLogger(__name__)
_SCOPES = {"all_private_chats": False, "all_group_chats": True}
_START = 5.0  # seconds that the first try may take
_ROOMS = 1_000  # whose administrators have been asked for


class TelegramPlatform:
    """One bot. Raises `SettingsError` when it is given no token."""

    name = PLATFORM

    def __init__(self, settings: TelegramSettings) -> None:
        if settings.token is None:
            raise SettingsError("telegram.token is missing: @BotFather gives one")
        self._client = Client(settings.token.get_secret_value(), settings.address)
        self._sender = Sender(self._client)
        self._people = Directory()
        self._asked: set[str] = set()
        self._trouble = Trouble()
        self._running: asyncio.Task[None] | None = None

    async def start(self, ingress: Ingress, specs: Sequence[CommandSpec]) -> None:
        """As `Platform.start`."""
        self._ingress, self._specs = ingress, specs
        tried = asyncio.Event()
        self._running = asyncio.create_task(self._live(tried))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_START):
                await tried.wait()
                return
        logger.warning("Telegram does not answer; still trying.")

    async def stop(self) -> None:
        """As `Platform.stop`."""
        if self._running:
            self._running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._running
        await self._sender.close()
        await self._client.shutdown()

    def check(self, spec: CommandSpec) -> list[Problem]:
        """As `Platform.check`."""
        return problems(spec)

    def render(self, message: Message, handle: ReplyHandle) -> list[Payload]:
        """As `Platform.render`."""
        there = handle if handle.channel else structs.replace(handle, channel=handle.to.id)  # unasked: a private chat
        return payloads(message, there)

    async def send(self, handle: ReplyHandle, payload: Payload, key: str) -> Outcome:
        """As `Platform.send`. Telegram has no idempotency key."""
        del key
        return await self._sender.send(handle, payload)

    async def resolve(self, ref: str, place: Place) -> User | None:
        """Somebody seen since the start, or one of the group's administrators."""
        if found := self._people.find(ref):
            return found
        if not place.direct and place.channel not in self._asked:
            await self._learn_administrators(place.channel)
        return self._people.find(ref)

    async def _connect(self) -> bool:
        try:
            await self._client.initialize()
        except TelegramError as error:
            self._trouble.tell(error)
            return False
        me = self._client.bot
        self._bearings = Bearings(str(me.id), me.username or "", {menu_name(s.path): s.path for s in self._specs})
        await self._register()
        return True

    async def _live(self, tried: asyncio.Event) -> None:
        while not await self._connect():
            tried.set()
            await self._trouble.pause()
        tried.set()
        await Poller(self._client, self._deal, self._trouble).run()

    async def _register(self) -> None:
        """The menus of private chats and of groups, sent when they changed."""
        menus = {scope: menu(self._specs, shared=shared) for scope, shared in _SCOPES.items()}
        digest = hashlib.sha256(json.dumps(menus).encode()).hexdigest()
        key = f"telegram:{self._bearings.bot}:menus"
        if await self._ingress.recall(key) == digest:
            return
        if len(self._specs) > MENU:
            logger.warning("Telegram menus show %d of %d commands; the others can be typed.", MENU, len(self._specs))
        try:
            for scope, commands in menus.items():
                await self._client.call("setMyCommands", {"commands": commands, "scope": {"type": scope}})
        except TelegramError as error:
            logger.warning("Telegram did not take the menus (%s): the next start tries again.", type(error).__name__)
        else:
            await self._ingress.keep(key, digest)

    async def _deal(self, raw: Raw) -> None:
        """One update. Raises what `Ingress.submit` raises: then it is not confirmed and comes again."""
        try:
            asked = self._read(raw)
        except Exception as error:  # the library raises whatever an odd field makes it raise
            logger.warning("Telegram update %s cannot be read (%s): skipped.", raw["update_id"], type(error).__name__)
        else:
            if asked:
                await self._ingress.submit(asked)
        self._ingress.heard(PLATFORM, str(raw["update_id"]))

    def _read(self, raw: Raw) -> Invocation | None:
        """What an update asks of us; None for chatter."""
        now, update = time.time_ns() // 1_000, Update.de_json(raw, self._client)
        self._people.learn_from(update)
        if update.callback_query:
            return self._pressed(update.callback_query, update.update_id, now)
        said = line(update.message, update.update_id, self._bearings, now) if update.message else None
        if said is None:
            return None
        one = said.invocation
        return one if self._ingress.wants(one.text, one.author, one.place, addressed=said.addressed) else None

    def _pressed(self, query: CallbackQuery, update_id: int, now: int) -> Invocation | None:
        """In a group the answer may still become a notice; elsewhere the press is answered at once."""
        self._sender.presses.arrived(query.id)
        pressed = press(query, update_id, self._bearings, now)
        if pressed is None or pressed.place.direct:
            self._answer(query.id)
        return pressed

    def _answer(self, query: str) -> None:
        if self._sender.presses.take(query):
            self._sender.release(query)

    async def _learn_administrators(self, channel: str) -> None:
        """Asked once per group and start: names that nobody bears must not cost a request each."""
        with contextlib.suppress(TelegramError):
            for raw in await self._client.rows("getChatAdministrators", {"chat_id": int(channel)}):
                self._people.learn(Account.de_json(raw["user"], self._client))
            if len(self._asked) >= _ROOMS:
                self._asked.clear()
            self._asked.add(channel)
