"""Telegram as the house sees it: updates in, messages out, over the client library."""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any

from msgspec import structs
from telegram.error import TelegramError

from bot import adapter
from bot.adapter import Ingress, Outcome, Payload, Question
from bot.command import CommandSpec, ReplyHandle
from bot.errors import Problem, SettingsError, UserError
from bot.events import AnyEvent
from bot.message import Message
from bot.platforms.telegram.client import Client
from bot.platforms.telegram.directory import PLATFORM, Directory
from bot.platforms.telegram.events import Bearings
from bot.platforms.telegram.limits import DOWNLOAD, problems
from bot.platforms.telegram.links import address
from bot.platforms.telegram.members import Members
from bot.platforms.telegram.menus import Menus, register
from bot.platforms.telegram.polling import Poller, Trouble
from bot.platforms.telegram.prompts import asked
from bot.platforms.telegram.receiving import Receiver
from bot.platforms.telegram.render import payloads
from bot.platforms.telegram.sender import Sender
from bot.platforms.telegram.webhook import Webhook
from bot.users import Attachment, Channel, Place, Role, Standing, User
from config.settings import TelegramSettings

logger = logging.getLogger(__name__)
_START = 5.0  # seconds that the first try may take


class TelegramPlatform:
    """One bot. Raises `SettingsError` when it is given no token.

    `webhooks` is one path when updates come by webhook, none when they are polled. `edit_every` suits private chats: a
    group takes 20 requests a minute, edits included, and what does not fit into that is answered `RetryAfter`.
    """

    name = PLATFORM
    edit_every = 1.5
    line_every = 0.0
    forms = False
    links_files = False

    def __init__(self, settings: TelegramSettings) -> None:
        if settings.token is None:
            raise SettingsError("telegram.token is missing: @BotFather gives one")
        self._settings = settings
        self._client = Client(settings.token.get_secret_value(), settings.address)
        self._sender = Sender(self._client)
        self._people = Directory()
        self._members = Members(self._client, self._people)
        self._trouble = Trouble()
        self._webhook = Webhook(settings.webhook) if settings.webhook else None
        self.webhooks: Mapping[str, adapter.Webhook] = {self._webhook.path: self._webhook} if self._webhook else {}
        self._receiver: Receiver | None = None
        self._kinds: list[str] = []  # of updates that the webhook was announced with
        self._running: asyncio.Task[None] | None = None

    async def start(self, ingress: Ingress, specs: Sequence[CommandSpec]) -> None:
        """As `Platform.start`."""
        self._ingress, self._specs = ingress, specs
        self._sender.calls.moved = lambda old, new: ingress.moved(PLATFORM, old, new)
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

    async def register(self, specs: Sequence[CommandSpec]) -> None:
        """As `Platform.register`."""
        self._specs = specs
        if self._receiver:
            await self._menus(self._receiver)
            if self._webhook and self._receiver.kinds() != self._kinds:
                await self._relisten(self._receiver)

    def check(self, spec: CommandSpec) -> list[Problem]:
        """As `Platform.check`."""
        return problems(spec)

    def render(self, message: Message, handle: ReplyHandle) -> list[Payload]:
        """As `Platform.render`."""
        return payloads(message, _somewhere(handle))

    def send(self, handle: ReplyHandle, payload: Payload, key: str) -> Coroutine[Any, Any, Outcome]:
        """As `Platform.send`. Telegram has no idempotency key; that of a first piece ends in `.0`."""
        return self._sender.send(handle, payload, first=key.endswith(".0"))

    async def edit(self, handle: ReplyHandle, message: str, payload: Payload) -> Outcome:
        """As `Platform.edit`."""
        del handle  # the payload says in which chat
        return await self._sender.edit(message, payload)

    async def draft(self, handle: ReplyHandle, text: str) -> bool:
        """As `Platform.draft`: in private chats."""
        return await self._sender.draft(handle, text)

    async def react(self, handle: ReplyHandle, emoji: str) -> Outcome:
        """As `Platform.react`."""
        return await self._sender.react(handle, emoji)

    async def prompt(self, handle: ReplyHandle, question: Question) -> Outcome:
        """As `Platform.prompt`: a keyboard, or a reply that the client is asked to write; one field."""
        calls = asked(question, _somewhere(handle), lambda text: self._said(text, handle.language))
        return await self._sender.prompt(handle, calls)

    async def resolve(
        self, ref: str, place: Place, kind: type[User | Channel | Role] = User
    ) -> User | Channel | Role | None:
        """As `Platform.resolve`. The Bot API looks up nobody: it is whoever was seen, or a member of the group."""
        if kind is User:
            return await self._members.find(ref, place)
        return self._people.room(ref, place) if kind is Channel else None

    async def standing(self, user: User, place: Place) -> Standing:
        """As `Platform.standing`."""
        return await self._members.standing(user, place)

    async def fetch(self, attachment: Attachment) -> bytes:
        """As `Platform.fetch`."""
        if attachment.size <= DOWNLOAD:
            with contextlib.suppress(TelegramError):
                return await self._client.download(attachment.id, DOWNLOAD)
            raise UserError("I cannot get {file} from Telegram any more.", file=attachment.name)
        raise UserError("{file} is too large: Telegram gives me files of up to 20 MB.", file=attachment.name)

    def link(self, payload: str) -> str | None:
        """As `Platform.link`; None before Telegram has said what the bot is called."""
        return address(self._receiver.bearings.username, payload) if self._receiver else None

    async def settle(self, event: AnyEvent, succeeded: bool) -> bool:
        """As `Platform.settle`: nothing here waits to be fulfilled."""
        del event, succeeded
        return True

    async def _connect(self) -> Receiver | None:
        try:
            await self._client.initialize()
            me = self._client.bot
            bearings = Bearings(str(me.id), me.username or "", {})
            receiver = Receiver(self._ingress, self._sender, self._people, self._members, bearings)
            await self._menus(receiver)
            await self._listen(receiver)
        except Exception as error:  # whatever it was, it is tried again
            self._trouble.tell(error)
            return None
        return receiver

    async def _live(self, tried: asyncio.Event) -> None:
        while (receiver := await self._connect()) is None:
            tried.set()
            await self._trouble.pause()
        self._receiver = receiver
        tried.set()
        if self._webhook is None:
            await Poller(self._client, receiver.deal, self._trouble, receiver.kinds).run()
        self._trouble.over()

    async def _menus(self, receiver: Receiver) -> None:
        """The commands' names here, and their menus."""
        menus = Menus(self._specs, self._ingress.localizations)
        receiver.bearings = structs.replace(receiver.bearings, paths=menus.paths)
        await register(self._client, self._ingress, menus, receiver.bearings.bot)

    async def _listen(self, receiver: Receiver) -> None:
        """Tell Telegram how updates come. Raises `TelegramError`."""
        if self._webhook is None:
            await self._client.call("deleteWebhook", {})
            return
        secret = await self._secret(receiver.bearings.bot)
        self._webhook.open(secret, receiver.deal)
        kinds = receiver.kinds()
        fields = {"url": self._webhook.address, "secret_token": secret, "allowed_updates": kinds}
        await self._client.call("setWebhook", fields)
        self._kinds = kinds

    async def _relisten(self, receiver: Receiver) -> None:
        try:
            await self._listen(receiver)
        except TelegramError as error:
            what = type(error).__name__
            logger.warning("Telegram was not told which updates are wanted now (%s): the next change tells it.", what)

    async def _secret(self, bot: str) -> str:
        """What Telegram proves itself with: set by the operator, or made once and kept."""
        if self._settings.secret is not None:
            return self._settings.secret.get_secret_value()
        key = f"telegram:{bot}:webhook"
        secret = await self._ingress.recall(key)
        if secret is None:
            secret = secrets.token_urlsafe(32)
            await self._ingress.keep(key, secret)
        return secret

    def _said(self, text: str, language: str | None) -> str:
        return self._ingress.localizations(text).get(language, text) if language else text


def _somewhere(handle: ReplyHandle) -> ReplyHandle:
    """What nobody asked for goes to the private chat."""
    return handle if handle.channel else structs.replace(handle, channel=handle.to.id)
