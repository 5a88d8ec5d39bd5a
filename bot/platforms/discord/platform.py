"""Discord on discord.py: events in, answers out, and a connection that is looked after."""

import asyncio
import logging
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import suppress
from typing import Any

import aiohttp
import discord

from bot.adapter import Ingress, Outcome, Payload, Question, Refused, Sent, Webhook
from bot.command import CommandSpec, ReplyHandle
from bot.errors import Problem, SettingsError
from bot.events import AnyEvent
from bot.message import Message
from bot.platforms.discord import happenings, limits, modals, registration, render
from bot.platforms.discord.bodies import pieces, pointed
from bot.platforms.discord.client import Gateway, loopback, point, quiet
from bot.platforms.discord.directory import Directory
from bot.platforms.discord.endpoint import PATH, Endpoint
from bot.platforms.discord.files import Files
from bot.platforms.discord.receiving import Receiver
from bot.platforms.discord.sending import FAILURES, Sender, outcome
from bot.platforms.discord.values import NAME
from bot.platforms.discord.wire import Given
from bot.users import Attachment, Channel, Place, Role, Standing, User
from config.settings import DiscordSettings

log = logging.getLogger(__name__)
_GROWN, _LONGEST = 2.0, 60.0
_START = 5.0  # seconds that the first try may take
_BAD_TOKEN = 4004
_REFUSED = "the token was refused; set discord.token to the bot token of the developer portal"
_NO_INTENT = (
    "a privileged intent is not allowed; switch it on in the developer portal (Bot, Privileged Gateway Intents) "
    "or set discord.message_content = false (Message Content Intent) and discord.members = false (Server Members Intent)"
)
_TRANSIENT = (OSError, discord.HTTPException, discord.GatewayNotFound, discord.ConnectionClosed, aiohttp.ClientError)


class DiscordPlatform:
    """`bot.adapter.Platform` for Discord. `defer_after` and `pause` are seconds.

    `edit_every` keeps to the five edits in five seconds that a channel bears. Raises `SettingsError` for a public key that is none.
    """

    name = NAME
    edit_every = 1.2
    line_every = 0.0
    forms = True
    links_files = False

    def __init__(self, settings: DiscordSettings, *, defer_after: float = 1.5, pause: float = 1.0) -> None:
        self._settings = settings
        self._defer_after, self._pause = defer_after, pause
        self._client: Gateway | None = None
        self._runner: asyncio.Task[None] | None = None
        self._registering = asyncio.Lock()
        self._directory = Directory(lambda: self._client if self._client and self._client.usable else None)
        self._files = Files(settings.address)
        key = settings.public_key
        self.webhooks: Mapping[str, Webhook] = {PATH: Endpoint(key, self._posted)} if key else {}

    async def start(self, ingress: Ingress, specs: Sequence[CommandSpec]) -> None:
        """As `Platform.start`. A token that Discord refuses is not tried again: it stays off, and the log says why."""
        if self._settings.token is None:
            raise SettingsError("discord.token is not set: expected the bot token of the developer portal")
        quiet()
        point(self._settings.address)
        self._ingress, self._specs = ingress, list(specs)
        self._sender = Sender(self._http, self._defer_after)
        self._receiver = Receiver(ingress, self._sender, self._directory, lambda: self._client)
        self._receiver.learn(specs)
        self._tried = asyncio.Event()
        self._runner = asyncio.create_task(self._supervise(self._settings.token.get_secret_value()))
        with suppress(TimeoutError):
            async with asyncio.timeout(_START):
                await self._tried.wait()
                return
        log.warning("Discord does not answer; still trying")

    async def stop(self) -> None:
        """Close the gateway, then what answers run on."""
        if self._runner is None:
            return
        self._runner.cancel()
        await asyncio.gather(self._runner, return_exceptions=True)
        self._runner = None
        await self._sender.close()

    async def register(self, specs: Sequence[CommandSpec]) -> None:
        """As `Platform.register`. Events that nobody had asked for take another connection."""
        self._specs = list(specs)
        self._receiver.learn(specs)
        client = self._client
        if client is None or not client.usable:
            return
        await self._register(client)
        if self._settings.gateway and client.intents != self._intents():
            await client.close()

    def check(self, spec: CommandSpec) -> list[Problem]:
        """What Discord would refuse about this command."""
        return limits.problems(spec)

    def render(self, message: Message, handle: ReplyHandle) -> list[Payload]:
        """Message bodies in order; all but the first are follow-ups. A private one says so, whatever it answers."""
        return pointed(message, handle)

    def send(self, handle: ReplyHandle, payload: Payload, key: str) -> Coroutine[Any, Any, Outcome]:
        """Answer an interaction, reply to a message, or write to somebody directly."""
        return self._sender.send(handle, payload, key)

    async def edit(self, handle: ReplyHandle, message: str, payload: Payload) -> Outcome:
        """As `Platform.edit`."""
        return await self._sender.edit(handle, message, payload)

    async def draft(self, handle: ReplyHandle, text: str) -> bool:
        """As `Platform.draft`: a bot shows no drafts here."""
        del handle, text
        return False

    async def react(self, handle: ReplyHandle, emoji: str) -> Outcome:
        """As `Platform.react`. A slash command is no message."""
        return await self._sender.react(handle, emoji)

    async def prompt(self, handle: ReplyHandle, question: Question) -> Outcome:
        """As `Platform.prompt`: a modal while nothing has been answered, then a message with buttons."""
        if reason := modals.unaskable(question):
            return Refused(reason)
        try:
            if await self._sender.ask(handle, modals.modal(question, lambda text: self._said(text, handle))):
                return Sent("")
        except FAILURES as error:
            return outcome(error)
        row = modals.keys(question, lambda text: self._said(text, handle))
        sent: Outcome = Refused("there is nothing to show")
        for n, payload in enumerate(pieces(modals.with_keys(render.payloads(question.prompt, handle), row))):
            sent = await self.send(handle, payload, f"{modals.ASK}/{question.id}/{n}")
        return sent

    async def resolve(
        self, ref: str, place: Place, kind: type[User | Channel | Role] = User
    ) -> User | Channel | Role | None:
        """As `Platform.resolve`."""
        return await self._directory.resolve(ref, place, kind)

    async def standing(self, user: User, place: Place) -> Standing:
        """As `Platform.standing`."""
        return await self._directory.standing(user, place)

    async def fetch(self, attachment: Attachment) -> bytes:
        """As `Platform.fetch`."""
        return await self._files.fetch(attachment)

    def link(self, payload: str) -> str | None:
        """As `Platform.link`: Discord has no such addresses."""
        del payload
        return None

    async def settle(self, event: AnyEvent, succeeded: bool) -> bool:
        """As `Platform.settle`: nothing here waits to be fulfilled."""
        del event, succeeded
        return True

    def _said(self, text: str, handle: ReplyHandle) -> str:
        return self._ingress.localizations(text).get(handle.language, text) if handle.language else text

    def _http(self) -> discord.http.HTTPClient | None:
        return self._client.http if self._client and self._client.usable else None

    async def _posted(self, itx: Given) -> bool:
        """An interaction that Discord posted; False before there is a client."""
        client = self._client
        if self._runner is None or client is None or not client.usable:
            return False
        await self._receiver.interaction(itx)
        return True

    # the connection

    async def _supervise(self, token: str) -> None:
        """Connect until told to stop. discord.py gives up when its very first connection fails; this does not."""
        pause = self._pause
        while True:
            self._client = client = self._connection()
            try:
                await self._connected(client, token)
            except discord.LoginFailure:
                return self._give_up(_REFUSED)
            except discord.PrivilegedIntentsRequired:
                return self._give_up(_NO_INTENT)
            except Exception as error:  # whatever ends a connection, the next one is tried
                if isinstance(error, discord.ConnectionClosed) and error.code == _BAD_TOKEN:
                    return self._give_up(_REFUSED)
                pause = self._pause if client.is_ready() else pause
                away = isinstance(error, _TRANSIENT) or client.ws is None
                what = "cannot be reached" if away else "is not understood"
                log.warning("Discord %s (%s); next try in %.0f s", what, type(error).__name__, pause)
            else:
                continue  # closed on purpose: what it is told has changed
            finally:
                await client.close()
                self._tried.set()
            await asyncio.sleep(pause)
            pause = min(pause * _GROWN, _LONGEST)

    async def _connected(self, client: Gateway, token: str) -> None:
        """Until the connection ends; without a gateway there is only a client to ask with."""
        if self._settings.gateway:
            await client.start(token)
            return
        await client.login(token)
        self._tried.set()
        await asyncio.Event().wait()

    def _give_up(self, reason: str) -> None:
        log.error("Discord stays off: %s", reason)

    def _intents(self) -> discord.Intents:
        settings = self._settings
        return happenings.intents(self._ingress.watched(), content=settings.message_content, members=settings.members)

    def _connection(self) -> Gateway:
        return Gateway(
            local=loopback(self._settings.address),
            intents=self._intents(),
            logged_in=self._register,
            ready=self._tried.set,
            hearer=self._receiver,
            unreadable=self._receiver.unreadable,
        )

    async def _register(self, client: Gateway) -> None:
        """Send the commands when they differ from the last ones: Discord allows 200 new commands a day."""
        application = client.application_id or 0
        key = f"discord/commands/{application}"
        async with self._registering:
            body, refused = limits.fitting(
                registration.payload(self._specs, self._ingress.localizations, user_install=self._settings.user_install)
            )
            for reason in refused:
                log.error("Discord cannot offer everything: %s", reason)
            digest = registration.digest(body)
            if await self._ingress.recall(key) == digest:
                return
            try:
                await client.http.bulk_upsert_global_commands(application, payload=body)
            except discord.DiscordServerError:
                raise
            except discord.HTTPException as error:
                log.error("Discord refused the commands: %s", error.text)  # noqa: TRY400  (the trace says nothing more)
                return
            await self._ingress.keep(key, digest)
