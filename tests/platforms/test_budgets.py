"""What each platform bears, and what each failure means: sent again only where it can be shown only once."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from bot.adapter import Outcome, Payload, RetryAfter, Sent, Unknown
from bot.command import ReplyHandle
from bot.message import Message
from bot.platforms.discord import requests
from bot.platforms.discord.buckets import Buckets, Route
from bot.platforms.discord.sending import SAFE
from bot.platforms.telegram.client import Client
from bot.platforms.twitch import sending
from bot.sandbox.world import World
from bot.windows import Window
from tests.platforms.discord.support import Stage as DiscordStage
from tests.platforms.telegram.conftest import Bench
from tests.platforms.twitch.stage import Stage as TwitchStage
from tests.platforms.wire import FAULTS, Wire, wired

ROOM = "311000000000000001"
FOLLOW_UP = "POST /webhooks/{application}/{token}"
SHORT = 0.15


@dataclass
class Line:
    """One way of sending, over a wire that can be cut at `path`. `again`: it can be shown only once."""

    wire: Wire
    path: str
    again: bool
    world: World
    request: Callable[[], Awaitable[Outcome]]

    def shown(self) -> int:
        """How many messages there are now with these words."""
        messages = set()
        for one in self.world.record.since(0):
            if one.direction == "out" and one.status < 400 and "the words" in str(one.payload):
                messages.add(one.about.get("message"))
        return len(messages)


@asynccontextmanager
async def _discord(kind: str) -> AsyncIterator[Line]:
    stage = DiscordStage()
    await stage.discord.start()
    try:
        async with wired(stage.discord.address) as wire:
            await stage.open(address=wire.address)
            handle = ReplyHandle("discord", stage.discord.application_id, ROOM, stage.world.human("ada").on("discord"))
            payload: Payload = {"content": "the words"}
            if kind != "message":
                await stage.dealt((await stage.discord.slash("ada", "bless", {"to": "bob"})).event)
                handle = stage.ears.submitted[-1].reply
            if kind == "follow-up":
                await stage.platform.send(handle, {"content": "the first"}, "1.0")
                payload["next"] = True
            path = {"message": f"/channels/{ROOM}/messages", "callback": "/callback", "follow-up": r"/webhooks/\d+/\S+"}
            yield Line(
                wire,
                path[kind],
                kind != "follow-up",
                stage.world,
                lambda: stage.platform.send(handle, payload, "1.1"),
            )
    finally:
        await stage.__aexit__()


@asynccontextmanager
async def _telegram() -> AsyncIterator[Line]:
    bench = Bench()
    await bench.emulator.start()
    try:
        async with wired(bench.emulator.address) as wire:
            bench.platform = bench.adapter(address=wire.address)
            await bench.platform.start(bench.ingress, [])
            handle = (await bench.ask("/ping")).reply
            (payload,) = bench.platform.render(Message("the words"), handle)
            request = lambda: bench.platform.send(handle, payload, "1.0")  # noqa: E731
            yield Line(wire, "/sendMessage", again=False, world=bench.world, request=request)
            await bench.platform.stop()
    finally:
        await bench.emulator.stop()


@asynccontextmanager
async def _twitch() -> AsyncIterator[Line]:
    stage = TwitchStage()
    await stage.twitch.start()
    try:
        async with wired(f"http://127.0.0.1:{stage.twitch._server.port}") as wire:
            await stage.restart(address=wire.address)
            handle = (await stage.asked("ada", "!balance")).reply
            (payload,) = stage.platform.render(Message("the words"), handle)
            request = lambda: stage.platform.send(handle, payload, "1.0")  # noqa: E731
            yield Line(wire, "/helix/chat/messages", again=False, world=stage.world, request=request)
            await stage.platform.stop()
    finally:
        await stage.twitch.stop()


WAYS = {
    "discord message": lambda: _discord("message"),
    "discord callback": lambda: _discord("callback"),
    "discord follow-up": lambda: _discord("follow-up"),
    "telegram": _telegram,
    "twitch": _twitch,
}
every = pytest.mark.parametrize("way", WAYS)


def _hasty(patch: pytest.MonkeyPatch) -> None:
    """Nobody waits long for an answer."""
    patch.setattr(requests, "SECONDS", SHORT)
    patch.setattr(sending, "_SECONDS", SHORT)
    patch.setitem(Client.call.__kwdefaults__, "seconds", SHORT)


@every
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_broken_wire_shows_nothing_twice(way: str, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with WAYS[way]() as line:
        line.wire.spoil(line.path, fault)
        with monkeypatch.context() as patch:
            if fault == "silence":
                _hasty(patch)
            outcome = await line.request()
        if line.again:
            assert isinstance(outcome, RetryAfter)
            assert outcome.safe == SAFE
            assert isinstance(await line.request(), Sent)
            assert line.shown() == 1
        else:
            assert isinstance(outcome, Unknown)
            assert line.shown() == (fault != "before")


@every
async def test_nobody_there_is_certainly_not_shown(way: str) -> None:
    async with WAYS[way]() as line:
        await line.wire.refuse()
        outcome = await line.request()
        assert isinstance(outcome, RetryAfter)
        assert outcome.safe is None
        assert line.shown() == 0


async def _answered(stage: DiscordStage) -> ReplyHandle:
    await stage.dealt((await stage.discord.slash("ada", "bless", {"to": "bob"})).event)
    handle = stage.ears.submitted[-1].reply
    assert isinstance(await stage.platform.send(handle, {"content": "first"}, "1.0"), Sent)
    return handle


async def test_discords_buckets_are_kept_before_discord_has_to() -> None:
    async with DiscordStage() as stage:
        stage.discord.front.limits[FOLLOW_UP] = (2, 30.0)
        one, other = [await _answered(stage) for _ in range(2)]
        more: Payload = {"content": "more", "next": True}
        outcomes = [await stage.platform.send(one, more, f"1.{n}") for n in (1, 2, 3)]
        assert [type(outcome) for outcome in outcomes] == [Sent, Sent, RetryAfter]
        assert isinstance(outcomes[2], RetryAfter)
        assert 25 < outcomes[2].seconds <= 30
        assert isinstance(await stage.platform.send(other, more, "2.1"), Sent)
        assert {wire.status for wire in stage.out("/{token}")} == {200}


async def test_a_global_429_holds_for_every_answer() -> None:
    async with DiscordStage() as stage:
        one, other = [await _answered(stage) for _ in range(2)]
        stage.discord.fail(FOLLOW_UP, 429, retry_after=7.5, **{"global": True})
        more: Payload = {"content": "more", "next": True}
        assert await stage.platform.send(one, more, "1.1") == RetryAfter(7.5)
        outcome = await stage.platform.send(other, more, "2.1")
        assert isinstance(outcome, RetryAfter)
        assert 7 < outcome.seconds <= 7.5
        assert len(stage.out("/{token}")) == 1


async def test_discords_global_limit_counts_messages_and_not_interactions() -> None:
    async with DiscordStage() as stage:
        stage.platform._sender._all = Window(2, 60.0)
        handle = ReplyHandle("discord", stage.discord.application_id, ROOM, stage.world.human("ada").on("discord"))
        outcomes = [await stage.platform.send(handle, {"content": str(n)}, f"{n}.0") for n in range(3)]
        assert [type(outcome) for outcome in outcomes] == [Sent, Sent, RetryAfter]
        assert len(stage.out("/messages")) == 2
        await _answered(stage)


def test_routes_that_share_a_bucket_share_their_time() -> None:
    buckets, now = Buckets(lambda: 100.0), {"x-ratelimit-bucket": "a", "x-ratelimit-remaining": "1"}
    edit, send = Route("PATCH", "message"), Route("POST", "webhook")
    for route in (edit, send):
        assert buckets.told(route, "t", 200, now, {}) == 0.0
    spent = {**now, "x-ratelimit-remaining": "0", "x-ratelimit-reset-after": "2.5"}
    buckets.told(send, "t", 200, spent, {})
    assert buckets.wait(edit, "t") == 2.5
    assert buckets.wait(send, "u") == 0.0
    assert buckets.told(edit, "t", 429, {"retry-after": "soon"}, {}) == 1.0
