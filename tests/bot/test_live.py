"""What is shown while a handler runs: within what the platform bears, and the last state always."""

import asyncio
from pathlib import Path

import pytest

from bot.sandbox.offline import shown
from tests.bot.conftest import Kernel, started


async def on(tmp_path: Path, platform: str, edit_every: float = 0.02) -> Kernel:
    kernel = await started(tmp_path / platform, platform)
    if kernel.platform.edit_every:
        kernel.platform.edit_every = edit_every
    return kernel


def edits(kernel: Kernel) -> list[str]:
    return [shown(payload) for _, payload in kernel.platform.edited]


async def test_progress_edits_one_message_within_the_budget(tmp_path: Path) -> None:
    kernel = await on(tmp_path, "discord", 0.05)
    began = asyncio.get_running_loop().time()
    said = (await kernel.say("!bake 40")).splitlines()
    took = asyncio.get_running_loop().time() - began
    assert said == ["Baking ▱▱▱▱▱▱▱▱▱▱ 0/40", "Bread."]
    assert edits(kernel)[-1] == "Baking ▰▰▰▰▰▰▰▰▰▰ 40/40"
    assert 2 <= len(edits(kernel)) <= took / 0.05 + 1
    assert len({message for message, _ in kernel.platform.edited}) == 1
    await kernel.app.stop()


async def test_progress_that_fails_says_where_it_stopped(tmp_path: Path) -> None:
    kernel = await on(tmp_path, "discord", 30)
    assert "It burnt." in await kernel.say("!bake 10 yes")
    assert edits(kernel) == ["Baking ▰▰▰▰▱▱▱▱▱▱ 4/10: it stopped there."]
    await kernel.app.stop()


async def test_without_edits_progress_is_four_lines_at_most(tmp_path: Path) -> None:
    kernel = await on(tmp_path, "twitch")
    kernel.platform.line_every = 0.01
    lines = (await kernel.say("!bake 40")).splitlines()
    assert (lines[0], lines[-2:]) == ("Baking ▱▱▱▱▱▱▱▱▱▱ 0/40", ["Baking ▰▰▰▰▰▰▰▰▰▰ 40/40", "Bread."])
    assert len(lines) == 5
    kernel.platform.line_every = 60
    assert len((await kernel.say("!bake 3")).splitlines()) == 3
    await kernel.app.stop()


async def test_a_stream_grows_in_one_message_whose_place_the_answer_takes(tmp_path: Path) -> None:
    kernel = await on(tmp_path, "discord", 0.015)
    said = (await kernel.submit(kernel.line("!tale", direct=False)))[1]
    assert said == ["A tale\nonce ", "A tale\nonce there was a house"]
    first, last = kernel.platform.handles[-2:]
    assert first.shown is None
    assert {last.shown} == {message for message, _ in kernel.platform.edited}
    assert all(later.startswith(earlier) for earlier, later in zip(edits(kernel), edits(kernel)[1:], strict=False))
    await kernel.app.stop()


async def test_where_there_are_drafts_a_stream_is_one_message(tmp_path: Path) -> None:
    kernel = await on(tmp_path, "telegram", 0.001)
    assert await kernel.say("/tale") == "A tale\nonce there was a house"
    assert kernel.platform.drafts[0].startswith("once")
    assert kernel.platform.drafts[-1] == "once there was a house"
    assert kernel.platform.edited == []
    assert "once" in await kernel.say("/tale", direct=False)
    assert kernel.platform.edited != []
    await kernel.app.stop()


async def test_where_nothing_can_be_edited_a_stream_is_its_whole_text(kernel: Kernel) -> None:
    assert await kernel.say("!tale") == "A tale once there was a house"


@pytest.mark.parametrize(("platform", "prefix"), [("discord", "!"), ("telegram", "/"), ("twitch", "!")])
async def test_a_reply_can_be_edited_where_it_can(tmp_path: Path, platform: str, prefix: str) -> None:
    kernel = await on(tmp_path, platform)
    lines = (await kernel.say(f"{prefix}wave")).splitlines()
    if platform == "twitch":
        assert [line.split(" !1")[0] for line in lines] == ["One moment.", "There.", "False"]
    else:
        assert (lines, edits(kernel)) == (["One moment.", "False"], ["There."])
    await kernel.app.stop()


async def test_what_was_done_by_an_earlier_process_shows_nothing(tmp_path: Path) -> None:
    first = await on(tmp_path, "discord")
    line = first.line("!bake 3")
    await first.submit(line)
    await first.app.stop()
    second = await on(tmp_path, "discord")
    assert await second.submit(line) == ("seen", [])
    assert second.platform.edited == []
    await second.app.stop()
