"""Killed while it waits for somebody: they are told so once, and the numbers they were shown mean what they meant, once."""

import asyncio
from pathlib import Path

from tests.faults.test_kill import Sender, effects, process

ASKING = "examples.tour.asking"


async def _heard(child: asyncio.subprocess.Process, sender: Sender, *ids: str) -> None:
    """Until something has been said about each of these events."""
    assert child.stdout is not None
    while not sender.said.keys() >= set(ids):
        line = await child.stdout.readline()
        assert line, "the process ended"
        sender.hear(line)


async def _life(data: Path, sender: Sender, *ids: str) -> None:
    """A whole life with these events."""
    async with process(data, ASKING) as child:
        out, _ = await child.communicate(sender.wire([*ids]))
        for line in out.splitlines(keepends=True):
            sender.hear(line)
        assert child.returncode == 0


async def test_who_was_being_asked_is_told_once_and_choices_stay_open(tmp_path: Path) -> None:
    data, sender = tmp_path / "data", Sender()
    sender.events = {
        "asked": ("ada", "!ferry"),
        "offered": ("bob", "!little offer"),
        "pressed": ("bob", "!1"),
        "again": ("bob", "!1"),
    }
    async with asyncio.timeout(60):
        async with process(data, ASKING) as child:
            assert child.stdin is not None
            child.stdin.write(sender.wire(["asked", "offered"]))
            await _heard(child, sender, "asked", "offered")
            child.kill()
        await _life(data, sender, "asked", "pressed", "again")
    asked, *told = sender.said["asked"]
    assert "Which bank?" in asked
    assert len(told) == 1
    assert "I was restarted while I waited" in told[0]
    assert "!ferry" in told[0]
    assert "kept as number 1" in str(sender.said)
    assert effects(data) == {"first": 1}
    assert set(sender.taken["asked"][1:]) == {"seen"}
