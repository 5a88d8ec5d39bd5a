"""Points are taken or given back, whatever happens on the way."""

import pytest

from bot.events import Raided, Redeemed
from bot.platforms.twitch import redemptions
from bot.sandbox.twitch.oauth import BROADCASTER
from tests.platforms.twitch.stage import Stage, until

CLEO = ("41001", "41003")  # room and user
PATCH = "/channel_points/custom_rewards/redemptions"


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redemptions, "_PAUSES", (0.01, 0.5))


async def _redeemed(stage: Stage, *, ours: bool = True, text: str = "") -> Redeemed:
    if not stage.twitch.points.rewards:
        stage.twitch.reward("Bless", 100, ours=ours)
    event, _ = await stage.happening(stage.twitch.redeem("cleo", "Bless", text))
    assert isinstance(event, Redeemed)
    return event


def _status(stage: Stage, event: Redeemed) -> str:
    return str(stage.twitch.points.redemptions[event.redemption]["status"])


@pytest.mark.parametrize(("succeeded", "status", "left"), [(True, "FULFILLED", 9_900), (False, "CANCELED", 10_000)])
async def test_a_redemption_is_fulfilled_or_given_back(stage: Stage, succeeded: bool, status: str, left: int) -> None:
    await stage.watch(Redeemed)
    event = await _redeemed(stage)
    assert stage.twitch.points.balances[CLEO] == 9_900
    await stage.platform.settle(event, succeeded)
    assert _status(stage, event) == status
    assert stage.twitch.points.balances[CLEO] == left
    await stage.platform.settle(event, not succeeded)  # too late
    assert _status(stage, event) == status


async def test_a_reward_made_by_hand_stays_as_it_is_and_is_told_once(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    await stage.watch(Redeemed)
    for _ in range(2):
        event = await _redeemed(stage, ours=False)
        await stage.platform.settle(event, True)
        assert _status(stage, event) == "UNFULFILLED"
    assert caplog.text.count("only the application that made the reward") == 1


async def test_without_the_scope_nothing_is_tried_and_it_is_told(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    _, refresh = stage.twitch.authorise("ada", ("channel:read:redemptions",))
    await stage.watch(Redeemed, broadcaster=None, tokens={"ada": refresh})
    event = await _redeemed(stage)
    await stage.platform.settle(event, True)
    assert "channel:manage:redemptions" in caplog.text
    assert stage.requests(PATCH) == []


async def test_a_token_that_expires_in_between_is_refreshed_and_kept(stage: Stage) -> None:
    await stage.watch(Redeemed)
    event = await _redeemed(stage)
    kept = stage.ingress.kept["twitch.tokens:ada"]
    stage.twitch.expire_token("ada")
    await stage.platform.settle(event, True)
    assert _status(stage, event) == "FULFILLED"
    assert [wire.status for wire in stage.requests(PATCH)] == [401, 200]
    await until(lambda: stage.ingress.kept["twitch.tokens:ada"] != kept)


async def test_a_token_that_is_void_is_told(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    await stage.watch(Redeemed)
    event = await _redeemed(stage)
    stage.twitch.oauth.forget(stage.twitch.people.room("41001"))  # type: ignore[arg-type]
    await stage.platform.settle(event, True)
    assert "the token of the broadcaster is void" in caplog.text
    assert _status(stage, event) == "UNFULFILLED"


@pytest.mark.parametrize("status", [429, 500])
async def test_what_twitch_does_not_take_now_is_tried_again(stage: Stage, status: int) -> None:
    await stage.watch(Redeemed)
    event = await _redeemed(stage)
    stage.twitch.fail(status, f"/helix{PATCH}")
    await stage.platform.settle(event, False)
    assert _status(stage, event) == "CANCELED"


async def test_an_answer_that_was_lost_gives_nothing_back_twice(stage: Stage) -> None:
    await stage.watch(Redeemed)
    event = await _redeemed(stage)
    stage.twitch.cut_request(f"/helix{PATCH}")
    await stage.platform.settle(event, False)
    assert stage.twitch.points.balances[CLEO] == 10_000
    assert [wire.status for wire in stage.requests(PATCH)] == [200, 404]


async def test_a_connection_that_is_away_is_waited_for(stage: Stage) -> None:
    await stage.watch(Redeemed)
    event = await _redeemed(stage)
    stage.twitch.drop_sockets()
    await until(lambda: stage.platform._client is None)
    await stage.platform.settle(event, True)
    assert _status(stage, event) == "FULFILLED"


async def test_twitch_that_never_answers_is_told(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    await stage.watch(Redeemed)
    event = await _redeemed(stage)
    await stage.platform.stop()
    await stage.platform.settle(event, True)
    assert "Twitch does not answer" in caplog.text


async def test_other_events_need_nothing(stage: Stage) -> None:
    await stage.watch(Raided)
    event, _ = await stage.happening(stage.twitch.raid("bob", 3))
    await stage.platform.settle(event, False)
    assert stage.requests(PATCH) == []


def test_the_sandbox_grants_what_settling_takes() -> None:
    assert redemptions.SCOPE in BROADCASTER
