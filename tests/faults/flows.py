"""A bakery to be killed, see `tests/faults/test_kill_flows.py`: one life of a bot, forked from a process with all imports."""

import asyncio
from pathlib import Path

from bot.app import App
from bot.flows import Pace, engine
from bot.sandbox.offline import Offline
from bot.sandbox.world import World
from config.settings import DatabaseSettings, Settings
from tests.bot import baking


def live(data: Path, url: str | None, shared: bool, die: str, start: str, last: bool) -> None:
    """Until it dies at this place, or is killed; `start` begins that flow. The `last` one ends when no flow is under way.

    `url` is that of PostgreSQL, which other lives may have `shared`.
    """
    asyncio.run(_live(data, url, shared, die, start, last))


async def _live(data: Path, url: str | None, shared: bool, die: str, start: str, last: bool) -> None:
    assert engine.VERSION  # imported by the process that is forked: each life is spared the seconds of that
    database = DatabaseSettings(url=url)  # type: ignore[arg-type]  (pydantic makes it a secret)
    settings = Settings(data=data, plugins=["tests.bot.baking"], discover=False)
    settings.database = database  # whatever the process that is forked was begun with
    app = App(settings, alone=not shared).load()
    app.flows.pace = Pace(after=0.0, beat=0.2, lease=1.5, look=0.2)
    baking.oven.folder, baking.oven.die = data, die
    await app.start([Offline("twitch", World())])
    if start:
        await app.flows.start(start, baking.bake, 3)
    if start:
        await app.flows.wait(start)
        baking.oven.note("ended")
    if not last:
        await asyncio.Event().wait()
    else:
        while await app.flows.under_way() or not await app.store.read(baking.book):
            await asyncio.sleep(0.1)
        baking.oven.note(f"book {' '.join(await app.store.read(baking.book))}")
        baking.oven.note(f"result {await app.flows.wait('bake:1')}")
    await app.stop()
