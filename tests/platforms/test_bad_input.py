"""What a hostile user types and a broken platform sends: a clear sentence or one line in the log, and the next one is answered."""

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from bot.sandbox.api import install
from bot.sandbox.discord.gateway import IDENTIFY
from bot.sandbox.twitch.eventsub import Session
from bot.web.server import create_app
from tests.house import PREFIX, House, said

pytestmark = pytest.mark.asyncio(loop_scope="module")
every = pytest.mark.parametrize("platform", PREFIX)
JUNK: tuple[Any, ...] = (None, 7, "x", [])
API = "/sandbox/api"
NOTICE = {"message_id": "77", "message_type": "notification", "message_timestamp": "2026-01-01T00:00:00Z"}
HARMFUL = re.compile("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0e-\x1f\ud800-\udfff]")


class Watch:
    """What was heard, and what the log says, since it began."""

    def __init__(self, house: House, caplog: pytest.LogCaptureFixture) -> None:
        self.house, self.caplog = house, caplog
        self.heard: set[str] = set()
        house.app.intake.on_heard.append(self._hear)
        caplog.set_level(logging.WARNING)

    def _hear(self, platform: str, event: str) -> None:
        self.heard.add(event)

    async def told(self, *events: str) -> None:
        """Until these events have been dealt with."""
        async with asyncio.timeout(5):
            while not self.heard.issuperset(events):
                await asyncio.sleep(0.002)

    @property
    def lines(self) -> list[str]:
        """What an operator reads. No line comes with a trace."""
        for record in self.caplog.records:
            assert record.exc_info is None, record.getMessage()
            assert "Traceback" not in record.getMessage()
        said = [one.getMessage() for one in self.caplog.records if one.levelno >= logging.WARNING]
        return [line for line in said if "deferral" not in line]  # of an interaction that an earlier test has falsified


@pytest.fixture
def watch(house: House, caplog: pytest.LogCaptureFixture) -> Iterator[Watch]:
    one = Watch(house, caplog)
    yield one
    house.app.intake.on_heard.remove(one._hear)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def http(house: House) -> AsyncIterator[httpx.AsyncClient]:
    pages = create_app(lambda: None)
    install(pages, house.sandbox, house.app.state)
    transport = httpx.ASGITransport(pages, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client


async def answers(house: House, platform: str) -> None:
    """The next good event is answered."""
    assert "Awake" in said(await house.do(platform, "ada", "ping", private=True))


# -- the wire


def spoiled(payload: Any, depth: int = 3) -> Iterator[Any]:
    """Every way to leave out or to falsify one value."""
    if not isinstance(payload, dict) or not depth:
        return
    for key, value in payload.items():
        yield {name: one for name, one in payload.items() if name != key}
        yield from ({**payload, key: junk} for junk in JUNK)
        yield from ({**payload, key: worse} for worse in spoiled(value, depth - 1))


def _id(payload: Any) -> Any:
    """By what a line of Twitch is known."""
    event = payload.get("event")
    return event.get("message_id") if isinstance(event, dict) else None


async def give(house: House, platform: str, kind: str, payload: Any) -> None:
    """Put an event on the wire of a platform."""
    if platform == "discord":
        await house.sandbox.discord.gateway.dispatch(kind, payload, None)
    elif platform == "telegram":
        await house.sandbox.telegram.push(payload)
    else:
        for session in ears(house):
            await session.send(payload)


def ears(house: House) -> list[Session]:
    """The sockets on which the bot itself hears; a broadcaster has another."""
    sockets, bot = house.sandbox.twitch.sockets, house.sandbox.twitch.bot_id
    return [session for id_, session in sockets.sessions.items() if sockets.owners.get(id_) == bot]


def known(sent: Any) -> Iterator[Any]:
    """An event without what frames it, spoiled: what does not name it is left as it is, so that it is known by its id."""
    if "metadata" in sent:
        yield from (
            {**sent, "payload": worse} for worse in spoiled(sent["payload"]) if _id(worse) == _id(sent["payload"])
        )
    elif "update_id" in sent:
        kept = {"update_id": sent["update_id"]}
        yield from ({**kept, **worse} for worse in spoiled({k: v for k, v in sent.items() if k not in kept}) if worse)
    else:
        yield from spoiled(sent)


@every
@pytest.mark.parametrize("private", [True, False])
async def test_no_broken_line_stops_the_next(house: House, watch: Watch, platform: str, private: bool) -> None:
    words = "good morning" if private else f"{PREFIX[platform]}ping"
    line = await house.sandbox.say(platform, "ada", words, private=private)
    for payload in known(line.sent):
        await give(house, platform, "MESSAGE_CREATE", payload)
    await answers(house, platform)
    assert watch.lines
    assert all(re.search("cannot be read|unreadable|skipped", one) for one in watch.lines), watch.lines


async def test_no_broken_interaction_stops_the_next(house: House, watch: Watch) -> None:
    used = await house.sandbox.slash("ada", "bless", {"to": "bob", "amount": 1, "note": "hello"})
    for payload in known(used.sent):
        await give(house, "discord", "INTERACTION_CREATE", payload)
    await answers(house, "discord")
    assert watch.lines
    assert all("cannot be read" in one for one in watch.lines), watch.lines


@pytest.mark.parametrize("platform", ["discord", "telegram"])
async def test_no_broken_press_stops_the_next(house: House, watch: Watch, platform: str) -> None:
    asked = await house.do(platform, "bob", "mirror spawn echo", private=True)
    message = next(wire.about["message"] for wire in asked.replies if wire.about.get("message"))
    pressed = await house.sandbox.press(platform, "bob", str(message), "I agree")
    for payload in known(pressed.sent):
        await give(house, platform, "INTERACTION_CREATE", payload)
    await answers(house, platform)
    assert watch.lines
    assert all("cannot be read" in one for one in watch.lines), watch.lines


@pytest.mark.parametrize(
    ("platform", "kind", "payload"),
    [
        ("discord", "MESSAGE_CREATE", {"id": "77", "content": "!ping"}),
        ("discord", "INTERACTION_CREATE", {"id": "77", "type": 2}),
        ("discord", "GUILD_CREATE", {"id": "77", "channels": 5}),
        ("telegram", "", {"message": {"text": "/ping"}}),
        ("telegram", "", {"callback_query": "x"}),
        ("twitch", "", {"metadata": {**NOTICE, "subscription_type": "channel.chat.message"}}),
        ("twitch", "", {"metadata": {**NOTICE, "subscription_type": "channel.tea"}, "payload": {}}),
    ],
)
async def test_what_cannot_be_read_is_one_line_and_heard(
    house: House, watch: Watch, platform: str, kind: str, payload: Any
) -> None:
    await give(house, platform, kind, payload)
    await answers(house, platform)
    assert len(watch.lines) == 1
    assert "cannot be read" in watch.lines[0]
    assert platform == "telegram" or "77" in watch.heard


@pytest.mark.parametrize(
    ("platform", "kind"), [("discord", "TEA_TIME"), ("twitch", "session_tea"), ("telegram", "tea")]
)
async def test_unknown_kinds_of_events_are_left_out(house: House, watch: Watch, platform: str, kind: str) -> None:
    metadata = {"message_id": "78", "message_type": kind, "message_timestamp": "2026-01-01T00:00:00Z"}
    await give(house, platform, kind, {"metadata": metadata, "payload": {}} if platform == "twitch" else {kind: {}})
    await answers(house, platform)
    assert len(watch.lines) == (platform == "twitch")


async def test_an_update_without_a_number_is_left_behind(house: House, watch: Watch) -> None:
    await house.sandbox.telegram.push({"update_id": 0.5, "message": {}})
    await answers(house, "telegram")
    assert watch.lines == ["Telegram gave an update without a number: skipped. Trying again."]


@pytest.mark.parametrize("frame", ["{", "[]", '"x"'])
async def test_discord_frames_that_are_none(
    house: House, watch: Watch, frame: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house.app.platforms["discord"], "_pause", 0.0)
    gateway = house.sandbox.discord.gateway
    begun = len(identified(gateway.log))
    await gateway.garble(frame)
    async with asyncio.timeout(5):
        while len(identified(gateway.log)) == begun or not gateway.online:
            await asyncio.sleep(0.005)
    await answers(house, "discord")
    assert len([line for line in watch.lines if "Discord is not understood" in line]) == 1


def identified(log: list[tuple[int, Any]]) -> list[int]:
    """How often a session was begun."""
    return [op for op, _ in log if op == IDENTIFY]


@pytest.mark.parametrize(
    "frame", ["{", "[]", "7", "{}", '{"metadata":{}}', '{"metadata":{"message_type":"notification"}}']
)
async def test_twitch_frames_that_are_none(house: House, watch: Watch, frame: str) -> None:
    sockets = house.sandbox.twitch.sockets
    heard, before = len(sockets.subscriptions), ears(house)
    for session in before:
        await session.ws.send_str(frame)

    def hears() -> bool:
        """On the same socket, or on another one: one that is being left hears nothing any more."""
        left = any("connecting again" in line for line in watch.lines)
        return len(sockets.subscriptions) >= heard and not (left and any(one in before for one in ears(house)))

    async with asyncio.timeout(5):
        while not watch.lines or not hears():
            await asyncio.sleep(0.005)
    await answers(house, "twitch")
    assert 1 <= len(watch.lines) <= 2


# -- what people type


@every
async def test_no_harmful_character_comes_back(house: House, watch: Watch, platform: str) -> None:
    bad = "\u202e\u2066\x00\x07\ud800"
    for line in (
        f"bless @bob 1 n{bad}ote",
        f"bless @no{bad}body 1",
        f"vault put n{bad}ame w{bad}ords",
        f"vault get n{bad}ame",
        f"mirror spawn e{bad}cho",
        f"fro{bad}b",
        f"link {bad}",
        f"answer {bad}",
    ):
        answer = said(await house.do(platform, "ada", line, private=True))
        assert answer, line
        assert not HARMFUL.search(answer), line
    assert watch.lines == []


@every
async def test_names_cannot_break_anything(house: House, watch: Watch, platform: str) -> None:
    name = "\u202eadA\x00\ud800" + "x" * 5_000
    line = await house.do(platform, "cleo", "balance", private=True)
    text = json.dumps(line.sent)
    fields = {"discord": "global_name", "twitch": "from_user_name", "telegram": "first_name"}
    said_so = f'"{fields[platform]}": {json.dumps(name)}'
    spelled = re.sub(rf'"{fields[platform]}": ("[^"]*"|null)', lambda _: said_so, text)
    assert spelled != text
    payload = json.loads(spelled.replace('"balance"', '"ping"').replace("balance", "ping"))
    event = fresh(platform, payload)
    before = house.sandbox.world.record.last
    await give(house, platform, "MESSAGE_CREATE", payload)
    await watch.told(event)
    await house.app.intake.quiet()
    shown = [wire for wire in house.sandbox.world.record.since(before) if "Awake" in json.dumps(wire.payload)]
    assert shown
    assert not HARMFUL.search(json.dumps(shown[0].payload, ensure_ascii=False))
    assert len(json.dumps(shown[0].payload)) < 2_000
    assert watch.lines == []


def fresh(platform: str, payload: Any) -> str:
    """Give an event an id of its own."""
    if platform == "discord":
        payload["id"] = str(int(payload["id"]) + 1)
        return str(payload["id"])
    if platform == "telegram":
        payload.pop("update_id")
        payload["update_id"] = 4_000_000_000
        return "4000000000"
    payload["payload"]["event"]["whisper_id"] += "-again"
    payload["metadata"]["message_id"] += "-again"
    return str(payload["metadata"]["message_id"])


# -- the same again


@every
async def test_the_same_line_twice_is_one_answer(house: House, platform: str) -> None:
    for line in ("ping", "frobnicate", "bless @nobodyatall 1"):
        first = await house.do(platform, "ada", line, private=True, event_id=f"{platform} {line}")
        await house.app.intake.quiet()
        again = await house.do(platform, "ada", line, private=True, event_id=f"{platform} {line}")
        assert said(first)
        assert again.sent == first.sent
        assert again.replies == []


@pytest.mark.parametrize("platform", ["discord", "telegram"])
async def test_a_button_pressed_twice_at_once_or_by_another_is_one_effect(house: House, platform: str) -> None:
    asked = await house.do(platform, "cleo", "mirror spawn echo")
    message = str(next(wire.about["message"] for wire in asked.replies if wire.about.get("message")))
    before = (await house.app.state())["accepted"]
    if next(wire for wire in asked.replies if wire.about.get("message")).about.get("private_to") is None:
        assert "somebody else" in said(await house.sandbox.press(platform, "bob", message, "I agree"))
    both = await asyncio.gather(
        *(house.sandbox.press(platform, "cleo", message, "I agree", event_id=f"{platform} p{n}") for n in (1, 2))
    )
    again = await house.sandbox.press(platform, "cleo", message, "I agree", event_id=f"{platform} p1")
    assert "".join(said(one) for one in both)
    assert said(again) == ""
    assert (await house.app.state())["accepted"] == before + 1


# -- the control API


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("discord/slash", '{"user":"ada","command":"bless","options":{"to":"bob","amount":Infinity}}'),
        ("discord/slash", '{"user":"ada","command":"bless","options":{"to":"bob","amount":1e999}}'),
        ("discord/slash", '{"user":"ada","command":"bless","options":{"to":"bob","amount":2.5}}'),
        ("discord/slash", '{"user":"ada","command":"bless","options":{"to":"bob","amount":true}}'),
        ("discord/slash", '{"user":"ada","command":"bless","options":{"to":["bob"],"amount":1}}'),
        ("discord/slash", '{"user":"ada","command":"bless","options":{"to":"eve","amount":1}}'),
        ("discord/slash", '{"user":"ada","command":"bless","options":{"\\ud800":1}}'),
        ("discord/slash", '{"user":"ada","command":"bless","options":[]}'),
        ("discord/slash", '{"user":"ada","command":"nope"}'),
        ("discord/slash", '{"user":"ada","command":"bless","options":{"to":"bob","note":"%s"}}' % ("x" * 100_000)),
        ("discord/press", '{"user":"ada","message":"%s","button":"x"}' % ("9" * 5_000)),
        ("telegram/press", '{"user":"ada","message":"%s","button":"x"}' % ("9" * 5_000)),
        ("telegram/press", '{"user":"ada","message":{},"button":"x"}'),
        ("telegram/press", '{"user":"eve","message":"1","button":"x"}'),
        *(
            (f"{platform}/say", body)
            for platform in PREFIX
            for body in (
                '{"user":"ada","text":"/bless @bob 1 %s"}' % ("x" * 100_000),
                '{"user":"ada","text":" "}',
                '{"user":"ada","text":null}',
                '{"user":"\\ud800","text":"x"}',
                '{"user":"ada","text":"x","\\ud800":1}',
                '{"user":"ada","text":"x","channel":"\\u202e"}',
                '{"user":"ada","text":"x","private":"perhaps"}',
                "null",
                "[1]",
                "",
                "{",
                "[" * 100_000,
            )
        ),
    ],
)
async def test_what_the_control_api_refuses(http: httpx.AsyncClient, path: str, body: str) -> None:
    answer = await http.post(f"{API}/{path}", content=body, headers={"content-type": "application/json"})
    assert 400 <= answer.status_code < 500
    assert set(answer.json()) == {"error", "reason"}
    assert answer.json()["reason"]


@pytest.mark.parametrize("origin", ["http://[", "http://[::", "x", ""])
async def test_origins_that_are_none_are_refused(http: httpx.AsyncClient, origin: str) -> None:
    answer = await http.get(f"{API}/world", headers={"origin": origin})
    assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")


@pytest.mark.parametrize("path", ["discord/say", "discord/slash", "discord/press", "twitch/say", "telegram/press"])
async def test_verbs_are_posted(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.get(f"{API}/{path}")
    assert (answer.status_code, answer.json()["error"]) == (405, "method")
