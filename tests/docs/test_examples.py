"""examples/dice.py is a plugin: named in the settings, its command is there on every platform."""

import re
from pathlib import Path

import pytest

from bot.app import App
from bot.sandbox.offline import Offline, shown
from bot.sandbox.world import World
from bot.testing.template import prepare
from config.settings import Settings


@pytest.mark.parametrize(("name", "prefix"), [("discord", "!"), ("twitch", "!"), ("telegram", "/")])
async def test_dice(tmp_path: Path, name: str, prefix: str) -> None:
    app, platform = App(Settings(data=tmp_path, plugins=["examples.dice"])).load(), Offline(name, World())
    prepare(app)
    await app.start([platform])
    try:
        throw = platform.invocation("ada", f"{prefix}dice 2", direct=False)
        assert [await app.intake.submit(throw), await app.intake.submit(throw)] == ["accepted", "seen"]
        await app.intake.quiet()
        (thrown,) = map(shown, platform.sent)
        assert re.search(r"throws \W*[12]\W*$", thrown)
        await app.intake.submit(platform.invocation("ada", f"{prefix}dice 1", direct=False))
        await app.intake.quiet()
        assert "between 2 and 1000" in shown(platform.sent[-1])
    finally:
        await app.stop()
