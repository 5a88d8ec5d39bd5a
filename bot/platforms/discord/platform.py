"""Discord on discord.py: events in, answers out, and a connection that is looked after."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import aiohttp
import discord

from bot.adapter import Ingress, Outcome, Payload
from bot.command import CommandSpec, Invocation, ReplyHandle
from bot.errors import Problem, SettingsError
from bot.message import Message, t
from bot.platforms.discord import events, registration, render
from bot.platforms.discord.client import Gateway, loopback, point, quiet
from bot.platforms.discord.sending import NEXT, Sender
from bot.users import Place, User
from config.settings import DiscordSettings

log = logging.getLogger(__name__)
_GROWN, _LONGEST = 2.0, 60.0
_START = 5.0  # seconds that the first try may take
_BAD_TOKEN = 4004
_REFUSED = "the token was refused; set discord.token to the bot token of the developer portal"
_NO_INTENT = (
    "the message content intent is not allowed; switch it on in the developer portal (Bot, Privileged Gateway Intents) "
    "or set discord.message_content = false"
)
_TRANSIENT = (OSError, discord.HTTPException, discord.GatewayNotFound, discord.ConnectionClosed, aiohttp.ClientError)


class DiscordPlatform:
    """`bot.adapter.Platform` for Discord. `defer_after` and `pause` are seconds."""

    name = events.NAME

    def __init__(self, settings: DiscordSettings, *, defer_after: float = 1.5, pause: float = 1.0) -> None:
        self._settings = settings
        self._defer_after, self._pause = defer_after, pause
        self._client: Gateway | None = None
        self._runner: asyncio.Task[None] | None = None

    async def start(self, ingress: Ingress, specs: Sequence[CommandSpec]) -> None:
        """As `Platform.start`. A token that Discord refuses is not tried again: it stays off, and the log says why."""
        if self._settings.token is None:
            raise SettingsError("discord.token is not set: expected the bot token of the developer portal")
        quiet()
        point(self._settings.address)
        self._ingress, self._specs = ingress, list(specs)
        self._sender = Sender(self._http, self._defer_after)
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

    def check(self, spec: CommandSpec) -> list[Problem]:
        """What Discord would refuse about this command."""
        return registration.check(spec)

    def render(self, message: Message, handle: ReplyHandle) -> list[Payload]:
        """Message bodies in order; all but the first are follow-ups. A private one says so, whatever it answers."""
        private: Payload = {"flags": render.EPHEMERAL} if message.private or handle.private else {}
        first, *more = ({**body, **private} for body in render.payloads(message, handle))
        return [first, *({**body, NEXT: True} for body in more)]

    async def send(self, handle: ReplyHandle, payload: Payload, key: str) -> Outcome:
        """Answer an interaction, reply to a message, or write to somebody directly."""
        return await self._sender.send(handle, payload, key)

    async def resolve(self, ref: str, place: Place) -> User | None:
        """A member of the server by exact username: display names can be taken by anybody."""
        guild = self._client.get_guild(int(place.server)) if self._client and place.server else None
        found = discord.utils.get(guild.members, name=ref.removeprefix("@").lower()) if guild else None
        return events.user(found) if found else None

    def _http(self) -> discord.http.HTTPClient | None:
        return self._client.http if self._client and self._client.usable else None

    # the connection

    async def _supervise(self, token: str) -> None:
        """Connect until told to stop. discord.py gives up when its very first connection fails; this does not."""
        pause = self._pause
        while True:
            self._client = client = self._connection()
            try:
                await client.start(token)
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
            finally:
                await client.close()
                self._tried.set()
            await asyncio.sleep(pause)
            pause = min(pause * _GROWN, _LONGEST)

    def _give_up(self, reason: str) -> None:
        log.error("Discord stays off: %s", reason)

    def _connection(self) -> Gateway:
        return Gateway(
            local=loopback(self._settings.address),
            message_content=self._settings.message_content,
            logged_in=self._register,
            interaction=self._on_interaction,
            message=self._on_message,
            ready=self._tried.set,
            unreadable=self._unreadable,
        )

    async def _register(self, client: Gateway) -> None:
        """Send the commands when they differ from the last ones: Discord allows 200 new commands a day."""
        application = client.application_id or 0
        body = registration.payload(self._specs)
        digest, key = registration.digest(body), f"discord/commands/{application}"
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

    # events

    def _unreadable(self, kind: str, error: Exception, event: str | None) -> None:
        """One event is left out; the next is not."""
        log.warning("Discord sent a %s that cannot be read (%s): skipped.", kind, type(error).__name__)
        if event is not None:
            self._ingress.heard(self.name, event)

    async def _on_interaction(self, itx: discord.Interaction[Any]) -> None:
        try:
            await self._interacted(itx)
        except Exception as error:  # an odd field makes the library and `events` raise whatever it is
            self._unreadable("INTERACTION_CREATE", error, str(itx.id))
        else:
            self._ingress.heard(self.name, str(itx.id))

    async def _interacted(self, itx: discord.Interaction[Any]) -> None:
        data: Any = itx.data
        if itx.type is discord.InteractionType.application_command:
            path, options = events.called(data)
            spec = self._ingress.spec(path)
            handle = events.interaction_handle(itx, private=spec is None or spec.private)
            if spec is None:
                await self._tell(handle, str(itx.id), "That command has just changed. Type / to see the new ones.")
            else:
                await self._take(events.from_interaction(itx, handle, path, options))
        elif itx.type is discord.InteractionType.component:
            handle = events.interaction_handle(itx, private=False)
            await self._take(events.from_interaction(itx, handle))

    async def _on_message(self, message: discord.Message) -> None:
        try:
            await self._said(message)
        except Exception as error:
            self._unreadable("MESSAGE_CREATE", error, str(message.id))
        else:
            self._ingress.heard(self.name, str(message.id))

    async def _said(self, message: discord.Message) -> None:
        client, prefix = self._client, self._settings.prefix
        if client is None or client.user is None or message.author.bot or message.webhook_id is not None:
            return
        text, addressed = events.line(message.content, client.user.id, prefix)
        if self._ingress.wants(text, events.user(message.author), events.place(message), addressed=addressed):
            await self._take(events.from_message(message, text, str(client.application_id)))

    async def _take(self, invocation: Invocation) -> None:
        """Hand it over; an interaction's deadline runs from now on. What cannot be kept is not delivered again: say so."""
        if invocation.reply.token is not None:
            self._sender.expect(invocation.reply)
        try:
            await self._ingress.submit(invocation)
        except Exception:
            log.exception("%s could not be taken in", invocation.id)
            await self._tell(invocation.reply, invocation.id, "I could not take that up. Please try again in a moment.")

    async def _tell(self, handle: ReplyHandle, event: str, text: str) -> None:
        """Tell them alone what went wrong before any command ran."""
        for payload in self.render(Message(t(text), private=True), handle):
            await self.send(handle, payload, f"{event}/told")
