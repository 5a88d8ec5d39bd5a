"""Events of channels: what subscribing takes, and how they arrive."""

from typing import Any

import pytest

from bot.sandbox.emulator import Delivered
from bot.sandbox.twitch.oauth import BROADCASTER
from bot.sandbox.twitch.people import BOT
from bot.sandbox.world import SandboxError
from tests.sandbox.twitch.wire import Bare

ADA, BOB = "41001", "41002"
ROOM = {"broadcaster_user_id": ADA}
HERS = [
    ("channel.subscribe", "channel:read:subscriptions"),
    ("channel.subscription.gift", "channel:read:subscriptions"),
    ("channel.subscription.message", "channel:read:subscriptions"),
    ("channel.cheer", "bits:read"),
    ("channel.channel_points_custom_reward_redemption.add", "channel:manage:redemptions"),
]


async def _session(bare: Bare) -> tuple[Any, str]:
    ws, welcome = await bare.socket()
    return ws, str(welcome["payload"]["session"]["id"])


@pytest.mark.parametrize(("kind", "scope"), HERS)
async def test_the_broadcasters_own_token_and_its_scope_are_needed(bare: Bare, kind: str, scope: str) -> None:
    _, session = await _session(bare)
    assert (await bare.subscribe(session, kind, condition=ROOM))[0] == 403  # the bot's token
    poor, _ = bare.twitch.authorise("ada", ("user:read:chat",))
    assert (await bare.subscribe(session, kind, poor, condition=ROOM))[0] == 403
    other, _ = bare.twitch.authorise("bob", (scope,))
    assert (await bare.subscribe(session, kind, other, condition=ROOM))[0] == 403
    good, _ = bare.twitch.authorise("ada", (scope,))
    assert (await bare.subscribe(session, kind, good, condition=ROOM))[0] == 202


async def test_follows_take_a_moderator_with_the_scope(bare: Bare) -> None:
    _, session = await _session(bare)
    condition = ROOM | {"moderator_user_id": BOT.id}
    assert (await bare.subscribe(session, "channel.follow", version="2", condition=condition))[0] == 403
    bare.twitch.people.bot_moderates = True
    assert (await bare.subscribe(session, "channel.follow", version="1", condition=condition))[0] == 400
    assert (await bare.subscribe(session, "channel.follow", version="2", condition=ROOM))[0] == 400
    other = ROOM | {"moderator_user_id": BOB}
    assert (await bare.subscribe(session, "channel.follow", version="2", condition=other))[0] == 403
    assert (await bare.subscribe(session, "channel.follow", version="2", condition=condition))[0] == 202


@pytest.mark.parametrize(
    ("kind", "condition", "status"),
    [
        ("channel.raid", {"to_broadcaster_user_id": ADA}, 202),
        ("channel.raid", {"to_broadcaster_user_id": ADA, "from_broadcaster_user_id": ""}, 202),
        ("channel.raid", {"to_broadcaster_user_id": ADA, "from_broadcaster_user_id": BOB}, 400),
        ("channel.raid", {}, 400),
        ("channel.raid", ROOM, 400),
        ("stream.online", ROOM, 202),
        ("stream.offline", {"broadcaster_user_id": "1"}, 400),
        ("stream.offline", {"broadcaster_user_id": 41001}, 400),
        ("stream.offline", ROOM | {"user_id": ADA}, 400),
        ("stream.offline", [], 400),
    ],
)
async def test_conditions(bare: Bare, kind: str, condition: Any, status: int) -> None:
    _, session = await _session(bare)
    assert (await bare.subscribe(session, kind, condition=condition))[0] == status


async def test_one_socket_is_one_users(bare: Bare) -> None:
    _, session = await _session(bare)
    await bare.subscribe(session)
    token, _ = bare.twitch.authorise("ada")
    status, body = await bare.subscribe(session, "channel.cheer", token, condition=ROOM)
    assert (status, body["message"]) == (
        400,
        "websocket transport cannot have subscriptions created by different users",
    )


async def test_what_nobody_authorised_costs(bare: Bare) -> None:
    _, session = await _session(bare)
    assert (await bare.subscribe(session, "stream.online", condition=ROOM))[1]["data"][0]["cost"] == 1
    bare.twitch.authorise("ada")
    body = (await bare.subscribe(session, "stream.offline", condition=ROOM))[1]
    assert (body["data"][0]["cost"], body["total_cost"], body["max_total_cost"]) == (0, 1, 10)


async def test_too_much_cost_is_refused(bare: Bare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.sandbox.twitch.eventsub._MAX_COST", 1)
    _, session = await _session(bare)
    assert (await bare.subscribe(session, "stream.online", condition=ROOM))[0] == 202
    assert (await bare.subscribe(session, "stream.offline", condition=ROOM))[0] == 429


async def _listening(bare: Bare, kind: str, **condition: str) -> Any:
    ws, session = await _session(bare)
    token, _ = bare.twitch.authorise("ada", BROADCASTER)
    version = "2" if kind == "channel.follow" else "1"
    status, _ = await bare.subscribe(session, kind, token, version=version, condition=condition or ROOM)
    assert status == 202
    return ws


USER = {"user_id": "41003", "user_login": "cleo", "user_name": "cleo"}


async def test_every_event_has_the_keys_that_twitch_names(bare: Bare) -> None:
    twitch = bare.twitch
    twitch.reward("Bless", 5)
    nobody = dict.fromkeys(USER)
    room = {"broadcaster_user_id": ADA, "broadcaster_user_login": "ada", "broadcaster_user_name": "ada"}
    follow = {"broadcaster_user_id": ADA, "moderator_user_id": ADA}
    cases = [
        ("channel.follow", follow, lambda: twitch.follow("cleo"), room | USER, {"followed_at"}),
        ("channel.subscribe", ROOM, lambda: twitch.subscribe("cleo"), room | USER | {"tier": "1000"}, {"is_gift"}),
        (
            "channel.subscription.message",
            ROOM,
            lambda: twitch.subscribe("cleo", 2, 3, text="hi"),
            room | USER | {"tier": "2000", "cumulative_months": 3, "message": {"text": "hi", "emotes": []}},
            {"streak_months", "duration_months"},
        ),
        (
            "channel.subscription.gift",
            ROOM,
            lambda: twitch.gift(None, 3),
            room | nobody | {"total": 3, "is_anonymous": True},
            {"tier", "cumulative_total"},
        ),
        (
            "channel.cheer",
            ROOM,
            lambda: twitch.cheer("cleo", 7, "hi"),
            room | USER | {"bits": 7, "message": "Cheer7 hi", "is_anonymous": False},
            set(),
        ),
        (
            "channel.channel_points_custom_reward_redemption.add",
            ROOM,
            lambda: twitch.redeem("cleo", "bless", "hi"),
            room | USER | {"user_input": "hi", "status": "unfulfilled"},
            {"id", "redeemed_at", "reward"},
        ),
        ("stream.online", ROOM, twitch.live, room | {"type": "live"}, {"id", "started_at"}),
        ("stream.offline", ROOM, twitch.offline, room, {"id"}),
    ]
    for kind, condition, does, event, keys in cases:
        ws = await _listening(bare, kind, **condition)
        delivered: Delivered = await does()
        frame = (await ws.receive()).json()
        assert frame == delivered.payload
        said = frame["payload"]["event"]
        assert said.items() >= event.items()
        assert set(said) == set(event) | keys
        await ws.close()


async def test_a_raid_names_both_ends(bare: Bare) -> None:
    ws = await _listening(bare, "channel.raid", to_broadcaster_user_id=ADA)
    await bare.twitch.raid("bob", 12)
    event = (await ws.receive()).json()["payload"]["event"]
    assert (event["from_broadcaster_user_login"], event["to_broadcaster_user_login"], event["viewers"]) == (
        "bob",
        "ada",
        12,
    )
    assert len(event) == 7


async def test_one_reward_alone_can_be_listened_to(bare: Bare) -> None:
    one, other = bare.twitch.reward("Bless", 5), bare.twitch.reward("Curse", 5)
    kind = "channel.channel_points_custom_reward_redemption.add"
    ws = await _listening(bare, kind, broadcaster_user_id=ADA, reward_id=one.id)
    with pytest.raises(SandboxError, match="does not listen"):
        await bare.twitch.redeem("cleo", other.title)
    await bare.twitch.redeem("cleo", one.title)
    assert (await ws.receive()).json()["payload"]["event"]["reward"]["title"] == "Bless"


async def test_begin_and_end_are_one_streams(bare: Bare) -> None:
    live = await _listening(bare, "stream.online")
    ended = await _listening(bare, "stream.offline")
    for _ in range(2):
        await bare.twitch.live()
        await bare.twitch.offline()
    begun = [(await live.receive()).json()["payload"]["event"]["id"] for _ in range(2)]
    assert begun == [(await ended.receive()).json()["payload"]["event"]["id"] for _ in range(2)]
    assert begun[0] != begun[1]


async def test_the_same_happening_again_is_the_same_frame(bare: Bare) -> None:
    bare.twitch.reward("Bless", 5)
    await _listening(bare, "channel.channel_points_custom_reward_redemption.add")
    first = await bare.twitch.redeem("cleo", "Bless", event_id="one")
    again = await bare.twitch.redeem("cleo", "Bless", event_id="one")
    assert first == again
    assert len(bare.twitch.points.redemptions) == 1
    assert bare.twitch.points.balances[ADA, "41003"] == 9_995


async def test_a_broadcaster_alone_is_revoked(bare: Bare) -> None:
    ws = await _listening(bare, "channel.cheer")
    await bare.listening()
    await bare.twitch.revoke(user="ada")
    assert (await ws.receive()).json()["payload"]["subscription"]["status"] == "authorization_revoked"
    assert {one["type"] for one in bare.twitch.sockets.subscriptions.values()} == {"channel.chat.message"}
    assert (await bare.say("still here"))[0] == 200


# -- chat


async def test_a_shared_chat_has_a_copy_in_every_room(bare: Bare) -> None:
    ws, bob = await bare.listening(), bare.twitch.open_room("bob")
    bare.twitch.share("bob")
    session = next(iter(bare.twitch.sockets.sessions))
    await bare.subscribe(session, condition={"broadcaster_user_id": bob.id, "user_id": BOT.id})
    await bare.twitch.say("bob", "hello", channel="bob")
    own, copy = [(await ws.receive()).json()["payload"]["event"] for _ in range(2)]
    assert (own["broadcaster_user_id"], own["source_broadcaster_user_id"]) == (BOB, None)
    assert (copy["broadcaster_user_id"], copy["source_broadcaster_user_id"]) == (ADA, BOB)
    assert copy["source_message_id"] == own["message_id"] != copy["message_id"]
    assert [badge["set_id"] for badge in copy["source_badges"]] == ["broadcaster"]
    assert [badge["set_id"] for badge in copy["badges"]] == ["moderator"]
    bare.twitch.share()
    await bare.twitch.say("bob", "alone again", channel="bob")
    assert (await ws.receive()).json()["payload"]["event"]["broadcaster_user_id"] == BOB
    await bare.twitch.say("bob", "hello ada")
    assert (await ws.receive()).json()["payload"]["event"]["source_broadcaster_user_id"] is None


async def test_a_reply_of_a_reply_stays_in_the_thread(bare: Bare) -> None:
    ws = await bare.listening()
    events = []
    for who, parent in (("ada", None), ("bob", 0), ("cleo", 1)):
        reply = None if parent is None else events[parent]["message_id"]
        await bare.twitch.say(who, "hello", reply_to=reply)
        events.append((await ws.receive()).json()["payload"]["event"])
    reply = events[2]["reply"]
    assert events[2]["message"]["text"] == "@bob hello"
    assert (reply["parent_message_id"], reply["parent_user_login"]) == (events[1]["message_id"], "bob")
    assert (reply["thread_message_id"], reply["thread_user_login"]) == (events[0]["message_id"], "ada")


async def test_badges_can_be_given(bare: Bare) -> None:
    ws = await bare.listening()
    await bare.twitch.say("cleo", "hi", badges=["vip", "founder"])
    event = (await ws.receive()).json()["payload"]["event"]
    assert [badge["set_id"] for badge in event["badges"]] == ["vip", "founder"]


async def test_things_that_make_no_sense(bare: Bare) -> None:
    await bare.listening()
    twitch = bare.twitch
    twitch.reward("Bless", 20_000)
    for attempt in (
        twitch.say("ada", "hi", reply_to="nothing"),
        twitch.raid("ada", 3),
        twitch.raid("bob", 0),
        twitch.cheer("cleo", 0),
        twitch.follow("zoe"),
        twitch.redeem("cleo", "Bless"),
        twitch.redeem("cleo", "Nothing"),
        twitch.live(channel="bob"),
        twitch.follow("cleo"),
    ):
        with pytest.raises(SandboxError):
            await attempt
    for title, cost in (("bless", 1), ("", 1), ("x" * 46, 1), ("Free", 0)):
        with pytest.raises(SandboxError):
            twitch.reward(title, cost)
