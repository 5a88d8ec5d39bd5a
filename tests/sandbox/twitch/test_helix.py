"""Tokens, users, messages, whispers: what Twitch takes and how it refuses."""

from typing import Any

import pytest

from bot.sandbox.twitch.people import BOT
from tests.sandbox.twitch.wire import Bare


async def test_tokens_are_validated_refreshed_once_and_revoked(bare: Bare) -> None:
    application = {"client_id": bare.twitch.client_id, "client_secret": bare.twitch.client_secret}
    status, valid = await bare.call("GET", "/oauth2/validate")
    assert (status, valid["user_id"], valid["login"]) == (200, "49000", "soulfra")
    assert valid["expires_in"] > 14_000
    query = application | {"grant_type": "refresh_token", "refresh_token": bare.twitch.refresh_token}
    status, fresh = await bare.call("POST", "/oauth2/token", params=query)
    assert status == 200
    assert (fresh["access_token"], fresh["refresh_token"]) == (bare.twitch.access_token, bare.twitch.refresh_token)
    assert (await bare.call("POST", "/oauth2/token", params=query))[0] == 400
    assert (await bare.call("POST", "/oauth2/revoke", params=application | {"token": fresh["access_token"]}))[0] == 200
    assert (await bare.call("GET", "/oauth2/validate"))[0] == 401


@pytest.mark.parametrize(
    ("change", "status"),
    [({"client_id": "x"}, 400), ({"client_secret": "x"}, 403), ({"grant_type": "magic"}, 400), ({}, 200)],
)
async def test_an_app_token_needs_the_secret(bare: Bare, change: dict[str, str], status: int) -> None:
    query = {
        "client_id": bare.twitch.client_id,
        "client_secret": bare.twitch.client_secret,
        "grant_type": "client_credentials",
    }
    assert (await bare.call("POST", "/oauth2/token", params=query | change))[0] == status


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({}, "Client ID is missing"),
        ({"Client-Id": "x"}, "OAuth token is missing"),
        ({"Client-Id": "x", "Authorization": "Bearer x"}, "Invalid OAuth token"),
    ],
)
async def test_who_is_not_authorised_is_refused(bare: Bare, headers: dict[str, str], message: str) -> None:
    status, body = await bare.call("GET", "/helix/users", headers=headers)
    assert (status, body) == (401, {"error": "Unauthorized", "status": 401, "message": message})


async def test_the_token_of_another_application(bare: Bare) -> None:
    headers = {"Client-Id": "x", "Authorization": f"Bearer {bare.twitch.access_token}"}
    status, body = await bare.call("GET", "/helix/users", headers=headers)
    assert (status, body["message"]) == (401, "Client ID and OAuth token do not match")


async def test_tokens_run_out_on_the_worlds_clock(bare: Bare) -> None:
    bare.twitch._world.offset += 14_401
    assert (await bare.call("GET", "/helix/users"))[1]["message"] == "Invalid OAuth token"


async def test_users_by_id_and_login(bare: Bare) -> None:
    async def logins(query: list[tuple[str, str]]) -> list[str]:
        return [user["login"] for user in (await bare.call("GET", "/helix/users", params=query))[1]["data"]]

    assert await logins([]) == ["soulfra"]
    assert await logins([("login", "Bob"), ("id", "41003"), ("login", "nobody")]) == ["bob", "cleo"]
    assert (await bare.call("GET", "/helix/users", params=[("id", str(n)) for n in range(101)]))[0] == 400


async def test_helix_counts_points(bare: Bare) -> None:
    await bare.call("GET", "/helix/users")
    first = int(bare.headers["Ratelimit-Remaining"])
    await bare.call("GET", "/helix/users")
    assert int(bare.headers["Ratelimit-Remaining"]) == first - 1


async def test_a_message_is_shown_and_recorded(bare: Bare) -> None:
    status, body = await bare.say("hello")
    assert (status, body["data"][0]["is_sent"]) == (200, True)
    wire = bare.twitch._world.record.since(0)[-1]
    assert (wire.direction, wire.name, wire.status, wire.answer) == ("out", "POST /helix/chat/messages", 200, body)
    assert wire.payload == {"broadcaster_id": "41001", "sender_id": "49000", "message": "hello"}
    assert wire.about == {"channel": "41001", "message": body["data"][0]["message_id"]}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"message": "x" * 501}, 422),
        ({"message": "x" * 500}, 200),
        ({"message": ""}, 400),
        ({"message": "   "}, 400),
        ({"message": 5}, 400),
        ({"broadcaster_id": "1"}, 404),
        ({"broadcaster_id": "41002"}, 404),  # bob has no channel
        ({"sender_id": "41001"}, 401),
        ({"for_source_only": True}, 400),
        ({"reply_parent_message_id": "long gone"}, 200),
    ],
)
async def test_what_messages_are_taken(bare: Bare, change: dict[str, Any], status: int) -> None:
    body = {"broadcaster_id": "41001", "sender_id": "49000", "message": "hello"} | change
    assert (await bare.call("POST", "/helix/chat/messages", json=body))[0] == status


async def test_a_body_that_is_not_an_object(bare: Bare) -> None:
    for data in ("[]", "nonsense"):
        assert (await bare.call("POST", "/helix/chat/messages", data=data))[0] == 400


def _dropped(answer: tuple[int, Any]) -> str | None:
    [entry] = answer[1]["data"]
    assert entry["is_sent"] is (entry["message_id"] != "")
    return (entry.get("drop_reason") or {}).get("code")


async def test_twenty_messages_in_thirty_seconds(bare: Bare) -> None:
    for number in range(20):
        assert _dropped(await bare.say(f"{number}")) is None
    assert _dropped(await bare.say("one more")) == "rate_limited"
    bare.twitch._world.offset += 30
    assert _dropped(await bare.say("one more")) is None


async def test_identical_messages_are_dropped_for_thirty_seconds(bare: Bare) -> None:
    assert _dropped(await bare.say("hello")) is None
    assert _dropped(await bare.say("other")) is None
    assert _dropped(await bare.say("hello")) == "msg_duplicate"
    bare.twitch._world.offset += 30
    assert _dropped(await bare.say("hello")) is None


async def test_a_broadcaster_may_repeat_and_say_more(bare: Bare) -> None:
    ada = bare.twitch._world.human("ada").on("twitch")
    token, _ = bare.twitch.oauth.grant(ada)
    body = {"broadcaster_id": "41001", "sender_id": "41001", "message": "hello"}
    for _ in range(30):
        assert _dropped(await bare.call("POST", "/helix/chat/messages", token=token, json=body)) is None


async def test_chat_commands_are_dropped(bare: Bare) -> None:
    assert _dropped(await bare.say("/ban bob")) == "invalid_command"
    assert _dropped(await bare.say(".ban bob")) == "invalid_command"


async def test_scopes_are_needed(bare: Bare) -> None:
    token, _ = bare.twitch.oauth.grant(BOT, ("user:read:chat",))
    body = {"broadcaster_id": "41001", "sender_id": "49000", "message": "hello"}
    assert (await bare.call("POST", "/helix/chat/messages", token=token, json=body))[0] == 401
    assert (await bare.whisper("41003", token=token))[0] == 401


async def test_strangers_are_not_whispered_to(bare: Bare) -> None:
    assert (await bare.whisper("41003"))[0] == 400
    await bare.listening("user.whisper.message")
    await bare.twitch.say("cleo", "hello", private=True)
    assert (await bare.whisper("41003"))[0] == 204
    assert bare.twitch._world.record.since(0)[-1].about == {"private_to": "cleo"}
    assert (await bare.whisper("41002"))[0] == 400


@pytest.mark.parametrize(("to", "text", "status"), [("49000", "x", 400), ("1", "x", 404), ("41003", " ", 400)])
async def test_whispers_that_make_no_sense(bare: Bare, to: str, text: str, status: int) -> None:
    assert (await bare.whisper(to, text))[0] == status


async def test_whispers_are_counted(bare: Bare) -> None:
    bare.twitch.helix.whisperers.add("41003")
    assert [(await bare.whisper("41003"))[0] for _ in range(4)] == [204, 204, 204, 429]
    bare.twitch._world.offset += 1
    assert (await bare.whisper("41003"))[0] == 204


async def test_forty_recipients_a_day(bare: Bare) -> None:
    limits, world = bare.twitch.helix._limits, bare.twitch._world
    for number in range(40):
        limits.whisper(f"stranger {number}")
        world.offset += 1
    bare.twitch.helix.whisperers.add("41003")
    assert (await bare.whisper("41003"))[0] == 429
    world.offset += 86_400
    assert (await bare.call("GET", "/oauth2/validate"))[0] == 401  # a day is longer than a token lives
    bare.twitch.regrant()
    assert (await bare.whisper("41003"))[0] == 204


async def test_faults_come_once_and_where_they_are_wanted(bare: Bare) -> None:
    bare.twitch.fail(429)
    bare.twitch.drop_message("why_not")
    assert (await bare.call("GET", "/helix/users"))[0] == 200
    assert (await bare.say("hello"))[0] == 429
    assert _dropped(await bare.say("hello")) == "why_not"
    assert _dropped(await bare.say("hello")) is None


async def test_oauth_is_not_on_record(bare: Bare) -> None:
    await bare.call("GET", "/oauth2/validate")
    assert bare.twitch._world.record.since(0) == []
