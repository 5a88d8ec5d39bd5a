"""What an operator does by mistake beside a bot that runs: refused with a code and one line, and the bot goes on as before."""

from pathlib import Path

import pytest

from bot.app import App
from bot.errors import SoulfraError
from bot.sandbox.offline import Offline
from bot.sandbox.world import World
from bot.store import inbox
from config.settings import Settings

PLUGINS = ["economy", "handlers.blessings"]


def bot(folder: Path) -> tuple[App, Offline]:
    app = App(Settings(data=folder / "data", plugins=PLUGINS, discover=False)).load()
    return app, Offline("twitch", World())


async def bless(app: App, twitch: Offline) -> str:
    """What is shown."""
    await app.intake.submit(twitch.invocation("ada", "!bless @bob 5", direct=False))
    await app.intake.quiet()
    return str(twitch.sent[-1])


async def test_a_second_bot_on_the_same_data_is_refused(tmp_path: Path) -> None:
    (first, twitch), (second, other) = bot(tmp_path), bot(tmp_path)
    await first.start([twitch])
    try:
        with pytest.raises(SoulfraError, match=r"data is in use by process \d+: stop that one first") as refused:
            await second.start([other])
        assert refused.value.code == "in_use"
        await second.stop()
        assert "You keep 95" in await bless(first, twitch)
    finally:
        await first.stop()
    after, again = bot(tmp_path)
    await after.start([again])
    assert "You keep 90" in await bless(after, again)
    await after.stop()


async def test_what_has_ended_is_neither_retried_nor_dropped(tmp_path: Path) -> None:
    app, twitch = bot(tmp_path)
    await app.start([twitch])
    try:
        await bless(app, twitch)
        (done,) = await app.store.read(inbox.letters, "done")
        for verb in (inbox.retry, inbox.drop):
            assert not await app.store.write(verb, done.id)
        assert await app.store.read(inbox.letters, "done") != []
        assert (await app.state())["ledger_sum"] == 0
    finally:
        await app.stop()
