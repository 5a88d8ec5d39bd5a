"""EventSub over WebSocket: subscriptions, frames, closing."""

import asyncio
from typing import Any

import aiohttp
import pytest

from bot.sandbox.emulator import Emulator
from bot.sandbox.twitch.people import BOT
from bot.sandbox.world import SandboxError
from tests.sandbox.twitch.wire import CHAT, WHISPER, Bare


async def _closed(ws: aiohttp.ClientWebSocketResponse) -> int | None:
    async with asyncio.timeout(5):
        while (await ws.receive()).type is aiohttp.WSMsgType.TEXT:
            pass
    return ws.close_code


async def test_a_line_arrives_as_a_frame(bare: Bare) -> None:
    ws = await bare.listening()
    delivered = await bare.twitch.say("bob", "hi @ada and @nobody")
    frame = (await ws.receive()).json()
    assert frame == delivered.payload
    metadata, event = frame["metadata"], frame["payload"]["event"]
    assert (metadata["message_type"], metadata["subscription_type"]) == ("notification", CHAT)
    assert metadata["message_id"] == delivered.event
    assert [badge["set_id"] for badge in event["badges"]] == ["moderator"]
    pieces = [(piece["type"], piece["text"]) for piece in event["message"]["fragments"]]
    assert pieces == [("text", "hi "), ("mention", "@ada"), ("text", " and "), ("text", "@nobody")]
    [wire] = [wire for wire in bare.twitch._world.record.since(0) if wire.direction == "in"]
    assert wire.payload == frame
    assert wire.about == {"channel": "41001", "message": event["message_id"], "event": delivered.event}


async def test_a_whisper_arrives_as_a_frame(bare: Bare) -> None:
    ws = await bare.listening(WHISPER)
    delivered = await bare.twitch.say("cleo", "psst", private=True)
    event = (await ws.receive()).json()["payload"]["event"]
    assert (event["from_user_login"], event["to_user_id"], event["whisper"]) == ("cleo", "49000", {"text": "psst"})
    wire = bare.twitch._world.record.since(0)[-1]
    assert wire.about == {"message": event["whisper_id"], "private_to": "cleo", "event": delivered.event}


async def test_the_bots_own_line_comes_back_after_the_answer(bare: Bare) -> None:
    ws = await bare.listening()
    said = await bare.say("hello")
    event = (await ws.receive()).json()["payload"]["event"]
    assert event["chatter_user_id"] == "49000"
    assert event["badges"] == []
    assert event["message_id"] == said[1]["data"][0]["message_id"]
    assert [wire.direction for wire in bare.twitch._world.record.since(0)][-2:] == ["out", "in"]


async def test_a_reply_names_its_parent(bare: Bare) -> None:
    ws = await bare.listening()
    await bare.twitch.say("ada", "hello bot")
    parent = (await ws.receive()).json()["payload"]["event"]
    await bare.say("hello ada", reply_parent_message_id=parent["message_id"])
    reply = (await ws.receive()).json()["payload"]["event"]["reply"]
    assert (reply["parent_message_id"], reply["parent_user_login"]) == (parent["message_id"], "ada")
    assert reply["parent_message_body"] == "hello bot"


async def test_the_same_event_again_is_the_same_frame(bare: Bare) -> None:
    ws = await bare.listening()
    await bare.twitch.say("ada", "hello", event_id="one")
    await bare.twitch.say("ada", "hello", event_id="one")
    await bare.twitch.say("ada", "hello", event_id="two")
    first, again, other = [(await ws.receive()).json() for _ in range(3)]
    assert first == again
    assert other["metadata"]["message_id"] != first["metadata"]["message_id"]
    assert other["payload"]["event"]["message_id"] != first["payload"]["event"]["message_id"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"type": "channel.follow"}, 400),
        ({"version": "9"}, 400),
        ({"condition": {"broadcaster_user_id": "41001"}}, 400),
        ({"condition": {"broadcaster_user_id": "1", "user_id": "49000"}}, 400),
        ({"condition": {"broadcaster_user_id": "41001", "user_id": "41002"}}, 403),
        ({"transport": {"method": "webhook", "callback": "https://x"}}, 400),
        ({"transport": {"method": "websocket", "session_id": "gone"}}, 400),
    ],
)
async def test_subscriptions_that_are_refused(bare: Bare, change: dict[str, Any], status: int) -> None:
    _, welcome = await bare.socket()
    assert (await bare.subscribe(welcome["payload"]["session"]["id"], **change))[0] == status
    assert bare.twitch.sockets.subscriptions == {}


async def test_a_websocket_needs_a_user_token_with_the_scope(bare: Bare) -> None:
    _, welcome = await bare.socket()
    session = welcome["payload"]["session"]["id"]
    app, _ = bare.twitch.oauth.grant(None)
    poor, _ = bare.twitch.oauth.grant(BOT, ("user:write:chat",))
    assert (await bare.subscribe(session, token=app))[1]["message"] == "invalid transport and auth combination"
    assert (await bare.subscribe(session, token=poor))[0] == 403


async def test_a_subscription_is_made_once_and_taken_away(bare: Bare) -> None:
    _, welcome = await bare.socket()
    session = welcome["payload"]["session"]["id"]
    status, body = await bare.subscribe(session)
    assert (status, body["total"], body["data"][0]["status"]) == (202, 1, "enabled")
    id_ = body["data"][0]["id"]
    status, again = await bare.subscribe(session)
    assert (status, again["message"]) == (409, f"subscription already exists id={id_}")
    assert (await bare.call("GET", "/helix/eventsub/subscriptions"))[1]["data"][0]["id"] == id_
    assert (await bare.call("DELETE", "/helix/eventsub/subscriptions", params={"id": id_}))[0] == 204
    assert (await bare.call("DELETE", "/helix/eventsub/subscriptions", params={"id": id_}))[0] == 404


async def test_a_fourth_socket_is_refused(bare: Bare) -> None:
    for _ in range(3):
        await bare.listening()
    _, welcome = await bare.socket()
    assert (await bare.subscribe(welcome["payload"]["session"]["id"]))[0] == 429


async def test_every_socket_hears(bare: Bare) -> None:
    one, two = await bare.listening(), await bare.listening()
    await bare.twitch.say("ada", "hello")
    first, second = (await one.receive()).json(), (await two.receive()).json()
    assert first["payload"]["event"] == second["payload"]["event"]
    assert first["metadata"]["message_id"] != second["metadata"]["message_id"]


async def test_a_client_that_speaks_is_closed(bare: Bare) -> None:
    ws = await bare.listening()
    await ws.send_str("hello")
    assert await _closed(ws) == 4001


async def test_a_socket_without_subscription_is_closed(bare: Bare) -> None:
    bare.twitch.sockets.unused = 0.01
    ws, _ = await bare.socket()
    assert await _closed(ws) == 4003


async def test_moving_keeps_subscriptions_and_closes_the_old_socket(bare: Bare) -> None:
    bare.twitch.sockets.grace = 0.2
    old = await bare.listening()
    await bare.twitch.reconnect()
    asked = (await old.receive()).json()
    assert asked["metadata"]["message_type"] == "session_reconnect"
    new, welcome = await bare.socket(asked["payload"]["session"]["reconnect_url"])
    assert welcome["payload"]["session"]["id"] != asked["payload"]["session"]["id"]
    await bare.twitch.say("ada", "hello")
    assert (await new.receive()).json()["metadata"]["message_type"] == "notification"
    assert await _closed(old) == 4004
    await bare.twitch.say("ada", "still there?")
    assert (await new.receive()).json()["payload"]["event"]["message"]["text"] == "still there?"


async def test_a_made_up_address_to_move_to(bare: Bare) -> None:
    ws = await bare.session.ws_connect(f"{bare.twitch.sockets.address}/ws?reconnect=nonsense")
    assert await _closed(ws) == 4007


async def test_a_keepalive_outside_of_the_bounds(bare: Bare) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await bare.session.ws_connect(f"{bare.twitch.sockets.address}/ws?keepalive_timeout_seconds=5")


async def test_a_revocation_is_told(bare: Bare) -> None:
    ws = await bare.listening()
    await bare.twitch.revoke()
    frame = (await ws.receive()).json()
    assert frame["metadata"]["message_type"] == "revocation"
    assert frame["payload"]["subscription"]["status"] == "authorization_revoked"
    assert (await bare.call("GET", "/oauth2/validate"))[0] == 401


async def test_a_cut_connection_takes_its_subscriptions_along(bare: Bare) -> None:
    ws = await bare.listening()
    bare.twitch.drop_sockets()
    await _closed(ws)
    assert (await bare.call("GET", "/helix/eventsub/subscriptions"))[1]["data"] == []


async def test_nobody_listens(bare: Bare) -> None:
    with pytest.raises(SandboxError, match="does not listen"):
        await bare.twitch.say("ada", "hello")


async def test_verbs_that_make_no_sense(bare: Bare) -> None:
    await bare.listening()
    for user, text, channel in (
        ("zoe", "hi", None),
        ("ada", "hi", "lounge"),
        ("ada", " ", None),
        ("ada", "x" * 501, None),
    ):
        with pytest.raises(SandboxError):
            await bare.twitch.say(user, text, channel=channel)
    with pytest.raises(SandboxError, match="no buttons"):
        await bare.twitch.press("ada", "m", "b")


async def test_the_port_stays_over_a_restart(bare: Bare) -> None:
    before = bare.twitch.address
    await bare.twitch.stop()
    await bare.twitch.start()
    assert bare.twitch.address == before
    await bare.listening()


def test_it_is_an_emulator(bare: Bare) -> None:
    emulator: Emulator = bare.twitch
    assert emulator.address.startswith("http://127.0.0.1:")
