"""Buttons and redemptions: one effect and one decision, whatever is pressed twice, refused, killed or switched off."""

import asyncio

import pytest
from msgspec import structs

from bot.command import Invocation
from bot.events import Redeemed
from bot.sandbox.offline import Offline
from bot.store import inbox
from tests.bot.conftest import Kernel
from tests.bot.lives import Ends, House, kill, said, state_of, until

# --- buttons ---------------------------------------------------------------------------------------------------------------


async def offered(kernel: Kernel) -> list[str]:
    """The ids of the buttons of a choice."""
    await kernel.say("!pick")
    return list(kernel.app.intake._choices._open["twitch:41001"].values())


def press(kernel: Kernel, id_: str) -> Invocation:
    return structs.replace(kernel.line(""), kind="press", button=id_)


async def test_a_press_that_comes_again_after_a_restart_says_nothing(house: House) -> None:
    async with house.life() as kernel:
        one = press(kernel, (await offered(kernel))[0])
        assert await kernel.submit(one) == ("accepted", ["spent"])
    async with house.life() as kernel:
        assert await kernel.submit(one) == ("seen", [])
        again = structs.replace(one, id="another press")
        assert await kernel.submit(again) == ("refused", ["That was chosen already."])


async def test_a_button_whose_command_refused_stays_usable(house: House, ends: Ends) -> None:
    async with house.life() as kernel:
        two = (await offered(kernel))[1]
        for _ in range(2):
            assert await kernel.submit(press(kernel, two)) == ("accepted", ["Not after all."])
        assert await kernel.say("!2") == "Not after all."
        assert await kernel.notes() == ["no"] * 3
        assert await kernel.say("!1") == "spent"
        assert "no command" in await kernel.say("!1")
    assert [succeeded for _, succeeded in ends] == [False] * 3 + [True]


async def test_two_clicks_at_once_are_one_effect(house: House) -> None:
    async with house.life() as kernel:
        one = (await offered(kernel))[0]
        both = await asyncio.gather(*(kernel.app.intake.submit(press(kernel, one)) for _ in range(2)))
        await kernel.app.intake.quiet()
        assert "accepted" in both
        assert both.count("accepted") == 1
        assert await kernel.notes() == ["one"]


async def test_a_press_that_was_killed_is_taken_up_and_its_button_stays_used(house: House) -> None:
    async with house.life(die=True) as kernel:
        one = press(kernel, (await offered(kernel))[0])
        await kernel.app.intake.submit(one)
        async with asyncio.timeout(5):
            while not await kernel.notes():
                await asyncio.sleep(0.001)
        await kill(kernel)
    async with house.life() as kernel:
        assert said(kernel) == ["spent"]
        assert await kernel.submit(structs.replace(one, id="x")) == ("refused", ["That was chosen already."])
        assert await kernel.notes() == ["one"]


async def test_a_press_that_nobody_waited_for_frees_its_button(house: House) -> None:
    async with house.life() as kernel:
        id_ = (await offered(kernel))[0]
        kernel.switches.gate = asyncio.Event()
        await kernel.app.intake.submit(kernel.line("!slow"))
        await kernel.app.intake.submit(structs.replace(press(kernel, id_), answer_until=1))
        await kill(kernel)
    async with house.life() as kernel:
        assert any("too late for !spend" in one for one in said(kernel))
        assert await kernel.submit(press(kernel, id_)) == ("accepted", ["spent"])


# --- redemptions -----------------------------------------------------------------------------------------------------------


def redeemed(kernel: Kernel, text: str) -> Redeemed:
    place, user = kernel.platform.place("ada", direct=False), kernel.platform.user("cleo")
    return Redeemed(
        id="twitch:r", place=place, at=1, user=user, reward="Both", reward_id="b", redemption="r", cost=5, text=text
    )


async def happened(kernel: Kernel, text: str) -> None:
    await kernel.app.intake.happened(redeemed(kernel, text), kernel.platform.handle("cleo", direct=False))


@pytest.mark.parametrize(("text", "spent"), [("both", True), ("first", True), ("second", True), ("none", False)])
async def test_a_redemption_of_two_commands_is_settled_once(house: House, text: str, spent: bool) -> None:
    async with house.life() as kernel:
        for _ in range(2):
            await happened(kernel, text)
            await kernel.app.intake.quiet()
        assert kernel.platform.settled == [("twitch:r", spent)]
        assert len(said(kernel)) == 2
    async with house.life() as kernel:
        await happened(kernel, text)
        await kernel.app.intake.quiet()
        assert (kernel.platform.settled, said(kernel)) == ([], [])
        assert (await kernel.app.state())["finished"] == 2


@pytest.mark.parametrize("text", ["first", "second", "none"])
async def test_a_redemption_that_was_killed_between_its_commands_is_settled_once(house: House, text: str) -> None:
    async with house.life(die=True) as kernel:
        await happened(kernel, text)
        await until(lambda: len(said(kernel)) == 1)
        await kill(kernel)
        assert kernel.platform.settled == []
    async with house.life() as kernel:
        assert kernel.platform.settled == [("twitch:r", text != "none")]


async def test_a_platform_that_did_not_hear_of_it_hears_at_the_next_start(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(self: Offline, event: object, succeeded: bool) -> bool:
        return False

    with monkeypatch.context() as broken:
        broken.setattr(Offline, "settle", away)
        async with house.life() as kernel:
            await happened(kernel, "first")
            await kernel.app.intake.quiet()
            assert await state_of(kernel, "twitch:r/first") == "settling"
    async with house.life() as kernel:
        assert kernel.platform.settled == [("twitch:r", True)]
        assert await state_of(kernel, "twitch:r/first") == "done"
        assert await kernel.app.store.read(inbox.load, "twitch:r/second") is None


@pytest.mark.parametrize(("text", "spent"), [("second", False), ("first", True)])
async def test_a_redemption_of_which_one_command_is_switched_off(house: House, text: str, spent: bool) -> None:
    async with house.life() as kernel:
        home = redeemed(kernel, text).place.home
        kernel.app.servers._homes[home] = structs.replace(
            kernel.app.servers.of(redeemed(kernel, text).place), off={"second"}
        )
        await happened(kernel, text)
        await kernel.app.intake.quiet()
        assert kernel.platform.settled == [("twitch:r", spent)]
    async with house.life() as kernel:  # where it is switched on: its points are decided
        await happened(kernel, text)
        await kernel.app.intake.quiet()
        assert (kernel.platform.settled, said(kernel)) == ([], [])


async def test_a_redemption_that_nobody_has_time_for_gives_the_points_back_once(house: House) -> None:
    async with house.life() as kernel:
        gate = kernel.switches.gate = asyncio.Event()
        for _ in range(40):
            await kernel.app.intake.submit(kernel.line("!slow", "cleo"))
        for _ in range(2):
            await happened(kernel, "both")
        gate.set()
        await kernel.app.intake.quiet()
        assert kernel.platform.settled == [("twitch:r", False)]


async def test_a_dead_press_is_retried_unless_its_button_was_used_meanwhile(house: House) -> None:
    async with house.life() as kernel:
        id_ = (await offered(kernel))[0]
        for _ in range(2):
            one = structs.replace(press(kernel, id_), path="spend", options={"text": "one"})
            await kernel.app.store.write(inbox.accept, one)
            await kernel.app.store.write(inbox.end, one.id, "dead", "why")
            assert await kernel.app.store.write(inbox.retry, one.id)
        await kernel.app.intake._resuming.pulse()
        await kernel.app.intake.quiet()
        assert said(kernel)[1:] == ["spent", "That was chosen already."]
        assert await kernel.notes() == ["one"]
