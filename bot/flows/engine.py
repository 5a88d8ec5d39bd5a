"""DBOS, which keeps flows and fires schedules. Imported when it is needed: that takes seconds, 25 threads and 30 MB.

There is one DBOS in a process, and what is registered with it stays there. So it knows two workflows only, one for every flow
and one for every job; which of them it is about is an argument, looked up in the App that has DBOS: plugins come and go.
"""

import asyncio
import contextvars
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec, Protocol, TypeVar

import sqlalchemy as sa
from dbos import (
    DBOS,
    DBOSConfig,
    SetWorkflowID,
    StepOptions,
    WorkflowHandleAsync,
    WorkflowStatus,
    _scheduler,
    _workflow_commands,
    error,
)

from bot.flows.model import FlowError, Job, Pace
from bot.flows.run import Body, Carrier
from bot.flows.sealing import Sealing
from bot.store import BatchFailed, Keys

T = TypeVar("T")
P = ParamSpec("P")
VERSION = "1"
"""Flows that were begun under another one are not taken up: changed only when what DBOS is told of them changes."""

ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_DRAIN, _AGAIN, _DUE, _NONE = 3.0, 10.0, 5.0, 60.0
_CHUNK = 1000
_SAID = ("Asyncio task cancelled", "Exception encountered in asynchronous workflow", "Step being automatically retried")
_THREADS = 4
_SCHEMA = "dbos"
log = logging.getLogger(__name__)


class Host(Protocol):
    """The App, to DBOS."""

    async def run_flow(self, id: str, name: str, packed: bytes, carrier: Carrier) -> bytes:  # noqa: A002
        """Run the flow function of this name."""

    async def run_job(self, name: str) -> None:
        """Do what this job does."""


class Engine:
    """DBOS, launched for one App. Made by `Engine.launch`."""

    _now: "Engine | None" = None

    def __init__(self, host: Host, keys: Keys) -> None:
        self._host, self._keys = host, keys
        self._tasks: dict[str, asyncio.Task[Any]] = {}
        self._busy, self._closing = 0, False
        self._idle = asyncio.Event()
        # Its own, without the context of whoever asks: in a handler or a step DBOS would take a call for a part of that.
        self._threads = ThreadPoolExecutor(_THREADS, "flows")

    @classmethod
    async def launch(
        cls, host: Host, keys: Keys, *, data: Path, url: str | None, executor: str, pace: Pace
    ) -> "Engine":
        """Raises `FlowError` when another App of this process has DBOS."""
        if Engine._now is not None:
            raise FlowError("flows and jobs run in another bot of this process: there is one DBOS in a process")
        self = Engine._now = cls(host, keys)
        try:
            config = await self._call(_config, data, url, keys, executor, pace)
            dbos = await self._call(DBOS, config=config)
            # Launched in a thread, or its migrations would hold up every command; so it is told of the loop beforehand.
            dbos._background_event_loop.set_main_loop()  # noqa: SLF001
            _seldom(dbos, url, pace)
            await self._call(DBOS.launch)
        except BaseException:
            await self.close()
            raise
        return self

    async def _call(self, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """A blocking call of DBOS."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(fn, *args, **kwargs))

    # --- flows -----------------------------------------------------------------------------------------------------------

    async def start(self, id: str, name: str, packed: bytes) -> None:  # noqa: A002
        """Begin it, unless there is one of this id. Raises `FlowError` for an id that another flow has."""
        known = await self.find(workflow_ids=[id], load_input=True)
        if not known:
            begun = asyncio.create_task(self._start(id, name, packed), context=contextvars.Context())
            await asyncio.shield(begun)
        elif known[0].input is None or tuple(known[0].input["args"]) != (name, packed):
            raise FlowError(f"the flow {id} is there with another content", code="flow_differs")

    @staticmethod
    async def _start(id: str, name: str, packed: bytes) -> None:  # noqa: A002
        with SetWorkflowID(id):
            await DBOS.start_workflow_async(_flow, name, packed)

    async def step(self, name: str, body: Body, tries: int, pause: float) -> bytes:
        """Run it as a step of the flow that calls; see `bot.flows.run.Carrier`."""
        if self._closing:
            raise asyncio.CancelledError
        options: StepOptions = {"name": name, "retries_allowed": tries > 1, "max_attempts": tries}
        options |= {"interval_seconds": pause, "backoff_rate": 2.0, "should_retry": partial(_failed, name)}
        self._busy += 1
        try:
            return await DBOS.run_step_async(options, body)
        except error.DBOSMaxStepRetriesExceeded as over:
            raise over.errors[-1] from None
        finally:
            self._busy -= 1  # not before what it gave is written down
            if not self._busy:
                self._idle.set()

    async def sleep(self, seconds: float) -> None:
        """Until then, over restarts."""
        await DBOS.sleep_async(seconds)

    async def wait(self, id: str) -> bytes:  # noqa: A002
        """What it returned. Raises `FlowError`, also for what it raised."""
        waiting = asyncio.create_task(self._wait(id), context=contextvars.Context())
        try:
            return await waiting
        except error.DBOSNonExistentWorkflowError:
            raise FlowError(f"there is no flow {id}", code="flow_unknown") from None
        except error.DBOSAwaitedWorkflowCancelledError:
            raise FlowError(f"the flow {id} was cancelled", code="flow_cancelled") from None
        except Exception as cause:
            raise FlowError(f"the flow {id} failed: {type(cause).__name__}: {cause}", code="flow_failed") from cause

    @staticmethod
    async def _wait(id: str) -> bytes:  # noqa: A002
        handle: WorkflowHandleAsync[bytes] = await DBOS.retrieve_workflow_async(id)
        return await handle.get_result(polling_interval_sec=0.2)

    async def cancel(self, id: str) -> None:  # noqa: A002
        """A pause or a step that runs is cut off."""
        await self._call(DBOS.cancel_workflow, id)
        await self.cut_off()

    async def cut_off(self) -> None:
        """What was cancelled, here or elsewhere, runs on here no longer."""
        if self._tasks:
            for one in await self.find(workflow_ids=list(self._tasks), status="CANCELLED"):
                if task := self._tasks.get(one.workflow_id):
                    task.cancel()

    def _again(self, id: str) -> None:  # noqa: A002
        if not self._closing:
            self._threads.submit(DBOS.resume_workflow, id)

    async def find(self, **which: Any) -> list[WorkflowStatus]:  # noqa: ANN401
        """As `DBOS.list_workflows`; without what went in and came out, unless asked for."""
        which = {"load_input": False, "load_output": False, "limit": _CHUNK} | which
        found: list[WorkflowStatus] = await self._call(DBOS.list_workflows, **which)
        return found

    # --- several processes, several lives --------------------------------------------------------------------------------

    async def recover(self, alive: Iterable[str]) -> int:
        """Take up what executors that live no more have left; DBOS lets each be taken up once. Returns how many they were."""
        pending = await self.find(status="PENDING", app_version=VERSION)
        dead = sorted({one.executor_id for one in pending if one.executor_id} - set(alive))
        if dead:
            log.warning("taking up flows that %d processes left when they ended", len(dead))
            await self._call(DBOS._recover_pending_workflows, dead)  # noqa: SLF001  (there is no public one in 3.4)
        return len(dead)

    async def ended(self, ids: list[str]) -> list[str]:
        """Those of these flows that have ended, and that DBOS knows to have."""
        return [one.workflow_id for one in await self.find(workflow_ids=ids, status=ENDED)]

    async def forget(self, name: str, before: float) -> list[str]:
        """Delete what ended before that time (seconds since the epoch), `_CHUNK` at the most. Returns their ids."""
        when = datetime.fromtimestamp(before, UTC).isoformat()
        ids = [one.workflow_id for one in await self.find(name=name, status=ENDED, completed_before=when)]
        if ids:
            await self._call(DBOS.delete_workflows, ids)
        return ids

    # --- schedules -------------------------------------------------------------------------------------------------------

    async def schedule(self, jobs: Mapping[str, Job]) -> None:
        """Fire these, and no others. One with a cron line that is none is left out, and logged."""
        await self._call(_schedule, dict(jobs))

    # --- the end ---------------------------------------------------------------------------------------------------------

    async def close(self) -> None:
        """Let steps that have begun come to their end for a while; what is not done stays pending, for the next start."""
        self._closing = True
        self._idle.clear()
        if self._busy:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._idle.wait(), _DRAIN)
        await self._stop_tasks()
        # DBOS made its threads those of the loop, and shuts them down: whoever wants a thread afterwards gets others.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
        await self._call(DBOS.destroy)
        self._threads.shutdown()
        Engine._now = None

    async def _stop_tasks(self) -> None:
        for task in list(self._tasks.values()):
            task.cancel()
        if self._tasks:
            await asyncio.wait(list(self._tasks.values()), timeout=_DRAIN)

    async def run(self, id: str, work: Callable[[], Awaitable[T]]) -> T:  # noqa: A002
        """Within the task of a workflow."""
        task = asyncio.current_task()
        if self._closing or task is None:
            raise asyncio.CancelledError
        self._tasks[id] = task
        try:
            return await work()
        except BatchFailed:  # a full disk is no end of a flow: cancelled here, it stays pending
            asyncio.get_running_loop().call_later(_AGAIN, self._again, id)
            raise asyncio.CancelledError from None
        finally:
            self._tasks.pop(id, None)


def _here() -> Engine:
    if Engine._now is None:  # noqa: SLF001
        raise asyncio.CancelledError
    return Engine._now  # noqa: SLF001


@DBOS.workflow(name="flow", max_recovery_attempts=1000)  # each start counts, and a flow may sleep for months
async def _flow(name: str, packed: bytes) -> bytes:
    engine, id_ = _here(), str(DBOS.workflow_id)
    return await engine.run(id_, lambda: engine._host.run_flow(id_, name, packed, engine))  # noqa: SLF001


@DBOS.workflow(name="job", max_recovery_attempts=3)  # one that ends its process must not do so for ever
async def _job(_at: datetime, name: str) -> None:
    engine = _here()
    await engine.run(str(DBOS.workflow_id), lambda: engine._host.run_job(name))  # noqa: SLF001


def _failed(name: str, cause: BaseException) -> bool:
    log.warning("step %s failed", name, exc_info=cause)
    return True


def _schedule(jobs: dict[str, Job]) -> None:
    there = {one["schedule_name"]: one["schedule"] for one in DBOS.list_schedules()}
    for name in there.keys() - jobs.keys():
        DBOS.delete_schedule(name)
    for name, job in jobs.items():
        if there.get(name) != job.cron:
            try:
                DBOS.apply_schedules(
                    [{"schedule_name": name, "workflow_fn": _job, "schedule": job.cron, "context": name}]
                )
            except Exception:
                log.exception("job %r cannot be done at %r", name, job.cron)


def _config(data: Path, url: str | None, keys: Keys, executor: str, pace: Pace) -> DBOSConfig:
    _quiet()
    config: DBOSConfig = {
        "name": "soulfra",
        "executor_id": executor,  # one for each start of a process: what has another is from an earlier life
        "application_version": VERSION,  # else a hash of the source: nothing would be taken up after an upgrade
        "serializer": Sealing(keys),
        "log_level": "WARNING",
        "scheduler_polling_interval_sec": pace.look,
    }
    if url is None:
        path = data / "flows.db"
        return {**config, "system_database_url": f"sqlite:///{path}", "system_database_engine": _engine(path)}
    return {**config, "system_database_url": url, "sys_db_pool_size": 5, "dbos_system_schema": _SCHEMA}


def make_tables(url: str) -> None:
    """Those of DBOS on PostgreSQL, or their newer shape: for their owner, where the bot's own role may not make any."""
    _quiet()
    DBOS.migrate(url, schema=_SCHEMA)


def _seldom(dbos: DBOS, url: str | None, pace: Pace) -> None:
    """What DBOS looks for each second would take 1 % of a core of a bot where nothing happens. There is no setting for it."""
    dbos._registry.get_internal_queue()._polling_interval_sec = min(pace.look, _DUE)  # noqa: SLF001
    # Delays and time-outs, of which there are none. On PostgreSQL a session that waits for longer than _DUE is ended.
    _workflow_commands._BACKGROUND_JOBS_INTERVAL_SEC = _NONE if url is None else _DUE  # noqa: SLF001
    # Our schedules are made right after the launch; those of plugins that come later wait for the next look.
    _scheduler._STARTUP_FAST_POLL_DURATION_SEC = _DUE  # noqa: SLF001


def _engine(path: Path) -> sa.Engine:
    """A file of its own, since DBOS writes beside our writer. DBOS's own engine keeps the old journal: a fifth of the speed."""
    engine = sa.create_engine(f"sqlite:///{path}")

    @sa.event.listens_for(engine, "connect")
    def connect(connection: Any, _record: object) -> None:  # noqa: ANN401
        connection.isolation_level = "IMMEDIATE"  # a reader that begins to write fails at once otherwise
        for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _quiet() -> None:
    """Its log is a part of ours, without what we say ourselves: what failed, and that we cancel what runs when we end."""
    logger = logging.getLogger("dbos")
    if not logger.handlers:  # else it would write to the terminal by itself
        logger.addHandler(logging.NullHandler())
        logger.addFilter(lambda record: not str(record.msg).startswith(_SAID))
