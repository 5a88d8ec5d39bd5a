"""Updates by webhook: only Telegram is heard, and nothing is confirmed that was not kept."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr, ValidationError

from bot.events import Joined, Reacted
from bot.platforms.telegram.platform import TelegramPlatform
from config.settings import TelegramSettings
from tests.platforms.telegram.conftest import Bench

HEADER = "x-telegram-bot-api-secret-token"


class Front:
    """The smallest web server that hands posts to the adapter."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.answers: list[int] = []
        self.address = ""
        self._runner: web.AppRunner | None = None

    async def start(self, **more: Any) -> None:
        app = web.Application()
        app.router.add_post("/{path:.*}", self._post)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.address = f"http://{host}:{port}/hooks/telegram"
        self.bench.platform = self.bench.adapter(webhook=self.address, **more)
        await self.bench.platform.start(self.bench.ingress, [])

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def _post(self, request: web.Request) -> web.Response:
        handler = self.bench.platform.webhooks[request.path]
        headers = {name.lower(): value for name, value in request.headers.items()}
        status, body = await handler(headers, await request.read())
        self.answers.append(status)
        return web.Response(status=status, body=body, content_type="application/json")


@pytest.fixture
async def front(bench: Bench) -> AsyncIterator[Front]:
    one = Front(bench)
    yield one
    await bench.platform.stop()
    await bench.emulator.stop()
    await one.stop()


async def post(bench: Bench, body: bytes, **headers: str) -> int:
    path = next(iter(bench.platform.webhooks))
    return (await bench.platform.webhooks[path](headers, body))[0]


async def test_updates_are_posted_and_answered_when_they_are_kept(front: Front) -> None:
    front.bench.ingress.broken = 2
    await front.start()
    assert (await front.bench.ask("/ping")).text == "/ping"
    await front.bench.heard()
    assert (await front.bench.ask("/pong")).text == "/pong"
    await front.bench.heard()
    assert front.answers[:3] == [503, 503, 200]
    assert front.bench.requests("getUpdates") == []


async def test_telegram_is_told_what_is_wanted(front: Front) -> None:
    front.bench.ingress.wanted = {Reacted}
    await front.start()
    wanted = ["message", "callback_query", "inline_query", "message_reaction"]
    assert front.bench.requests("setWebhook")[-1].payload["allowed_updates"] == wanted
    front.bench.ingress.wanted = {Reacted, Joined}
    await front.bench.platform.register([])
    assert "chat_member" in front.bench.requests("setWebhook")[-1].payload["allowed_updates"]
    await front.bench.platform.register([])
    assert len(front.bench.requests("setWebhook")) == 2


async def test_a_secret_is_made_once_and_kept(front: Front) -> None:
    await front.start()
    await front.bench.platform.stop()
    await front.bench.platform.start(front.bench.ingress, [])
    secrets = {wire.payload["secret_token"] for wire in front.bench.requests("setWebhook")}
    assert len(secrets) == 1
    assert secrets <= set(front.bench.ingress.kept.values())


@pytest.mark.parametrize("given", [None, "", "wrong", "s3cre", "s3cret ", "S3CRET", "\udcff", "é" * 300])
async def test_who_does_not_know_the_secret_is_not_heard(front: Front, given: str | None) -> None:
    await front.start(secret=SecretStr("s3cret"))
    body = json.dumps({"update_id": 1}).encode()
    headers = {} if given is None else {HEADER: given}
    assert await post(front.bench, body, **headers) == 403
    assert front.bench.ingress.events.empty()
    assert await post(front.bench, body, **{HEADER: "s3cret"}) == 200


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"update_id": "1"}', b"\xff\xfe", b"[" * 100_000, b'{"message": {}}']
)
async def test_what_is_no_update_is_refused(front: Front, body: bytes) -> None:
    await front.start(secret=SecretStr("s3cret"))
    assert await post(front.bench, body, **{HEADER: "s3cret"}) == 400


async def test_an_update_nobody_can_read_does_not_come_again(front: Front) -> None:
    await front.start(secret=SecretStr("s3cret"))
    body = json.dumps({"update_id": 7, "message": {"message_id": 1, "date": 1, "chat": {"id": 5}}}).encode()
    assert await post(front.bench, body, **{HEADER: "s3cret"}) == 200
    assert await front.bench.heard() == "7"


async def test_before_the_start_telegram_is_asked_to_come_again(bench: Bench) -> None:
    platform = bench.adapter(webhook="https://bot.example/telegram")
    assert list(platform.webhooks) == ["/telegram"]
    assert (await platform.webhooks["/telegram"]({}, b"{}"))[0] == 503


async def test_polling_takes_a_forgotten_webhook_away(front: Front) -> None:
    await front.start()
    await front.bench.platform.stop()
    front.bench.platform = front.bench.adapter()
    await front.bench.platform.start(front.bench.ingress, [])
    assert front.bench.platform.webhooks == {}
    assert (await front.bench.ask("/ping")).text == "/ping"


@pytest.mark.parametrize(
    "address", ["telegram", "ftp://bot.example/x", "https://bot.example", "https://bot.example/x?y"]
)
def test_addresses_that_are_none(address: str) -> None:
    with pytest.raises(ValidationError):
        TelegramPlatform(TelegramSettings(token=SecretStr("1:x"), webhook=address))
