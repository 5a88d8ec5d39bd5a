"""Two bots for the same emulated platform: ours with its store, and a bare one on the same client library that only answers.

As a module of the settings (`plugins`) it is the one command that ours has.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import discord
import telegram
import twitchio
from telegram.request import BaseRequest

from benchmarks.router import bless
from bot.app import App
from bot.flows import Pace
from bot.platforms.discord.client import point
from bot.platforms.telegram.client import AiohttpRequest
from bot.platforms.twitch import library
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.world import PLATFORMS, Human, Recorder, World
from config.settings import Settings

POLL, READY = 25, 10.0
"""Seconds: that a poll waits for something, and that a client may take to connect."""

PEOPLE = 20
"""Who use the commands in turn: a private chat bears one message in a second."""


def setup(app: App) -> None:
    """Register the command."""
    app.add(bless)


def crowded(people: int = PEOPLE) -> World:
    """A world with so many more people, which remembers only the last requests."""
    world = World()
    world.record = Recorder(keep=100)
    for number in range(people):
        ids = {"discord": str(211_000_000_000_001_000 + number), "twitch": str(42_000 + number)}
        world.people[f"p{number}"] = Human(f"p{number}", "member", {**ids, "telegram": str(6_100 + number)})
    return world


@asynccontextmanager
async def ours(sandbox: Sandbox, platform: str, plugins: Sequence[str] = (__name__,)) -> AsyncIterator[App]:
    """Our bot on this platform alone, with a database as in production and these plugins."""
    with TemporaryDirectory(prefix="soulfra-bench-") as folder:
        settings = sandbox.settings(Settings(data=Path(folder), plugins=list(plugins), discover=False))
        silent = {name: type(getattr(settings, name))() for name in PLATFORMS if name != platform}
        app = App(settings.model_copy(update=silent)).load()
        app.flows.pace = Pace(after=None)  # nobody asks for a flow: what it takes to begin with them is not a command's
        await app.start()
        try:
            yield app
        finally:
            await app.stop()


class DiscordEcho(discord.Client):
    """Answers a slash command and a line with a word or two."""

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        to, _amount, note = cast(Any, interaction.data)["options"]
        await interaction.response.send_message(f"<@{to['value']}> +5: {note['value']}")

    async def on_message(self, message: discord.Message) -> None:
        if message.content.startswith("!"):
            await message.reply(message.content.partition(" ")[2])


@asynccontextmanager
async def discord_echo(sandbox: Sandbox) -> AsyncIterator[None]:
    """Registered with the same command as ours, so that it can be used."""
    emulator = sandbox.discord
    point(emulator.address)
    client = DiscordEcho(intents=discord.Intents(guilds=True, messages=True, message_content=True))
    await client.login(emulator.token)
    command = {
        "name": "bless",
        "description": "Bless somebody.",
        "options": [
            {"name": "to", "description": "Who receives it.", "type": 6, "required": True},
            {"name": "amount", "description": "How many blessings.", "type": 4},
            {"name": "note", "description": "A few words that go with it.", "type": 3},
        ],
    }
    await client.http.bulk_upsert_global_commands(client.application_id or 0, payload=[command])
    async with connected(client.connect(), client.wait_until_ready, client.close):
        yield


class TwitchEcho(library.Client):
    """Answers a line of one room."""

    def __init__(self, sandbox: Sandbox) -> None:
        twitch = sandbox.twitch
        super().__init__(
            client_id=twitch.client_id,
            client_secret=twitch.client_secret,
            bot_id=twitch.bot_id,
            fetch_client_user=False,
        )
        self._account, self._room = twitch, sandbox.world.channel("twitch").id

    async def setup_hook(self) -> None:
        await self.add_token(self._account.access_token, self._account.refresh_token)
        bot = str(self.bot_id)
        chat = library.eventsub.ChatMessageSubscription(broadcaster_user_id=self._room, user_id=bot)
        await self.subscribe_websocket(chat, token_for=bot, as_bot=False)

    async def event_message(self, payload: "twitchio.ChatMessage") -> None:
        if payload.text.startswith("!"):
            words, bot = payload.text.partition(" ")[2], str(self.bot_id)
            await payload.broadcaster.send_message(words, sender=bot, token_for=bot, reply_to_message_id=payload.id)


@asynccontextmanager
async def twitch_echo(sandbox: Sandbox) -> AsyncIterator[None]:
    """With the token of a user, as ours."""
    library.point_at(sandbox.twitch.address)
    client = TwitchEcho(sandbox)
    life = client.start(sandbox.twitch.access_token, with_adapter=False, load_tokens=False, save_tokens=False)
    async with connected(life, client.wait_until_ready, client.close):
        yield


class Transport(AiohttpRequest):
    """That of ours, with the library's own way of reading answers."""

    parse_json_payload = staticmethod(BaseRequest.parse_json_payload)


@asynccontextmanager
async def telegram_echo(sandbox: Sandbox) -> AsyncIterator[None]:
    """A loop over getUpdates on the same transport as ours."""
    emulator = sandbox.telegram
    bot = telegram.Bot(
        emulator.bot_token,
        base_url=f"{emulator.address}/bot",
        request=Transport(),
        get_updates_request=Transport(connections=2),
    )

    async def polled() -> None:
        offset = 0
        while True:
            for update in await bot.get_updates(offset=offset, timeout=POLL):
                offset = update.update_id + 1
                if (message := update.message) and message.text:
                    words = message.text.partition(" ")[2]
                    await bot.send_message(message.chat_id, words, reply_to_message_id=message.message_id)

    async with bot, connected(polled()):
        yield


@asynccontextmanager
async def connected(
    life: Awaitable[None],
    ready: Callable[[], Awaitable[object]] | None = None,
    close: Callable[[], Awaitable[None]] | None = None,
) -> AsyncIterator[None]:
    """While this goes on; an error of it ends the measurement."""
    running = asyncio.ensure_future(life)
    try:
        if ready is not None:
            async with asyncio.timeout(READY):
                await ready()
        yield
    finally:
        if close is not None:
            await close()
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


ECHOES: dict[str, Callable[[Sandbox], AbstractAsyncContextManager[None]]] = {
    "discord": discord_echo,
    "twitch": twitch_echo,
    "telegram": telegram_echo,
}
"""The bare bot of each platform."""
