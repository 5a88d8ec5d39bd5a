"""Stopped and started again in the middle, on all three platforms: the real App twice on one folder, the platforms go on."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.sandbox.sandbox import Sandbox
from bot.sandbox.world import Wire
from bot.testing import Reply, Shown, World
from bot.testing.reading import shown
from tests.platforms.tour import PREFIX, Scene, meet, sandbox, scene, touring

pytestmark = pytest.mark.asyncio(loop_scope="module")
every = pytest.mark.parametrize("platform", PREFIX)
MODAL = "Before you go:"


class Before:
    """What was shown by the process that is gone, by platform."""

    def __init__(self) -> None:
        self.scenes: dict[str, Scene] = {}
        self.doors: dict[str, Reply] = {}
        self.menus: dict[str, Reply] = {}
        self.asked: dict[str, Reply] = {}
        self.told: list[Wire] = []
        self.opened: Reply


async def _first(before: Before, w: World) -> None:
    """cleo stands before a door, bob reads a menu, ada is being asked something."""
    for platform in PREFIX:
        there = before.scenes[platform] = scene(w, platform)
        before.doors[platform] = await there.do("cleo", "door")
        before.menus[platform] = await there.do("bob", "menu")
        before.asked[platform] = await there.do("ada", "travel")
        assert MODAL in before.asked[platform].text
    before.opened = await before.asked["discord"].press("Answer")
    assert before.opened.modal is not None


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def again(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Before]:
    """The second process, and what the first one left."""
    box: Sandbox = sandbox()
    data: Path = tmp_path_factory.mktemp("restart")
    await box.start()
    before = Before()
    try:
        async with touring(data, box) as w:
            await meet(w)
            await _first(before, w)
        since = box.world.record.last
        async with touring(data, box) as w:
            await w.app.intake.quiet()
            before.told = [wire for wire in box.world.record.since(since) if wire.direction == "out"]
            for platform, there in before.scenes.items():
                before.scenes[platform] = Scene(w, platform, there.room)
            yield before
    finally:
        await box.stop()


def _of(reply: Reply) -> Shown:
    return reply.messages[-1]


@every
async def test_who_was_being_asked_is_told_once(again: Before, platform: str) -> None:
    told = [one for wire in again.told if wire.platform == platform and (one := shown(wire)) is not None]
    restarted = [one for one in told if "I was restarted while I waited" in one.text]
    assert len(restarted) == 1
    assert "travel" in restarted[0].text
    assert restarted[0].private


@every
async def test_a_button_works_once(again: Before, platform: str) -> None:
    there = again.scenes[platform]
    cleo = there.person("cleo")
    pressed = await cleo.press(_of(again.doors[platform]), "Kick it")
    assert "You go in loudly." in pressed.text
    if platform == "twitch":
        assert (await there.say("cleo", "!2")).messages == []


@every
async def test_a_list_is_still_picked_from(again: Before, platform: str) -> None:
    there, menu = again.scenes[platform], _of(again.menus[platform])
    if platform == "discord":
        picked = await there.person("bob").do("pick", message=menu.message, values=["soup"])
    else:
        label = next(one for one in menu.buttons if one.startswith("Soup"))
        picked = await there.person("bob").press(menu, label)
    assert picked.text.startswith("soup")


async def test_the_modal_of_a_dead_question_gets_a_kind_sentence(again: Before) -> None:
    ada = again.scenes["discord"].person("ada")
    modal = again.opened.modal
    assert modal is not None
    late = await ada.do("submit", modal=modal["custom_id"], values={"name": "Frodo", "days": "3"})
    assert "no longer open" in late.text
    assert late.private


async def test_the_button_of_a_dead_question_gets_a_kind_sentence(again: Before) -> None:
    late = await again.scenes["discord"].person("ada").press(_of(again.asked["discord"]), "Answer")
    assert late.modal is None
    assert "no longer open" in late.text


@pytest.mark.parametrize("platform", ["twitch", "telegram"])
async def test_the_answer_to_a_dead_question_is_talk(again: Before, platform: str) -> None:
    assert (await again.scenes[platform].say("ada", "Frodo")).messages == []


@every
async def test_it_can_be_asked_again(again: Before, platform: str) -> None:
    asked = await again.scenes[platform].do("ada", "travel")
    assert MODAL in asked.text
