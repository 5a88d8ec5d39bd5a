"""discord.py's client, told to keep little and to hand every event on. No command tree, no views in memory."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

import discord
import yarl
from discord.gateway import DiscordWebSocket

from bot.platforms.discord import wire

Heard = TypeVar("Heard")
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def point(address: str | None) -> None:
    """Send the library to another server that speaks Discord's API: it keeps one address for the whole process."""
    if address is None:
        return
    base = address.rstrip("/")
    discord.http.Route.BASE = f"{base}/api/v10"
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"{base.replace('http', 'ws', 1)}/")
    discord.Asset.BASE = f"{base}/cdn"


def quiet() -> None:
    """Its line about connecting again comes with a trace that says nothing more."""
    logging.getLogger("discord.client").addFilter(_traceless)


def _traceless(record: logging.LogRecord) -> bool:
    record.exc_info = None
    return True


def loopback(address: str | None) -> bool:
    """True for a server on this machine: Discord's pauses are not needed there."""
    return address is not None and urlsplit(address).hostname in _LOOPBACK


class Hearer(Protocol):
    """What the events of a connection are handed to."""

    def interaction(self, itx: wire.Given) -> Coroutine[Any, Any, None]: ...

    def message(self, message: wire.Message) -> Coroutine[Any, Any, None]: ...

    async def joined(self, member: discord.Member) -> None: ...

    async def left(self, told: discord.RawMemberRemoveEvent) -> None: ...

    def changed(self, member: discord.Member) -> None: ...

    async def reacted(self, told: discord.RawReactionActionEvent, *, added: bool) -> None: ...


class Gateway(discord.Client):
    """One connection. A dead one is not started again: the adapter makes a new one."""

    def __init__(
        self,
        *,
        local: bool,
        intents: discord.Intents,
        logged_in: Callable[["Gateway"], Awaitable[None]],
        ready: Callable[[], None],
        hearer: "Hearer",
        unreadable: Callable[[str, Exception, str | None], None],
    ) -> None:
        super().__init__(
            intents=intents,
            max_messages=None,
            chunk_guilds_at_startup=False,
            max_ratelimit_timeout=30.0,
            guild_ready_timeout=0.05 if local else 2.0,
        )
        self._local = local
        self._logged_in, self._is_up, self._hearer = logged_in, ready, hearer
        self._unreadable = unreadable
        self._hearing: set[asyncio.Task[None]] = set()
        state = self._connection  # the library offers no other place: an error in a parser ends its connection
        parsers = {**state.parsers, "INTERACTION_CREATE": self._asked, "MESSAGE_CREATE": self._said}
        state.parsers = {name: partial(self._parse, name, parse) for name, parse in parsers.items()}

    def _parse(self, name: str, parse: Callable[[Any], None], data: Any) -> None:  # noqa: ANN401  (of the wire)
        """An event that discord.py cannot read would end the connection; without READY there is none."""
        try:
            parse(data)
        except Exception as error:
            if name == "READY":
                raise
            self._unreadable(name, error, str(data["id"]) if isinstance(data, dict) and "id" in data else None)

    @property
    def usable(self) -> bool:
        """Logged in, so that requests can be made."""
        return self.user is not None and not self.is_closed()

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  (the library's signature)
        """What is listened to below; nothing after closing: the library would schedule it on a loop that it has let go of."""
        if hasattr(self, f"on_{event}") and not self.is_closed():
            super().dispatch(event, *args, **kwargs)

    async def setup_hook(self) -> None:
        """After login, before the gateway."""
        await self._logged_in(self)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Discord wants 5 s between two sessions; a sandbox does not."""
        if not self._local:
            await super().before_identify_hook(shard_id, initial=initial)

    async def on_ready(self) -> None:
        """Servers are known."""
        self._is_up()

    def _asked(self, data: Any) -> None:  # noqa: ANN401  (of the wire)
        """In place of the library's own reading, which makes ten objects where one is enough."""
        self._hear(self._hearer.interaction, wire.read(data))

    def _said(self, data: Any) -> None:  # noqa: ANN401  (of the wire)
        """The same of messages, our own too."""
        self._hear(self._hearer.message, wire.said(data))

    def _hear(self, hear: Callable[[Heard], Coroutine[Any, Any, None]], what: Heard) -> None:
        """In a task of its own, which is held until it ends; none after closing."""
        if not self.is_closed():
            task = self.loop.create_task(hear(what))
            self._hearing.add(task)
            task.add_done_callback(self._hearing.discard)

    async def on_member_join(self, member: discord.Member) -> None:
        """With the members intent."""
        await self._hearer.joined(member)

    async def on_raw_member_remove(self, payload: discord.RawMemberRemoveEvent) -> None:
        """With the members intent, whether or not the member was known."""
        await self._hearer.left(payload)

    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        """With the members intent: roles changed, perhaps."""
        del before
        self._hearer.changed(after)

    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        """With the reactions intents, whether or not the message is known."""
        await self._hearer.reacted(payload, added=True)

    async def on_raw_reaction_remove(self, payload: discord.RawReactionActionEvent) -> None:
        """With the reactions intents."""
        await self._hearer.reacted(payload, added=False)
