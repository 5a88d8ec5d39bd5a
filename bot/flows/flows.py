"""Flows and jobs, to the rest of the bot. Nothing of DBOS is imported before there is something to do."""

import asyncio
import hashlib
import logging
import secrets
import socket
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from bot.flows import leases
from bot.flows.model import Flow, FlowError, Job, Pace, Shape, State, encode, named
from bot.flows.run import Carrier, Run
from bot.store import BatchFailed, Diverged, Store

if TYPE_CHECKING:
    from dbos import WorkflowStatus

    from bot.flows.engine import Engine

T = TypeVar("T")
P = ParamSpec("P")
_HOUR = 3600.0
_STATES: Mapping[str, State] = {
    "SUCCESS": "done",
    "ERROR": "failed",
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": "failed",
    "CANCELLED": "cancelled",
}
log = logging.getLogger(__name__)


class Flows:
    """The flows and jobs of an App. Only one App of a process can have them at a time: a second one is told so.

    `url` is that of PostgreSQL, None with SQLite; `service` gives what was provided of a type.
    """

    def __init__(
        self,
        data: Path,
        url: str | None,
        shapes: Mapping[str, Shape],
        jobs: Mapping[str, Job],
        service: Callable[[type[Any]], Any],
    ) -> None:
        self.pace = Pace()
        self._data, self._url = data, url
        self._shapes, self._jobs, self._service = shapes, jobs, service
        self._life = "here" if url is None else _folder(data)
        self._executor = f"{self._life}:{secrets.token_hex(8)}"  # unique for each start
        self._changed, self._missed = asyncio.Event(), set[str]()
        self._store: Store | None = None
        self._launch: asyncio.Task[Engine] | None = None
        self._tasks: list[asyncio.Task[None]] = []

    # --- what the rest of the bot asks for -------------------------------------------------------------------------------

    async def start(
        self,
        id: str,  # noqa: A002
        fn: Callable[Concatenate[Run, P], Awaitable[T]],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """Begin a flow; it goes on by itself. The same id again is the same flow, also when that has ended.

        An id is remembered for as long as what has ended is kept (`retention.days`). Raises `FlowError` for a function
        that is no flow, and for an id that stands for another content.
        """
        shape = self._shapes.get(named(fn))
        if shape is None:
            raise FlowError(
                f"{named(fn)} is no flow of this bot: app.flow({fn.__name__}) is missing", code="flow_unknown"
            )
        packed = shape.pack(args, kwargs)
        engine = await self._ready()
        await engine.start(id, shape.name, packed)

    async def wait(self, id: str) -> Any:  # noqa: A002, ANN401
        """What the flow returned, once it has ended. Raises `FlowError` when it failed, was cancelled, or is unknown."""
        await (await self._ready()).wait(id)
        flow = await self.status(id)
        return flow.result if flow else None

    async def status(self, id: str) -> Flow | None:  # noqa: A002
        """What is known of it; None when nothing is."""
        found = await (await self._ready()).find(name="flow", workflow_ids=[id], load_input=True, load_output=True)
        return self._flow(found[0]) if found else None

    async def under_way(self) -> list[Flow]:
        """The flows that have not ended, oldest first, 1,000 at the most."""
        states = ["PENDING", "ENQUEUED", "DELAYED"]
        found = await (await self._ready()).find(name="flow", status=states, load_input=True)
        return [self._flow(one) for one in found]

    async def cancel(self, id: str) -> None:  # noqa: A002
        """It does nothing more: a pause or a step that runs is cut off. What it wrote stays. One that has ended has ended."""
        await (await self._ready()).cancel(id)

    def _flow(self, one: "WorkflowStatus") -> Flow:
        name = str(one.input["args"][0]) if one.input else ""
        shape, result = self._shapes.get(name), one.output
        if isinstance(result, bytes):
            result = shape.result(result) if shape else None
        reason = f"{type(one.error).__name__}: {one.error}" if one.error else ""
        begun, changed = ((at or 0) * 1000 for at in (one.created_at, one.updated_at))
        return Flow(one.workflow_id, name, _STATES.get(one.status, "running"), begun, changed, result, reason)

    # --- life ------------------------------------------------------------------------------------------------------------

    def begin(self, store: Store) -> None:
        """The bot is ready: flows may be started, and after a while what is left of an earlier life goes on."""
        self._store = store
        if self.pace.after is not None:
            self._tasks.append(asyncio.create_task(self._later(self.pace.after), name="flows"))

    async def refresh(self) -> None:
        """Plugins have come or gone."""
        self._changed.set()
        self._changed = asyncio.Event()
        if self._launch is not None:
            await (await self._ready()).schedule(self._jobs)

    async def close(self) -> None:
        """Cut off what runs; it goes on at the next start."""
        store, self._store = self._store, None
        engine: Engine | None = None
        if self._launch is not None:
            with suppress(Exception):  # it is logged by who waited for it
                engine = await self._launch  # a thread cannot be stopped half-way
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if store is not None and engine is not None:
            await engine.close()
            await store.write(leases.end, self._executor)

    async def forget(self, before: int) -> int:
        """Delete flows that ended before that time (µs), and runs of jobs that ended an hour ago. Returns how many."""
        engine, count = await self._ready(), 0
        for name, until in (("flow", before / 1e6), ("job", time.time() - _HOUR)):
            while ids := await engine.forget(name, until):
                await self._open_store.write(leases.forget, ids)
                count += len(ids)
        return count

    async def _later(self, seconds: float) -> None:
        said = ""
        while True:
            await asyncio.sleep(seconds)
            try:
                await self._ready()
            except FlowError as error:
                if said != str(error):
                    log.warning("%s", error)
                said = str(error)
            except Exception:
                log.exception("flows and jobs cannot be run; still trying")
            else:
                return
            seconds = self.pace.lease

    @property
    def _open_store(self) -> Store:
        if self._store is None:
            raise FlowError("flows run while the bot runs", code="flow_stopped")
        return self._store

    async def _ready(self) -> "Engine":
        """DBOS, launched at the first use."""
        store = self._open_store
        if self._launch is None or (self._launch.done() and self._launch.exception()):
            self._launch = asyncio.create_task(self._launched(store), name="flows launch")
        return await asyncio.shield(self._launch)

    async def _launched(self, store: Store) -> "Engine":
        engine_class = await asyncio.to_thread(_imported)
        await store.write(leases.begin, self._executor, self._life, self.pace.lease)
        engine = await engine_class.launch(
            self, store.keys, data=self._data, url=self._url, executor=self._executor, pace=self.pace
        )
        await engine.schedule(self._jobs)
        self._tasks.append(asyncio.create_task(self._beat(store, engine), name="flows beat"))
        return engine

    async def _beat(self, store: Store, engine: "Engine") -> None:
        """Live, and take up what the dead have left, pass by pass, until nothing of them is pending."""
        while True:
            try:
                alive = await store.write(leases.beat, self._executor, self.pace.lease)
                await engine.recover(alive)
                await engine.cut_off()
                if wrote := await store.read(leases.wrote):
                    # Not when a flow comes to its end: DBOS must know of that first, or it would be run again without a memory.
                    ended = await engine.ended(wrote)
                    await store.write(leases.forget, ended)
            except Exception:
                log.exception("flows: a beat is left out")
            await asyncio.sleep(self.pace.beat)

    # --- to DBOS ---------------------------------------------------------------------------------------------------------

    async def run_flow(self, id: str, name: str, packed: bytes, carrier: Carrier) -> bytes:  # noqa: A002
        """One run of a flow, from its beginning."""
        shape = await self._shape(name)
        run = Run(id, self._open_store, self._service, carrier)
        try:
            result = await shape.fn(run, **shape.unpack(packed))
            run.ended()
        except Diverged as error:
            log.exception("flow %s went another way than before", id)
            raise FlowError(f"it went another way than before: {error}", code="flow_diverged") from error
        except BatchFailed:
            log.exception("flow %s could not write; it is tried again", id)
            raise
        except Exception:
            log.exception("flow %s failed", id)
            raise
        return encode(result)

    async def _shape(self, name: str) -> Shape:
        """One whose plugin is not there waits for it, and is pending meanwhile."""
        while (shape := self._shapes.get(name)) is None:
            if name not in self._missed:
                self._missed.add(name)
                log.warning("flows of %s wait: nobody has registered it", name)
            await self._changed.wait()
        return shape

    async def run_job(self, name: str) -> None:
        """Do it, unless it is being done, here or elsewhere."""
        job, store = self._jobs.get(name), self._open_store
        if job is None or not await store.write(leases.take_job, name, self._executor, self.pace.lease):
            log.info("job %r is left out: it is %s", name, "unknown" if job is None else "still being done")
            return
        try:
            await job.run(store)
        except Exception:
            log.exception("job %r failed", name)
        finally:
            await store.write(leases.leave_job, name, self._executor)


def _folder(data: Path) -> str:
    """A data folder, so that one of its lives knows the others."""
    return hashlib.sha256(f"{socket.gethostname()}:{data.resolve()}".encode()).hexdigest()[:16]


def _imported() -> "type[Engine]":
    """In a thread, or the bot would stand still for seconds."""
    from bot.flows.engine import Engine  # noqa: PLC0415

    return Engine
