"""The emulator posts updates as Telegram does."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from bot.sandbox.telegram import TelegramEmulator


@dataclass
class Receiver:
    """Answers with the next of `statuses`, then 200."""

    address: str = ""
    statuses: list[int] = field(default_factory=list)
    posts: asyncio.Queue[tuple[str | None, Any]] = field(default_factory=asyncio.Queue)

    async def post(self, request: web.Request) -> web.Response:
        self.posts.put_nowait((request.headers.get("X-Telegram-Bot-Api-Secret-Token"), await request.json()))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 204)

    async def next(self) -> tuple[str | None, Any]:
        async with asyncio.timeout(5):
            return await self.posts.get()


@pytest.fixture
async def receiver(emulator: TelegramEmulator) -> AsyncIterator[Receiver]:
    one, app = Receiver(), web.Application()
    app.router.add_post("/hook", one.post)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    one.address = f"http://{host}:{port}/hook"
    yield one
    await emulator.stop()
    await runner.cleanup()


async def test_an_update_is_posted_until_it_is_taken(emulator: TelegramEmulator, call: Any, receiver: Receiver) -> None:
    receiver.statuses += [403, 503]
    await emulator.say("ada", "/one")
    assert await call("setWebhook", url=receiver.address, secret_token="s3cret") == (200, True)
    posts = [await receiver.next() for _ in range(3)]
    assert posts == [posts[0]] * 3
    assert (posts[0][0], posts[0][1]["message"]["text"]) == ("s3cret", "/one")
    await emulator.say("ada", "/two")
    assert (await receiver.next())[1]["message"]["text"] == "/two"
    info = (await call("getWebhookInfo"))[1]
    assert (info["url"], info["last_error_message"]) == (
        receiver.address,
        "Wrong response from the webhook: 503 Service Unavailable",
    )


async def test_polls_and_webhooks_exclude_each_other(emulator: TelegramEmulator, call: Any, receiver: Receiver) -> None:
    poll = asyncio.create_task(call("getUpdates", timeout="30"))
    await asyncio.sleep(0.05)
    await call("setWebhook", url=receiver.address)
    for status, said in (await poll, await call("getUpdates")):
        assert (status, "while webhook is active" in said) == (409, True)
    assert (await receiver.posts.get() if not receiver.posts.empty() else None) is None
    assert await call("deleteWebhook") == (200, True)
    assert (await call("getUpdates"))[0] == 200
    assert (await call("getWebhookInfo"))[1]["url"] == ""


async def test_what_nobody_takes_waits_and_can_be_dropped(
    emulator: TelegramEmulator, call: Any, receiver: Receiver
) -> None:
    kinds = json.dumps(["callback_query"])
    await call("setWebhook", url=receiver.address, allowed_updates=kinds)
    await emulator.say("ada", "/one")
    await call("setWebhook", url="http://127.0.0.1:9/closed", allowed_updates="[]")
    info = (await call("getWebhookInfo"))[1]
    while "last_error_message" not in info:
        await asyncio.sleep(0.01)
        info = (await call("getWebhookInfo"))[1]
    assert (info["pending_update_count"], info["last_error_message"]) == (1, "Connection refused")
    await call("deleteWebhook", drop_pending_updates="true")
    assert (await call("getUpdates"))[1] == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"url": "http://bot.example/x"}, "HTTPS URL must be provided"),
        ({"url": "https://bot.example/x", "secret_token": "a b"}, "unallowed characters"),
        ({"url": "https://bot.example/x", "secret_token": "x" * 257}, "unallowed characters"),
    ],
)
async def test_webhooks_that_are_refused(call: Any, fields: dict[str, str], said: str) -> None:
    status, why = await call("setWebhook", **fields)
    assert (status, said in why) == (400, True)
    assert (await call("getWebhookInfo"))[1]["url"] == ""
