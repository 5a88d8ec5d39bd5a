"""What the token of an interaction pays for, against a server that answers whatever it is told to."""

import json
from collections.abc import AsyncIterator
from typing import Any

import discord
import msgspec
import pytest
from aiohttp import web

from bot.command import ReplyHandle
from bot.platforms.discord.answers import Answers
from bot.platforms.discord.requests import BrokenError, BusyError, UncertainError
from bot.platforms.discord.wire import Shown
from bot.users import User

HANDLE = ReplyHandle("discord", "1", "2", User("discord", "3", "ada"), interaction="4", token="to/k+en")
MADE = {"interaction": {"id": "4", "type": 2, "response_message_id": "9"}, "resource": {"type": 4}}
FILE = {"content": "look", "files": [{"name": "a.png", "data": b"\x89PNG", "description": "a sigil"}]}


class Far:
    """Discord: `status`, `body` and `headers` are its next answers; `asked` is what it was sent."""

    def __init__(self) -> None:
        self.status, self.headers = 200, {}
        self.body: Any = MADE
        self.asked: list[tuple[str, str, Any]] = []
        self.last: Any = None

    async def answer(self, request: web.Request) -> web.Response:
        parts: Any
        if request.content_type.startswith("multipart/"):
            form = await request.post()
            parts = {name: one.file.read() if isinstance(one, web.FileField) else one for name, one in form.items()}
        else:
            parts = await request.read()
        self.asked.append((request.method, request.raw_path, parts))
        self.last = request
        body = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        return web.Response(status=self.status, body=body, headers=self.headers)


@pytest.fixture
async def far(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Far]:
    one, app = Far(), web.Application()
    app.router.add_route("*", "/{path:.*}", one.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    monkeypatch.setattr(discord.http.Route, "BASE", f"http://127.0.0.1:{runner.addresses[0][1]}/api/v10")
    yield one
    await runner.cleanup()


@pytest.fixture
async def answers() -> AsyncIterator[Answers]:
    one = Answers()
    yield one
    await one.close()


async def test_a_first_answer_is_one_request(far: Far, answers: Answers) -> None:
    assert await answers.callback(HANDLE, 4, {"content": "Ja \u00fc \ud800"}) == "9"
    ((method, path, body),) = far.asked
    assert (method, path) == ("POST", "/api/v10/interactions/4/to%2Fk%2Ben/callback?with_response=1")
    assert json.loads(body) == {"type": 4, "data": {"content": "Ja \u00fc \ud800"}}
    assert far.last.headers["Content-Type"] == "application/json"
    assert far.last.headers["User-Agent"].startswith("DiscordBot (https://")
    assert "Authorization" not in far.last.headers


async def test_nothing_to_say_is_nothing_sent(far: Far, answers: Answers) -> None:
    far.body = {"interaction": {"id": "4", "type": 3, "response_message_id": None}}
    assert await answers.callback(HANDLE, 6) == ""
    assert json.loads(far.asked[0][2]) == {"type": 6}
    far.status, far.body = 204, b""
    await answers.delete_original(HANDLE)
    assert far.asked[1] == ("DELETE", "/api/v10/webhooks/1/to%2Fk%2Ben/messages/@original", b"")


async def test_files_go_with_every_way_to_say_something(far: Far, answers: Answers) -> None:
    await answers.callback(HANDLE, 4, FILE)
    far.body = {"id": "10", "flags": 64 | 128}
    assert await answers.follow_up(HANDLE, FILE) == "10"
    assert await answers.edit(HANDLE, "10", FILE) == "10"
    assert await answers.edit_original(HANDLE, FILE) == "10"
    told = {"content": "look", "attachments": [{"id": "0", "filename": "a.png", "description": "a sigil"}]}
    bodies = [json.loads(parts["payload_json"]) for _, _, parts in far.asked]
    assert bodies == [{"type": 4, "data": told}, told, told, told]
    assert [parts["files[0]"] for _, _, parts in far.asked] == [b"\x89PNG"] * 4
    assert [(method, path.rpartition("to%2Fk%2Ben")[2]) for method, path, _ in far.asked[1:]] == [
        ("POST", "?wait=1&with_components=1"),
        ("PATCH", "/messages/10?with_components=1"),
        ("PATCH", "/messages/@original"),
    ]
    for shown in (await answers.original(HANDLE), await answers.message(HANDLE, "10")):
        assert shown == Shown("10", 64 | 128)
        assert shown.hidden
        assert shown.loading


@pytest.mark.parametrize(
    ("status", "body", "code", "text"),
    [
        (401, {"code": 50027, "message": "Invalid Webhook Token"}, 50027, "Invalid Webhook Token"),
        (404, {"code": 10062, "message": "Unknown interaction"}, 10062, "Unknown interaction"),
        (403, b"<html>no</html>", 0, "<html>no</html>"),
        (400, [], 0, "[]"),
    ],
)
async def test_refusals_say_why(far: Far, answers: Answers, status: int, body: Any, code: int, text: str) -> None:
    far.status, far.body = status, body
    with pytest.raises(discord.HTTPException) as refused:
        await answers.callback(HANDLE, 4, {"content": "x"})
    assert (refused.value.status, refused.value.code, refused.value.text) == (status, code, text)


@pytest.mark.parametrize(
    ("body", "headers", "pause"), [({"retry_after": 7.5}, {}, 7.5), (b"<", {"Retry-After": "3"}, 3.0)]
)
async def test_a_busy_discord_is_asked_once_and_then_not_for_a_while(
    far: Far, answers: Answers, body: Any, headers: dict[str, str], pause: float
) -> None:
    far.status, far.body, far.headers = 429, body, headers
    with pytest.raises(BusyError) as first:
        await answers.callback(HANDLE, 4, {"content": "x"})
    assert first.value.seconds == pause
    with pytest.raises(BusyError) as second:
        await answers.callback(HANDLE, 4, {"content": "x"})
    assert pause - 1 < second.value.seconds <= pause
    assert len(far.asked) == 1


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_broken_discord_is_asked_once(far: Far, answers: Answers, status: int) -> None:
    far.status, far.body = status, b"upstream"
    with pytest.raises(BrokenError):
        await answers.callback(HANDLE, 4, {"content": "x"})
    with pytest.raises(UncertainError):
        await answers.follow_up(HANDLE, {"content": "x"})
    assert len(far.asked) == 2


@pytest.mark.parametrize("body", [b"", b"<html>", {}, {"interaction": 5}])
async def test_an_answer_that_cannot_be_read(far: Far, answers: Answers, body: Any) -> None:
    far.body = body
    with pytest.raises(msgspec.DecodeError):
        await answers.callback(HANDLE, 4, {"content": "x"})
    with pytest.raises(UncertainError):
        await answers.follow_up(HANDLE, {"content": "x"})
