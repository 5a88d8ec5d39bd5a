"""Flows, on DBOS itself: what was done is not done again, and what is kept of them is sealed and erased."""

import asyncio
import base64
import inspect
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import sqlalchemy as sa
from dbos import _scheduler, _workflow_commands

from bot.app import App
from bot.flows import FlowError, Run, engine
from bot.store import Tx
from bot.store.schema import remembered
from tests.bot import baking
from tests.bot.baking import bakery, entries, until
from tests.servers import stored_in

pytestmark = pytest.mark.asyncio(loop_scope="module")
HOUR = 3600.0
REMEMBERED = sa.select(remembered.c.invocation)


def memories(tx: Tx) -> list[str]:
    return [str(which) for (which,) in tx.execute(REMEMBERED)]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def app(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[App]:
    async with bakery(tmp_path_factory.mktemp("bakery")) as one:
        yield one


@pytest.fixture
def oven() -> baking.Oven:
    baking.oven.__init__()  # type: ignore[misc]
    return baking.oven


async def test_a_flow_does_each_thing_once_and_keeps_its_result_under_its_id(app: App, oven: baking.Oven) -> None:
    oven.cold = 2
    await app.flows.start("bake:1", baking.bake, 3, words="a birthday")
    assert await app.flows.wait("bake:1") == 3 + 1 + 3 * 2 + 1 + len("a birthday")
    await app.flows.start("bake:1", baking.bake, 3, words="a birthday")
    assert await app.flows.wait("bake:1") == 21
    flow = await app.flows.status("bake:1")
    assert flow is not None
    assert (flow.name, flow.state, flow.result, flow.reason) == ("tests.bot.baking.bake", "done", 21, "")
    assert await entries(app, "pay", "deliver") == ["pay", "deliver"]
    assert oven.heated == 2


async def test_an_id_stands_for_one_content(app: App) -> None:
    await app.flows.start("nap:1", baking.nap, 0.0)
    for fn, args in ((baking.nap, (1.0,)), (baking.bake, (1,))):
        with pytest.raises(FlowError) as refused:
            await app.flows.start("nap:1", fn, *args)  # type: ignore[arg-type]
        assert refused.value.code == "flow_differs"
    assert await app.flows.wait("nap:1") == 1


async def test_what_is_no_flow_is_refused(app: App) -> None:
    async def inner(run: Run) -> None: ...

    async def unnamed(run: Run, *loaves: int) -> None: ...

    def plain(run: Run) -> None: ...

    with pytest.raises(FlowError) as refused:
        await app.flows.start("x", baking.enter, 1)  # type: ignore[arg-type]
    assert refused.value.code == "flow_unknown"
    with pytest.raises(TypeError):
        await app.flows.start("x", baking.bake)  # type: ignore[call-arg]
    assert await app.flows.status("x") is None
    with pytest.raises(FlowError, match="no flow x"):
        await app.flows.wait("x")
    for fn in (inner, unnamed, plain):
        with pytest.raises(TypeError):
            App(app.settings).flow(fn)  # type: ignore[arg-type]


async def test_a_flow_that_fails_says_why_and_its_cause_is_logged(app: App, caplog: pytest.LogCaptureFixture) -> None:
    await app.flows.start("burn:1", baking.burn)
    with pytest.raises(FlowError, match="OvenError: burnt") as refused:
        await app.flows.wait("burn:1")
    flow = await app.flows.status("burn:1")
    assert refused.value.code == "flow_failed"
    assert flow is not None
    assert (flow.state, flow.reason) == ("failed", "OvenError: burnt")
    assert [one.message for one in caplog.records if one.exc_info] == ["flow burn:1 failed"]


async def test_what_the_last_try_of_a_step_raised_is_raised(app: App, oven: baking.Oven) -> None:
    oven.cold = 3
    await app.flows.start("bake:cold", baking.bake, 1)
    with pytest.raises(FlowError, match="OvenError: the oven is cold"):
        await app.flows.wait("bake:cold")
    assert oven.heated == 3


async def test_a_cancelled_flow_does_nothing_more(app: App, oven: baking.Oven) -> None:
    await app.flows.start("nap:long", baking.nap, HOUR)
    await oven.reached.wait()
    assert [flow.id for flow in await app.flows.under_way()] == ["nap:long"]
    waiting = asyncio.create_task(app.flows.wait("nap:long"))
    await app.flows.cancel("nap:long")
    with pytest.raises(FlowError) as refused:
        await waiting
    assert refused.value.code == "flow_cancelled"
    assert await app.flows.under_way() == []
    flow = await app.flows.status("nap:long")
    assert flow is not None
    assert flow.state == "cancelled"


async def test_a_write_that_the_disk_refused_is_tried_again(
    app: App, oven: baking.Oven, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_AGAIN", 0.05)
    oven.full = "get up"
    before = len(await entries(app, "lie down", "get up"))
    await app.flows.start("nap:full", baking.nap, 0.01)
    assert await app.flows.wait("nap:full") == 1
    assert (await entries(app, "lie down", "get up"))[before:] == ["lie down", "get up"]


async def test_what_flows_wrote_is_forgotten_when_they_have_ended(app: App) -> None:
    async def forgotten() -> bool:
        return not await app.store.read(memories)

    await app.flows.start("bake:forgotten", baking.bake, 1)
    await app.flows.wait("bake:forgotten")
    await until(forgotten)


async def test_what_is_kept_of_a_flow_is_sealed(app: App) -> None:
    await app.flows.start("bake:sealed", baking.bake, 1, words="nobody reads this")
    await app.flows.wait("bake:sealed")
    kept = stored_in(app.settings.data / "flows.db" if isinstance(app.database, Path) else app.database)
    assert b"bake:sealed" in kept
    assert b"nobody reads this" not in kept
    texts = [base64.b64decode(one) for one in re.findall(rb"(?:[A-Za-z0-9+/]{4}){15,}", kept)]
    assert texts
    assert not [text for text in texts if b"nobody reads this" in text]


async def test_what_ended_long_ago_is_deleted(app: App) -> None:
    await app.flows.start("bake:old", baking.bake, 1)
    await app.flows.wait("bake:old")
    flow = await app.flows.status("bake:old")
    assert flow is not None
    assert await app.flows.forget(flow.begun - 60_000_000) == 0
    assert await app.flows.status("bake:old") == flow
    await app.flows.start("nap:awake", baking.nap, HOUR)
    assert await app.flows.forget(flow.changed + 60_000_000) > 0
    assert await app.flows.status("bake:old") is None
    assert [one.id for one in await app.flows.under_way()] == ["nap:awake"]
    await app.flows.cancel("nap:awake")


async def test_what_dbos_is_made_to_look_for_seldom_is_where_it_was() -> None:
    # There is no setting for it: a version that has moved it would look each second again, and nobody would see.
    said = inspect.getsource(_scheduler.dynamic_scheduler_loop), inspect.getsource(_workflow_commands)
    assert "+ _STARTUP_FAST_POLL_DURATION_SEC" in said[0]
    assert "        _BACKGROUND_JOBS_INTERVAL_SEC,\n" in said[1]
