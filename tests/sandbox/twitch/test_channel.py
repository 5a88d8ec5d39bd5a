"""Redemptions, announcements, moderators, shared chats and device codes over HTTP."""

from typing import Any

import pytest

from bot.sandbox.twitch.oauth import DEVICE_GRANT
from tests.sandbox.twitch.wire import Bare

ADA, BOB, CLEO = "41001", "41002", "41003"
REDEMPTIONS = "/helix/channel_points/custom_rewards/redemptions"


class Points:
    """A reward and a redemption, and the token that may decide on it."""

    def __init__(self, bare: Bare, *, ours: bool = True) -> None:
        self.bare = bare
        self.token, _ = bare.twitch.authorise("ada")
        self.reward = bare.twitch.reward("Bless", 100, ours=ours)
        room, cleo = bare.twitch.people.by_id(ADA), bare.twitch.people.by_id(CLEO)
        assert room
        assert cleo
        self.redemption = bare.twitch.points.redeem(room, cleo, "Bless", "hi")

    async def settle(self, body: Any, *, token: str | None = None, **change: str) -> int:
        """The status of the answer."""
        query = {"broadcaster_id": ADA, "reward_id": self.reward.id, "id": self.redemption["id"]} | change
        answer = await self.bare.call("PATCH", REDEMPTIONS, token=token or self.token, params=query, json=body)
        return answer[0]


@pytest.mark.parametrize(("status", "points"), [("FULFILLED", 9_900), ("CANCELED", 10_000)])
async def test_a_redemption_is_decided_once(bare: Bare, status: str, points: int) -> None:
    one = Points(bare)
    query = {"broadcaster_id": ADA, "reward_id": one.reward.id}
    listed = await bare.call("GET", REDEMPTIONS, token=one.token, params=query | {"status": "UNFULFILLED"})
    assert listed[1]["data"] == [one.redemption]
    assert await one.settle({"status": status}) == 200
    assert await one.settle({"status": status}) == 404
    assert bare.twitch.points.balances[ADA, CLEO] == points
    listed = await bare.call("GET", REDEMPTIONS, token=one.token, params=query | {"id": one.redemption["id"]})
    assert listed[1]["data"][0]["status"] == status
    assert (await bare.call("GET", REDEMPTIONS, token=one.token, params=query))[0] == 400


async def test_who_may_not_decide(bare: Bare) -> None:
    one = Points(bare)
    done = {"status": "FULFILLED"}
    reading, _ = bare.twitch.authorise("ada", ("channel:read:redemptions",))
    assert await one.settle(done, token=bare.twitch.access_token) == 401
    assert await one.settle(done, token=reading) == 401
    assert await one.settle({"status": "UNFULFILLED"}) == 400
    assert await one.settle({}) == 400
    assert await one.settle(done, id="nothing") == 404
    assert await one.settle(done, reward_id="nothing") == 404
    assert await one.settle(done) == 200


async def test_a_reward_that_somebody_else_made(bare: Bare) -> None:
    assert await Points(bare, ours=False).settle({"status": "FULFILLED"}) == 403


@pytest.mark.parametrize(
    ("moderates", "body", "query", "status"),
    [
        (True, {"message": "hear"}, {}, 204),
        (True, {"message": "hear", "color": "purple"}, {}, 204),
        (True, {"message": "hear", "color": "beige"}, {}, 400),
        (True, {"message": "hear", "for_source_only": True}, {}, 400),
        (True, {"message": " "}, {}, 400),
        (True, {}, {}, 400),
        (True, {"message": "hear"}, {"broadcaster_id": BOB}, 404),
        (True, {"message": "hear"}, {"moderator_id": BOB}, 401),
        (False, {"message": "hear"}, {}, 403),
    ],
)
async def test_announcements(
    bare: Bare, moderates: bool, body: dict[str, Any], query: dict[str, str], status: int
) -> None:
    bare.twitch.people.bot_moderates = moderates
    asked = {"broadcaster_id": ADA, "moderator_id": bare.twitch.bot_id} | query
    assert (await bare.call("POST", "/helix/chat/announcements", params=asked, json=body))[0] == status


async def test_an_announcement_takes_its_scope(bare: Bare) -> None:
    bare.twitch.people.bot_moderates = True
    token, _ = bare.twitch.authorise("soulfra", ("user:write:chat",))
    query = {"broadcaster_id": ADA, "moderator_id": bare.twitch.bot_id}
    answer = await bare.call("POST", "/helix/chat/announcements", token=token, params=query, json={"message": "x"})
    assert answer[0] == 401
    assert "moderator:manage:announcements" in answer[1]["message"]


async def test_moderators_are_told_to_the_broadcaster(bare: Bare) -> None:
    token, _ = bare.twitch.authorise("ada")
    path, query = "/helix/moderation/moderators", {"broadcaster_id": ADA}
    assert (await bare.call("GET", path, params=query))[0] == 401
    found = await bare.call("GET", path, token=token, params=query)
    assert [one["user_login"] for one in found[1]["data"]] == ["bob"]
    assert (await bare.call("GET", path, token=token, params=query | {"user_id": CLEO}))[1]["data"] == []


async def test_a_shared_chat_is_told(bare: Bare) -> None:
    query = {"broadcaster_id": ADA}
    assert (await bare.call("GET", "/helix/shared_chat/session", params=query))[1] == {"data": []}
    bare.twitch.open_room("bob")
    bare.twitch.share("bob")
    [session] = (await bare.call("GET", "/helix/shared_chat/session", params=query))[1]["data"]
    assert [one["broadcaster_id"] for one in session["participants"]] == [ADA, BOB]
    assert session["host_broadcaster_id"] == ADA


# -- device codes


async def _poll(bare: Bare, device: str, scopes: str = "user:read:chat") -> tuple[int, Any]:
    form = {
        "client_id": bare.twitch.client_id,
        "scopes": scopes,
        "device_code": device,
        "grant_type": DEVICE_GRANT,
    }
    return await bare.call("POST", "/oauth2/token", data=form)


async def _device(bare: Bare) -> Any:
    form = {"client_id": bare.twitch.client_id, "scopes": "user:read:chat"}
    return (await bare.call("POST", "/oauth2/device", data=form))[1]


async def test_a_device_waits_for_its_code(bare: Bare) -> None:
    device = await _device(bare)
    assert set(device) == {"device_code", "expires_in", "interval", "user_code", "verification_uri"}
    status, body = await _poll(bare, device["device_code"])
    assert (status, body["message"]) == (400, "authorization_pending")
    assert (await _poll(bare, device["device_code"]))[1]["message"] == "slow_down"
    bare.twitch._world.offset += 5
    assert (await _poll(bare, device["device_code"]))[1]["message"] == "authorization_pending"
    bare.twitch.confirm_device(device["user_code"], "cleo")
    assert (await _poll(bare, device["device_code"], "bits:read"))[1]["message"] == "invalid device code"
    status, pair = await _poll(bare, device["device_code"])
    assert (status, pair["scope"]) == (200, ["user:read:chat"])
    valid = await bare.call("GET", "/oauth2/validate", token=pair["access_token"])
    assert (valid[1]["login"], valid[1]["scopes"]) == ("cleo", ["user:read:chat"])
    assert (await _poll(bare, device["device_code"]))[1]["message"] == "invalid device code"


async def test_a_device_is_denied_or_too_late(bare: Bare) -> None:
    denied, late = await _device(bare), await _device(bare)
    bare.twitch.deny_device(denied["user_code"])
    assert (await _poll(bare, denied["device_code"]))[1]["message"] == "access_denied"
    bare.twitch._world.offset += 1_800
    assert (await _poll(bare, late["device_code"]))[1]["message"] == "expired_token"
    assert (await _poll(bare, "made up"))[1]["message"] == "invalid device code"


@pytest.mark.parametrize(("public", "secret", "status"), [(True, False, 200), (False, False, 403), (True, True, 403)])
async def test_only_a_public_application_has_no_secret(bare: Bare, public: bool, secret: bool, status: int) -> None:
    bare.twitch.oauth.public = public
    query = {
        "client_id": bare.twitch.client_id,
        "grant_type": "refresh_token",
        "refresh_token": bare.twitch.refresh_token,
    }
    query |= {"client_secret": bare.twitch.client_secret} if secret else {}
    assert (await bare.call("POST", "/oauth2/token", params=query))[0] == status
