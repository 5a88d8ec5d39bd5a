"""The control API: what outside checks and the page rely on."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from bot.sandbox.sandbox import Hear, Sandbox, shows
from bot.sandbox.world import Wire
from bot.web.server import BODY
from config.settings import Settings
from tests.sandbox.scene import LOUNGE, Bot

API = "/sandbox/api"
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def http(address: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=10) as client:
        yield client


async def test_the_world(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    world = (await http.get(f"{API}/world")).json()
    assert [(one["name"], one["role"]) for one in world["people"]] == [
        ("ada", "owner"),
        ("bob", "moderator"),
        ("cleo", "member"),
    ]
    assert all(set(one["ids"]) == {"discord", "twitch", "telegram"} for one in world["people"])
    discord = world["platforms"]["discord"]
    assert discord["channels"][0]["server"] == discord["servers"][0]["id"]
    assert world["platforms"]["twitch"]["bot"] == sandbox.twitch.bot_id


async def test_the_numbers_come_from_the_app(http: httpx.AsyncClient) -> None:
    assert (await http.get(f"{API}/state")).json() == {"ledger_sum": 0, "accepted": 12, "finished": 11, "delivered": 10}


@pytest.mark.parametrize(
    ("path", "body", "status", "reason"),
    [
        ("discord/say", {"user": "mallory", "text": "hello"}, 400, "nobody is called 'mallory'"),
        ("telegram/say", {"user": "ada", "text": "hello", "channel": "cellar"}, 400, "cellar"),
        ("icq/say", {"user": "ada", "text": "hello"}, 404, "Not Found"),
        ("discord/say", {"user": "ada", "text": "x", "files": [{"name": "a"}]}, 422, "files.0.data"),
        ("twitch/cheer", {"user": "ada", "bits": 0}, 422, "bits"),
        ("twitch/slash", {"user": "ada", "command": "ping"}, 404, "Not Found"),
        ("discord/say", {"user": "ada"}, 422, "text: Field required"),
        ("discord/say", {"user": "ada", "text": "x", "colour": "red"}, 422, "colour"),
        ("discord/press", {"user": "ada", "message": "1", "button": "yes"}, 400, "1"),
        ("twitch/press", {"user": "ada", "message": "1", "button": "yes"}, 400, "no buttons"),
    ],
)
async def test_what_makes_no_sense_is_refused_with_a_reason(
    http: httpx.AsyncClient, path: str, body: dict[str, object], status: int, reason: str
) -> None:
    answer = await http.post(f"{API}/{path}", json=body)
    assert answer.status_code == status
    assert set(answer.json()) == {"error", "reason"}
    assert reason in answer.json()["reason"]


async def test_a_body_that_is_not_json(http: httpx.AsyncClient) -> None:
    answer = await http.post(f"{API}/discord/say", content=b"{", headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["error"]) == (400, "malformed")


async def test_a_body_that_is_too_large(http: httpx.AsyncClient) -> None:
    answer = await http.post(f"{API}/discord/say", json={"user": "ada", "text": "x" * BODY})
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large"), answer.text


@pytest.mark.parametrize(
    "headers",
    [{"host": "evil.example"}, {"host": "evil.example:8080"}, {"origin": "https://evil.example"}, {"origin": "null"}],
)
async def test_other_sites_are_refused(http: httpx.AsyncClient, headers: dict[str, str]) -> None:
    for path in ("/", f"{API}/world", f"{API}/wire"):
        answer = await http.get(path, headers=headers)
        assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")


async def test_other_sites_cannot_make_anybody_speak(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    body = {"user": "ada", "text": "!bless @bob 5"}
    assert (
        await http.post(f"{API}/discord/say", json=body, headers={"origin": "http://127.0.0.1:1"})
    ).status_code == 403
    assert (await http.post(f"{API}/discord/say", data=body)).status_code == 422
    assert sandbox.world.record.last == 0


async def test_the_own_page_is_let_in(http: httpx.AsyncClient, address: str) -> None:
    assert (await http.get(f"{API}/world", headers={"origin": address})).status_code == 200
    port = address.rpartition(":")[2]
    assert (await http.get(f"{API}/world", headers={"host": f"localhost:{port}"})).status_code == 200


async def test_the_long_poll_answers_when_something_happens(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    waiting = asyncio.create_task(http.get(f"{API}/wire", params={"after": 0, "wait": 8}))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    sandbox.world.record.add("twitch", "out", "POST /helix/chat/messages", {"message": "hi"}, status=200)
    news = (await waiting).json()
    assert (news["last"], news["wires"][0]["payload"]) == (1, {"message": "hi"})
    assert (await http.get(f"{API}/wire", params={"after": 1})).json()["wires"] == []


async def test_files_on_the_wire_are_shown_as_their_size(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.world.record.add("telegram", "out", "POST /bot1:x/sendPhoto", {"photo": b"12345"}, status=200)
    assert (await http.get(f"{API}/wire")).json()["wires"][0]["payload"] == {"photo": "(5 bytes)"}


@pytest.mark.usefixtures("listening")
async def test_files_of_messages_are_handed_out(http: httpx.AsyncClient) -> None:
    one = {"name": "a.html", "data": "PGI+", "type": "text/html"}
    said = (await http.post(f"{API}/discord/say", json={"user": "ada", "text": "look", "files": [one]})).json()["sent"]
    found = await http.get(f"{API}/discord/files/{said['attachments'][0]['id']}")
    assert (found.content, found.headers["x-content-type-options"]) == (b"<b>", "nosniff")
    assert "sandbox" in found.headers["content-security-policy"]
    assert (await http.get(f"{API}/discord/files/7")).status_code == 404
    wrong = {"user": "ada", "command": "weigh", "options": {"file": {"name": "a", "data": "abc"}}}
    assert "base64" in (await http.post(f"{API}/discord/slash", json=wrong)).json()["reason"]


async def test_a_reward_is_made_once(http: httpx.AsyncClient) -> None:
    for title in ("Candle", "candle"):
        assert (await http.post(f"{API}/twitch/reward", json={"title": title})).json() == {"rewards": ["Candle"]}


async def test_settings_lead_to_the_sandbox(sandbox: Sandbox) -> None:
    made = sandbox.settings(Settings())
    assert made.discord.address == sandbox.discord.address
    assert made.discord.token is not None
    assert made.discord.token.get_secret_value() == sandbox.discord.token
    assert made.twitch.channels == ["ada"]
    assert made.telegram.token is not None
    assert made.telegram.token.get_secret_value() == sandbox.telegram.bot_token
    assert sandbox.twitch.access_token not in repr(made)


def _wire(platform: str, name: str) -> Wire:
    return Wire(1, 0.0, platform, "out", name, {})


@pytest.mark.parametrize(
    ("platform", "name", "shown"),
    [
        ("discord", "POST /api/v10/interactions/1/tok/callback", True),
        ("discord", "POST /api/v10/interactions/1/tok/callback?with_response=true", True),
        ("discord", "PATCH /api/v10/webhooks/9/tok/messages/@original", True),
        ("discord", "POST /api/v10/webhooks/9/tok", True),
        ("discord", "POST /api/v10/channels/3/messages", True),
        ("discord", "PUT /api/v10/applications/9/commands", False),
        ("discord", "POST /api/v10/users/@me/channels", False),
        ("discord", "GET /api/v10/channels/3/messages/4", False),
        ("discord", "PUT /api/v10/channels/3/messages/4/reactions/%F0%9F%91%8D/@me", True),
        ("twitch", "PATCH /helix/channel_points/custom_rewards/redemptions", True),
        ("telegram", "setMessageReaction", True),
        ("telegram", "sendMessageDraft", True),
        ("telegram", "answerInlineQuery", True),
        ("twitch", "POST /helix/chat/messages", True),
        ("twitch", "POST /helix/whispers", True),
        ("twitch", "POST /helix/eventsub/subscriptions", False),
        ("telegram", "POST /bot1:x/sendMessage", True),
        ("telegram", "answerCallbackQuery", True),
        ("telegram", "editMessageText", True),
        ("telegram", "sendChatAction", False),
        ("telegram", "getUpdates", False),
        ("telegram", "deleteWebhook", False),
    ],
)
async def test_what_counts_as_a_reply(platform: str, name: str, shown: bool) -> None:
    assert shows(_wire(platform, name)) is shown


async def _answer(sandbox: Sandbox, bot: Bot) -> None:
    """Answers two lines on Discord, the later one first; nothing is quiet before both are."""
    hearers: list[Hear] = []
    open_lines = 2
    sandbox.attach(hearers.append, lambda: open_lines > 0)
    lines = [wire async for wire in _lines(sandbox, open_lines)]
    for wire in reversed(lines):
        reply = {"content": f"re: {wire.payload['content']}", "message_reference": {"message_id": wire.payload["id"]}}
        await bot.discord("POST", f"/channels/{LOUNGE}/messages", reply)
        hearers[0]("discord", wire.about["event"])
        open_lines -= 1


async def _lines(sandbox: Sandbox, count: int) -> AsyncIterator[Wire]:
    last = 0
    while count:
        for wire in await sandbox.world.record.wait(last, 8):
            last, count = wire.seq, count - 1
            yield wire


async def test_replies_come_back_to_the_one_who_caused_them(
    http: httpx.AsyncClient, sandbox: Sandbox, bot: Bot
) -> None:
    async def said(user: str) -> dict[str, Any]:
        answer = await http.post(f"{API}/discord/say", json={"user": user, "text": f"I am {user}"})
        return dict(answer.json())

    _, ada, bob = await asyncio.gather(_answer(sandbox, bot), said("ada"), said("bob"))
    for user, got in (("ada", ada), ("bob", bob)):
        assert got["sent"]["content"] == f"I am {user}"
        assert [reply["payload"]["content"] for reply in got["replies"]] == [f"re: I am {user}"]
        assert got["replies"][0]["status"] == 200
        assert got["ms"] > 0


@pytest.mark.usefixtures("listening")
async def test_the_same_event_id_is_the_same_event(http: httpx.AsyncClient) -> None:
    body = {"user": "ada", "text": "/ping", "event_id": "one"}
    first, again = [(await http.post(f"{API}/telegram/say", json=body)).json() for _ in range(2)]
    assert first["sent"] == again["sent"]


async def test_a_silent_house_is_waited_for_and_no_longer(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sandbox.sandbox.PATIENCE", 0.05)
    answer = await http.post(f"{API}/discord/say", json={"user": "ada", "text": "anybody?"})
    assert answer.json()["replies"] == []
    assert answer.json()["ms"] >= 50
