"""What Twitch sends, whole and odd: read, or left out."""

import asyncio
import json
from collections.abc import Awaitable, Iterator
from typing import Any

import pytest

from bot.adapter import Acceptance, Outcome, Refused, RetryAfter, Sent, Unknown
from bot.command import Invocation
from bot.events import Cheered, Followed, Gifted, Raided, Redeemed, Subscribed, WentLive, WentOffline
from bot.platforms.twitch import happenings, wire
from bot.platforms.twitch.incoming import paid, spoken
from bot.platforms.twitch.sending import attempt
from bot.sandbox.twitch.people import BOT
from bot.sandbox.twitch.wire import chat_event, new_id
from bot.users import User
from tests.platforms.twitch.stage import Stage, until

ADA, BOB = User("twitch", "41001", "ada", "ada"), User("twitch", "41002", "bob", "bob")
CHAT = "channel.chat.message"
LEAST: dict[str, Any] = {
    "broadcaster_user_id": ADA.id,
    "chatter_user_id": BOB.id,
    "chatter_user_login": "bob",
    "chatter_user_name": "Bob",
    "message_id": "1",
    "message": {"fragments": [{"text": "!balance"}]},
    "badges": [],
}
REPLY = {
    "parent_message_id": "0",
    "parent_message_body": "What do you seek?",
    "parent_user_id": BOT.id,
    "parent_user_login": BOT.handle,
    "parent_user_name": BOT.name,
}


def framed(kind: str, event: Any) -> str:
    about = {"message_id": "7", "message_type": "notification", "message_timestamp": "2026-05-01T10:11:12.464757833Z"}
    return json.dumps({"metadata": {**about, "subscription_type": kind}, "payload": {"event": event}})


def heard(text: str) -> Any:
    frame = wire.frame(text)
    return wire.event(frame.metadata.subscription_type, frame.payload)


def line(**more: Any) -> wire.Line:
    found = heard(framed(CHAT, {**LEAST, **more}))
    assert isinstance(found, wire.Line)
    return found


def test_of_a_line_no_more_is_needed_than_who_said_what_where() -> None:
    least = line()
    assert spoken(least, BOT, "!") == ("!balance", False)
    assert (least.cheer, least.reply, least.source_broadcaster_user_id, paid(least)) == (None, None, None, None)
    unsaid = dict.fromkeys(("cheer", "reply", "channel_points_custom_reward_id", "source_message_id", "color"))
    assert line(**unsaid, tea=[{"milk": True}]) == least


@pytest.mark.parametrize("name", LEAST)
@pytest.mark.parametrize("junk", [None, 7, [7], {}])
def test_a_line_without_one_of_these_is_none(name: str, junk: object) -> None:
    with pytest.raises(ValueError, match=name):
        line(**{name: junk})
    with pytest.raises(ValueError, match=name):
        heard(framed(CHAT, {key: value for key, value in LEAST.items() if key != name}))


def test_what_is_paid_for_is_known_as_such() -> None:
    assert paid(line(cheer={"bits": 100})) is Cheered
    assert paid(line(channel_points_custom_reward_id="9")) is Redeemed
    with pytest.raises(ValueError, match="bits"):
        line(cheer={"bits": "many"})


def test_a_reply_begins_with_the_name_of_whom_it_is_to() -> None:
    words = {"fragments": [{"text": "@soulfra", "mention": None}, {"text": " !balance"}]}
    assert spoken(line(message=words, reply=REPLY), BOT, "!") == ("!balance", True)
    with pytest.raises(ValueError, match="parent_user_id"):
        line(reply={**REPLY, "parent_user_id": None})


def test_pieces_of_any_kind_are_their_text() -> None:
    pieces = [
        {"type": "emote", "text": "Kappa", "emote": {"id": "25", "emote_set_id": "0", "owner_id": "0", "format": []}},
        {"type": "cheermote", "text": " Cheer5 ", "cheermote": {"prefix": "cheer", "bits": 5, "tier": 1}},
        {"type": "mention", "text": "@レン", "mention": {"user_id": "77", "user_login": "ren", "user_name": "レン"}},
        {"type": "hologram", "text": "!", "hologram": 7},
    ]
    assert spoken(line(message={"text": "?", "fragments": pieces}), BOT, "!") == ("Kappa Cheer5 @ren!", False)


@pytest.mark.parametrize("code", [0xD800, 0xDFFF])
def test_half_a_surrogate_pair_is_a_mark(code: int) -> None:
    half = chr(code)
    found = line(message={"fragments": [{"text": f"{half}\U0001f600 {half}"}]}, chatter_user_name=f"B{half}b")
    assert found.message.fragments[0].text == "\ufffd\U0001f600 \ufffd"
    assert found.chatter_user_name == "B\ufffdb"


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "{",
        "7",
        "[]",
        "{}",
        "\x00",
        '{"metadata":[]}',
        '{"metadata":{"message_type":"notification"}}',
        "[" * 100_000,
    ],
)
def test_what_is_no_frame(frame: str) -> None:
    with pytest.raises((ValueError, RecursionError)):
        wire.frame(frame)


@pytest.mark.parametrize("payload", ["null", "[]", "7", '{"event":null}', '{"subscription":{}}'])
def test_what_is_no_event(payload: str) -> None:
    frame = wire.frame(framed(CHAT, None).replace('{"event": null}', payload))
    assert frame.metadata.message_id == "7"
    with pytest.raises(ValueError, match=r"Expected|missing"):
        wire.event(CHAT, frame.payload)
    with pytest.raises(KeyError):
        wire.event("channel.chat.notification", frame.payload)


# -- what happens


def spoiled(event: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every way to leave out or to falsify one value."""
    for key, value in event.items():
        yield {name: one for name, one in event.items() if name != key}
        yield from ({**event, key: junk} for junk in (None, -7, 0.5, "x", "", [], {}, True))
        if isinstance(value, dict):
            yield from ({**event, key: worse} for worse in spoiled(value))


async def test_odd_events_are_read_or_left_out(stage: Stage) -> None:
    await stage.watch(Followed, Subscribed, Gifted, Raided, Cheered, Redeemed, WentLive, WentOffline)
    twitch = stage.twitch
    twitch.reward("Bless", 100)
    for does in (
        twitch.follow("cleo"),
        twitch.subscribe("cleo", 2),
        twitch.subscribe("cleo", 3, months=7, text="seven!"),
        twitch.gift("bob", 5),
        twitch.gift(None, 5),
        twitch.raid("bob", 12),
        twitch.cheer("cleo", 100, "well done"),
        twitch.redeem("cleo", "Bless", "@bob"),
        twitch.live(),
        twitch.offline(),
    ):
        await stage.happening(does)
    frames = [one.payload for one in stage.world.record.since(0) if one.direction == "in" and "payload" in one.payload]
    kinds = {one["metadata"]["subscription_type"] for one in frames}
    assert len(kinds - {CHAT}) == 9
    for frame in frames:
        if (kind := frame["metadata"]["subscription_type"]) != CHAT:
            read = [_read(framed(kind, event)) for event in spoiled(frame["payload"]["event"])]
            assert any(read)
            assert not all(read)


def _read(text: str) -> bool:
    """Nothing but `ValueError` is raised."""
    try:
        happened, room = happenings.happening(wire.frame(text).metadata, heard(text))
    except ValueError:
        return False
    assert isinstance(room, User)
    assert happened.id == "twitch:7"
    assert happened.at == 1_777_630_272_464_757
    return True


# -- one after the other


async def _give(stage: Stage, kind: str, event: object) -> None:
    one = {"type": kind, "version": "1"}
    [session] = stage.twitch.sockets.sessions.values()
    await session.send(stage.twitch.sockets.frame("notification", {"subscription": one, "event": event}, one))


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        (CHAT, {}),
        (CHAT, None),
        (CHAT, {**LEAST, "chatter_user_id": 7}),
        (CHAT, {**LEAST, "badges": None}),
        ("channel.chat.notification", {**LEAST, "notice_type": "announcement"}),
        ("user.whisper.message", {"whisper": {"text": "!balance"}}),
    ],
)
async def test_what_cannot_be_read_is_told_and_the_next_is_taken(
    stage: Stage, caplog: pytest.LogCaptureFixture, kind: str, event: object
) -> None:
    await _give(stage, kind, event)
    await stage.asked("bob", "!balance")
    assert f"a {kind} that cannot be read" in caplog.text
    assert "!balance" not in caplog.text
    await until(lambda: len(stage.ingress.events) == 2)
    assert len(stage.ingress.asked) == 1


async def test_lines_of_a_shared_chat_from_elsewhere_are_taken_with_their_first_id(stage: Stage) -> None:
    event = {**LEAST, "source_broadcaster_user_id": "99", "source_message_id": "first"}
    await _give(stage, CHAT, event)
    async with asyncio.timeout(5):
        asked = await stage.ingress.taken.get()
    assert (asked.id, asked.reply.message) == ("twitch:first", "1")
    await _give(stage, CHAT, {**event, "source_broadcaster_user_id": ADA.id})
    await until(lambda: len(stage.ingress.events) == 2)
    assert stage.ingress.taken.empty()


async def test_a_line_that_waits_does_not_hold_the_next_and_all_come_in_their_order(stage: Stage) -> None:
    free, order = asyncio.Event(), list[str]()

    async def wait() -> Acceptance:
        await free.wait()
        return "accepted"

    def submit(invocation: Invocation) -> Awaitable[Acceptance]:
        order.append(invocation.text)
        return wait()

    stage.ingress.submit = submit  # type: ignore[method-assign]
    for number in range(20):
        await _give(stage, CHAT, chat_event(ADA, BOB, f"!{number}", [], lambda _: None, message_id=new_id()))
    await until(lambda: len(order) == 20)
    assert order == [f"!{number}" for number in range(20)]
    assert stage.ingress.events == []
    free.set()
    await until(lambda: len(stage.ingress.events) == 20)


# -- what is answered


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ({"data": [{"message_id": "1", "is_sent": True}]}, Sent("1")),
        ({"data": [{"message_id": "1", "is_sent": True, "drop_reason": None}]}, Sent("1")),
        ({"data": [{"message_id": "", "is_sent": False, "drop_reason": {"code": "rate_limited"}}]}, RetryAfter(5.0)),
        ({"data": [{"message_id": None, "is_sent": False, "drop_reason": {"code": "held"}}]}, Refused("held")),
        ({"data": [{"message_id": None, "is_sent": False, "drop_reason": {}}]}, Refused("not sent")),
        *((odd, Unknown("ValidationError")) for odd in ({}, [], "", {"data": []}, {"data": [{"is_sent": True}]})),
    ],
)
async def test_what_the_answer_to_a_line_means(answer: object, outcome: Outcome) -> None:
    async def call() -> object:
        return answer

    assert await attempt(call()) == outcome


async def test_a_line_that_is_too_long_is_not_sent(stage: Stage) -> None:
    asked = await stage.asked("ada", "!balance")
    outcomes = [await stage.answer(asked.reply, "x" * 499) for _ in range(3)]
    assert [type(one).__name__ for [one] in outcomes] == ["Sent", "Sent", "Refused"]
    assert len(stage.requests("/chat/messages")) == 2
