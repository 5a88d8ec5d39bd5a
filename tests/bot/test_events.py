"""Events: every subscriber once, whatever is delivered twice; what they trigger; what nobody wants is not asked for."""

import asyncio
from pathlib import Path

import pytest

from bot.events import Followed, Raided, Redeemed, Spoke
from bot.sandbox.offline import shown
from tests.bot.conftest import Kernel, started


def raid(kernel: Kernel, viewers: int = 7, id_: str = "twitch:raid:1") -> Raided:
    place = kernel.platform.place("ada", direct=False)
    return Raided(id=id_, place=place, at=1, user=kernel.platform.user("bob"), viewers=viewers)


def redeemed(kernel: Kernel, text: str, reward: str = "bless", id_: str = "twitch:redemption:1") -> Redeemed:
    place, user = kernel.platform.place("ada", direct=False), kernel.platform.user("cleo")
    return Redeemed(
        id=id_, place=place, at=1, user=user, reward=reward, reward_id="r", redemption=id_, cost=5, text=text
    )


async def happened(kernel: Kernel, event: Raided | Redeemed | Followed | Spoke) -> list[str]:
    kernel.platform.sent.clear()
    await kernel.app.intake.happened(event, kernel.platform.handle("bob", direct=False))
    await kernel.app.intake.quiet()
    return [shown(payload) for payload in kernel.platform.sent]


async def test_each_subscriber_runs_once_though_the_event_comes_twice(tmp_path: Path) -> None:
    kernel = await started(tmp_path / "data")
    assert await happened(kernel, raid(kernel)) == ["welcome @bob, raid 1"]
    assert await happened(kernel, raid(kernel)) == []
    assert sorted(await kernel.notes()) == ["lucky", "raid of 7"]
    await asyncio.gather(*(happened(kernel, raid(kernel, 8, "twitch:raid:2")) for _ in range(2)))
    await kernel.app.stop()
    kernel = await started(tmp_path / "data")
    assert await happened(kernel, raid(kernel)) == []
    assert sorted(await kernel.notes()) == ["lucky", "raid of 7", "raid of 8"]
    await kernel.app.stop()


@pytest.mark.parametrize(
    ("text", "said", "succeeded"),
    [("3", "blessed 3 times", True), ("0", "times must be at least 1.", False), ("", "times is missing", False)],
)
async def test_a_redemption_is_a_line_of_the_command_and_is_settled(
    kernel: Kernel, text: str, said: str, succeeded: bool
) -> None:
    event = redeemed(kernel, text)
    assert (await happened(kernel, event))[0].startswith(said)
    await happened(kernel, event)
    assert kernel.platform.settled == [(event.id, succeeded)]


async def test_what_nobody_waits_for_does_nothing(kernel: Kernel) -> None:
    assert await happened(kernel, redeemed(kernel, "3", reward="other")) == []
    event = Followed(id="twitch:follow:1", place=kernel.platform.place("ada", direct=False), at=1)
    assert await happened(kernel, event) == []
    assert kernel.platform.settled == []
    assert (await kernel.app.state())["accepted"] == 0


async def test_a_command_with_a_trigger_is_typed_too(kernel: Kernel) -> None:
    assert await kernel.say("!bless 2") == "blessed 2 times"
    assert kernel.platform.settled == []


async def test_what_nobody_did_is_the_places(kernel: Kernel) -> None:
    event = Raided(id="twitch:raid:9", place=kernel.platform.place("ada", direct=False), at=1, viewers=1)
    assert (await happened(kernel, event))[0].startswith("welcome")


async def test_platforms_are_asked_for_what_is_wanted(kernel: Kernel) -> None:
    assert kernel.app.intake.watched() == {Raided, Redeemed, Spoke}


async def test_talk_is_heard_only_where_somebody_listens(kernel: Kernel) -> None:
    room, intake = kernel.platform.place("ada", direct=False), kernel.app.intake
    assert not intake.listens(room)
    spoke = Spoke(id="twitch:said:1", place=room, at=1, message="1", text="so")
    await happened(kernel, spoke)
    assert (await kernel.app.state())["accepted"] == 0
    intake.on_listen.append(
        (kernel.app.registry.get("on overhear").handler, lambda place: place.channel == room.channel)
    )
    assert intake.listens(room)
    assert not intake.listens(kernel.platform.place("bob", direct=True))
    await happened(kernel, spoke)
    assert (await kernel.app.state())["accepted"] == 1


async def test_who_wants_to_know_hears_that_a_place_moved(kernel: Kernel) -> None:
    seen: list[tuple[str, str, str]] = []

    async def follow(platform: str, old: str, new: str) -> None:
        seen.append((platform, old, new))

    kernel.app.intake.on_moved.append(follow)
    await kernel.app.intake.moved("telegram", "-1", "-2")
    assert seen == [("telegram", "-1", "-2")]
