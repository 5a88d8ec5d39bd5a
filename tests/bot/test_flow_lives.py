"""Flows and jobs over lives of the bot, and over Apps of one process."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.app import App
from bot.flows import FlowError, Pace, engine
from bot.sandbox.offline import Offline
from bot.sandbox.world import World
from bot.store import Store, Tx, param
from bot.store.schema import insert, lease
from config.settings import Settings
from tests import servers
from tests.bot import baking
from tests.bot.baking import NOW, bakery, entries, until

LEASES = sa.select(lease.c.name).order_by(lease.c.name)
DEAD = insert(lease).values(name=param("name"), holder=param("holder"), expires=param("at", sa.BigInteger))


def leases(tx: Tx) -> list[str]:
    return [str(name) for (name,) in tx.execute(LEASES)]


async def test_a_pause_goes_on_over_a_restart(tmp_path: Path) -> None:
    async with bakery(tmp_path) as app:
        await app.flows.start("nap:1", baking.nap, 1.0)
        await baking.oven.reached.wait()
        started = asyncio.get_running_loop().time()
    async with bakery(tmp_path) as app:
        assert await app.flows.wait("nap:1") == 1
        assert asyncio.get_running_loop().time() - started > 0.9
        assert await entries(app, "lie down", "get up") == ["lie down", "get up"]


async def test_a_step_that_was_cut_off_is_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_DRAIN", 0.1)
    async with bakery(tmp_path) as app:
        await app.flows.start("proof:1", baking.proof)
        await baking.oven.reached.wait()
    async with bakery(tmp_path) as app:
        await baking.oven.reached.wait()
        baking.oven.gate.set()
        assert await app.flows.wait("proof:1") == 1
        assert await entries(app, "proofed") == ["proofed"]


async def test_a_step_that_ends_soon_is_let_come_to_its_end(tmp_path: Path) -> None:
    async with bakery(tmp_path) as app:
        await app.flows.start("proof:1", baking.proof)
        await baking.oven.reached.wait()
        asyncio.get_running_loop().call_later(0.2, baking.oven.gate.set)
    async with bakery(tmp_path) as app:
        assert await app.flows.wait("proof:1") == 1
        assert not baking.oven.reached.is_set()


async def test_a_flow_whose_plugin_is_away_waits_for_it(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with bakery(tmp_path) as app:
        for number in (1, 2):
            await app.flows.start(f"nap:{number}", baking.nap, 0.5)
        await baking.oven.reached.wait()

    async def heard() -> bool:
        return "flows of tests.bot.baking.nap wait: nobody has registered it" in caplog.messages

    async with bakery(tmp_path, plugin=False) as app:
        await until(heard)
        assert len(await app.flows.under_way()) == 2
        await app.load_plugin("tests.bot.baking")
        assert [await app.flows.wait(f"nap:{number}") for number in (1, 2)] == [1, 1]
    assert caplog.messages.count("flows of tests.bot.baking.nap wait: nobody has registered it") == 1


async def test_a_second_bot_of_the_process_has_no_flows_while_the_first_has(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def heard() -> bool:
        return any("one DBOS in a process" in message for message in caplog.messages)

    async with bakery(tmp_path / "one") as one:
        await one.flows.start("nap:1", baking.nap, 0.0)
        with servers.another():
            async with bakery(tmp_path / "two", pace=Pace(after=0.0, lease=0.1)) as two:
                with pytest.raises(FlowError, match="one DBOS in a process"):
                    await two.flows.start("nap:1", baking.nap, 0.0)
                await until(heard)
    with servers.another():
        async with bakery(tmp_path / "two") as two:
            await two.flows.start("nap:1", baking.nap, 0.0)
            assert await two.flows.wait("nap:1") == 1


async def test_threads_are_to_be_had_when_flows_are_over(tmp_path: Path) -> None:
    async with bakery(tmp_path) as app:
        await app.flows.start("bake:1", baking.bake, 1)
        await app.flows.wait("bake:1")
        assert await app.store.read(leases) == [f"executor:{app.flows._executor}"]
    assert await asyncio.to_thread(lambda: 7) == 7
    with pytest.raises(FlowError, match="while the bot runs"):
        await app.flows.status("bake:1")


async def test_an_executor_of_an_earlier_life_is_dead_at_once(tmp_path: Path) -> None:
    async with bakery(tmp_path, pace=Pace(after=None)) as app:

        def leave(tx: Tx) -> None:
            before = f"{app.flows._life}:1"
            for name in (f"executor:{before}", "job:tick", "other"):
                tx.execute(DEAD, name=name, holder=before, at=tx.now + 10**12)

        await app.store.write(leave)
        await app.flows.status("any")
        assert await app.store.read(leases) == [f"executor:{app.flows._executor}", "other"]


_ALONE = """
import asyncio, sys
from pathlib import Path
from bot.app import App
from bot.cli import cli
from bot.sandbox.offline import Offline
from bot.sandbox.world import World
from config.settings import Settings

async def main():
    app = App(Settings(data=Path(sys.argv[1]), discover=False)).load()
    app.compile()
    await app.start([Offline("twitch", World())])
    await app.stop()

asyncio.run(main())
assert not {"dbos", sys.argv[2]} & set(sys.modules)
"""


async def test_who_needs_no_flow_does_not_load_what_keeps_them(tmp_path: Path) -> None:
    """Nor the driver of PostgreSQL, if it is not used."""
    ran = [sys.executable, "-c", _ALONE, str(tmp_path), "psycopg" if servers.DEFAULT == "sqlite" else "dbos"]
    done = await asyncio.to_thread(subprocess.run, ran, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


# --- jobs ----------------------------------------------------------------------------------------------------------------


async def test_jobs_are_done_at_their_times_and_never_twice_at_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    runs, slow, enough, gate = [], [], asyncio.Event(), asyncio.Event()

    async def tick(store: Store) -> None:
        runs.append(await store.read(lambda tx: tx.now // 1_000_000))
        if len(runs) == 3:
            enough.set()
        raise baking.OvenError("cold again")

    async def drag(_store: Store) -> None:
        slow.append(1)
        await gate.wait()

    app = App(Settings(data=tmp_path, plugins=[], discover=False)).load()
    app.flows.pace = NOW
    app.schedule("tick", "* * * * * *", tick)
    app.schedule("drag", "* * * * * *", drag)
    app.schedule("never", "every now and then", tick)
    await app.start([Offline("twitch", World())])
    async with asyncio.timeout(20):
        await enough.wait()
    at_once = len(slow)
    gate.set()
    await app.stop()
    assert at_once == 1
    assert "job 'never' cannot be done at 'every now and then'" in caplog.messages
    failed = [one for one in caplog.records if one.message == "job 'tick' failed"]
    assert len(failed) == len(runs)
    assert failed[0].exc_info is not None
    assert failed[0].exc_info[0] is baking.OvenError
