"""A bot that begins while nothing can be written hears when it can be; one that cannot begin leaves nothing open."""

import asyncio
import gc
from pathlib import Path

import pytest

from bot.security.keyring import SealError
from bot.testing import world
from tests.faults.test_platforms_failing import House, away, peopled, until
from tests.servers import used


async def test_who_begins_while_nothing_can_be_written_hears_when_it_can_be(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """That Telegram knows the menus cannot be noted: it is begun again until that can be."""
    async with peopled() as sandbox:
        house = House(tmp_path / "data", sandbox, {}, used(tmp_path / "data"))
        house.app = house.made()
        beginning = asyncio.create_task(house.app.start())
        try:
            await until(lambda: "setMyCommands" in {wire.name for wire in sandbox.world.record.since(0)})
            with away(house):
                await until(lambda: "An update could not be kept (BatchFailed). Trying again." in caplog.text)
            await beginning
            await house.says("telegram", house.somebody("telegram"), "heard")
            assert await house.settled("heard") == "sent"
        finally:
            await house.app.stop()


async def test_what_cannot_begin_leaves_nothing_open(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with world(data=data):
        pass
    (data / "master.key").unlink()
    with pytest.raises(SealError):
        async with world(data=data):
            pass
    gc.collect()
