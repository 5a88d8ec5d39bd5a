"""Killed while it waits for somebody: they are told so once, and the numbers they were shown mean what they meant, once."""

import asyncio
from pathlib import Path

from tests.faults.lives import Life, Lives
from tests.faults.test_kill import Sender, effects

PLUGINS = ["tests.bot.plugin", "examples.tour.asking"]


async def _heard(life: Life, *ids: str) -> None:
    """Until something has been said about each of these events."""
    while not {line[1] for line in life.lines if line[0] == "said"} >= set(ids):
        assert await life.hear(), "the process ended"


async def _life(lives: Lives, data: Path, sender: Sender, *ids: str) -> None:
    """A whole life with these events."""
    async with lives.begin("offline", data, plugins=PLUGINS) as life:
        sender.deliver(life, [*ids])
        sender.hear(await life.end())


async def test_who_was_being_asked_is_told_once_and_choices_stay_open(tmp_path: Path, lives: Lives) -> None:
    data, sender = tmp_path / "data", Sender()
    sender.events = {
        "asked": ("ada", "!ferry"),
        "offered": ("bob", "!little offer"),
        "pressed": ("bob", "!1"),
        "again": ("bob", "!1"),
    }
    async with asyncio.timeout(60):
        async with lives.begin("offline", data, plugins=PLUGINS) as life:
            sender.deliver(life, ["asked", "offered"])
            await _heard(life, "asked", "offered")
            life.kill()
            sender.hear(await life.rest())
        await _life(lives, data, sender, "asked", "pressed", "again")
    asked, *told = sender.said["asked"]
    assert "Which bank?" in asked
    assert len(told) == 1
    assert "I was restarted while I waited" in told[0]
    assert "!ferry" in told[0]
    assert "kept as number 1" in str(sender.said)
    assert effects(data) == {"first": 1}
    assert set(sender.taken["asked"][1:]) == {"seen"}
