"""Discord: from a frame of the gateway, or a posted interaction, to the request that answers it.

python -m benchmarks.paths.discord     prints the table; ends with 1 when a goal is missed
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, cast
from unittest import mock

import aiohttp
import discord
import msgspec
from discord import app_commands
from discord.ext import commands

from benchmarks import floor_router
from benchmarks.pairs import PAIRS, Ratio, Work, compare, compare_beyond
from benchmarks.paths import discord_wire as wire
from benchmarks.paths.discord_wire import Json, Session
from benchmarks.paths.house import COMMANDS, House
from benchmarks.row import Row, told
from bot.adapter import Ingress
from bot.platforms.discord import sending
from bot.platforms.discord.endpoint import PATH, Endpoint
from bot.platforms.discord.platform import DiscordPlatform
from config.settings import DiscordSettings

BEYOND, PEER, POSTED = 6.0, 1.0, 3.0
_LOOPS = 100
_RUNNING: set[asyncio.Task[None]] = set()
"""Clients of the library; asyncio itself does not hold on to them."""
Feed = Callable[[], Awaitable[object]]
"""Gives one event to a bot that runs."""


class _House(House):
    """It keeps nothing and speaks English."""

    def localizations(self, _text: str, _context: str = "") -> dict[str, str]:
        return {}

    async def recall(self, _key: str) -> str | None:
        return None

    async def keep(self, _key: str, _value: str) -> None:
        return None


class Side:
    """A bot that is started with its first event and answers each. Its answer is looked at once, and counted each time."""

    def __init__(self, start: Callable[[], Awaitable[Feed]]) -> None:
        self._start = start
        self._feed: Feed | None = None

    async def __call__(self) -> None:
        if self._feed is None:
            self._feed = await self._start()
            await self._feed()
            _check(Session.last)
        before = Session.requests
        await self._feed()
        if Session.requests != before + 1:
            raise AssertionError(f"{Session.requests - before} requests for one event")


def _check(sent: object) -> None:
    body: Json = json.loads(cast(str | bytes, sent))
    data = body.get("data", body)
    text = data["content"].replace("\\+", "+")  # ours is escaped, and looks the same
    if (text, [str(one) for one in data["allowed_mentions"]["users"]]) != (wire.REPLY, [wire.ALICE]):
        sys.exit(f"the answer was {sent!r}")


# ours


async def _platform(**settings: Any) -> DiscordPlatform:  # noqa: ANN401  (of the settings)
    house = _House("discord")
    platform = DiscordPlatform(DiscordSettings(token=cast(Any, "token"), **settings))
    house.platform = platform
    await platform.start(cast(Ingress, house), house.specs)
    return platform


def ours(kind: str, event: Json) -> Side:
    """Our adapter on the gateway."""

    async def start() -> Feed:
        platform, frame = await _platform(), wire.frames(kind, event)
        client = platform._client  # noqa: SLF001  (nobody else needs it)
        assert client is not None
        return _fed(client, frame)

    return Side(start)


def posted() -> Side:
    """Our adapter on its endpoint; its answers end where HTTP would begin, as those of the gateway do."""

    async def start() -> Feed:
        platform, body = await _platform(gateway=False, public_key="00" * 32), wire.bodies(wire.INTERACTION)
        endpoint = platform.webhooks[PATH]

        async def feed() -> None:
            status, _ = await endpoint({}, body())
            assert status == 202

        return feed

    return Side(start)


# the library alone


class _Bare(discord.Client):
    """What a bot cannot do without: the event as the library reads it, and the same answer as the library sends it."""

    async def on_interaction(self, itx: discord.Interaction) -> None:
        alice = discord.Object(int(wire.ALICE))
        await itx.response.send_message(wire.REPLY, allowed_mentions=_only(alice))

    async def on_message(self, message: discord.Message) -> None:
        alice = discord.Object(int(wire.ALICE))
        await message.channel.send(wire.REPLY, reference=message, allowed_mentions=_only(alice))


class _Tree(discord.Client):
    """The library's own slash commands."""

    def __init__(self, **more: Any) -> None:  # noqa: ANN401
        super().__init__(**more)
        tree = app_commands.CommandTree(self)
        for number in range(COMMANDS - 1):
            tree.command(name=f"cmd{number}", description="Bless somebody.")(_slash)
        tree.command(name="bless", description="Bless somebody.")(_slash)


async def _slash(
    itx: discord.Interaction,
    to: discord.User,
    amount: app_commands.Range[int, 1, 1000] = 1,
    note: app_commands.Range[str, 0, 200] = "",
) -> None:
    await itx.response.send_message(f"{to.mention} +{amount}: {note}", allowed_mentions=_only(to))


def _prefixed(**more: Any) -> commands.Bot:  # noqa: ANN401
    """The library's own typed commands."""
    bot = commands.Bot(command_prefix="!", **more)
    for number in range(COMMANDS - 1):
        bot.command(name=f"cmd{number}")(_typed)
    bot.command(name="bless")(_typed)
    return bot


async def _typed(
    ctx: commands.Context[Any], to: discord.User, amount: commands.Range[int, 1, 1000] = 1, *, note: str = ""
) -> None:
    await ctx.reply(f"{to.mention} +{amount}: {note}", allowed_mentions=_only(to))


def _only(who: Any) -> discord.AllowedMentions:  # noqa: ANN401  (any snowflake)
    return discord.AllowedMentions(everyone=False, users=[who], roles=False)


def library(make: Callable[..., discord.Client], kind: str, event: Json) -> Side:
    """A client of the library on the gateway, which keeps as little as ours."""

    async def start() -> Feed:
        client = make(
            intents=discord.Intents(guilds=True, guild_messages=True, message_content=True),
            max_messages=None,
            chunk_guilds_at_startup=False,
            guild_ready_timeout=0.0,
        )
        up = asyncio.Event()
        client.event(_on_ready(up))
        _RUNNING.add(asyncio.create_task(client.start("token")))
        await up.wait()
        return _fed(client, wire.frames(kind, event))

    return Side(start)


def _on_ready(up: asyncio.Event) -> Callable[[], Any]:
    async def on_ready() -> None:
        up.set()

    return on_ready


def _fed(client: discord.Client, frame: Callable[[], str]) -> Feed:
    take = client.ws.received_message

    async def feed() -> None:
        await take(frame())
        await asyncio.sleep(0)  # the task that the event was given to runs to its end: nothing in it waits

    return feed


# the table


def _signed(*_: object) -> bool:
    """In place of the verification, which takes a hundred times the floor on both sides."""
    return True


def floor() -> Work:
    """FLOOR full."""
    return floor_router.build_full(COMMANDS, floor_router.Sink())


def decoded() -> Work:
    """The body decoded without types, and FLOOR full."""
    answer, body, decode = floor(), wire.bodies(wire.INTERACTION), msgspec.json.decode

    async def one() -> None:
        decode(body())
        await answer()

    return one


def rows(rounds: int = PAIRS) -> Iterator[Row]:
    """By the gateway beside the library, by HTTP beside a decoder. Nothing goes over a network, no signature is verified."""
    with (
        mock.patch.object(aiohttp, "ClientSession", Session),
        mock.patch.object(Endpoint, "_signed", _signed),
        mock.patch.object(sending, "EVERYTHING", 1_000_000),  # it would wait, as it should
    ):
        for what, kind, event, peer, name in (
            ("slash", "INTERACTION_CREATE", wire.INTERACTION, _Tree, "CommandTree"),
            ("text", "MESSAGE_CREATE", wire.LINE, _prefixed, "ext.commands"),
        ):
            bare, whole = library(_Bare, kind, event), ours(kind, event)
            beyond = compare_beyond(floor(), bare, whole, rounds=rounds, loops=_LOOPS)
            yield _row(f"Discord {what}, gateway: beyond discord.py, beside FLOOR full", beyond, BEYOND)
            beside = compare(library(peer, kind, event), ours(kind, event), rounds=rounds, loops=_LOOPS)
            yield _row(f"Discord {what}, gateway: the whole, beside {name}", beside, PEER)
        http = compare(decoded(), posted(), rounds=rounds, loops=_LOOPS)
        yield _row("Discord slash, HTTP without signatures, beside untyped msgspec + FLOOR full", http, POSTED)


def _row(what: str, ratio: Ratio, goal: float) -> Row:
    return Row(what, ratio.ratio, str(ratio), goal)


if __name__ == "__main__":
    print("floor_router.py", floor_router.SOURCE_SHA256)
    sys.exit(not told(rows()))
