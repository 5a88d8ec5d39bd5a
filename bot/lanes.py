"""Lanes: serial for one author, parallel across authors, bounded.

Order between people is the database's. A lane per conversation would make strangers wait for each other.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable

Work = Callable[[], Awaitable[None]]
log = logging.getLogger(__name__)


class Lanes:
    """`depth` is how much one author may have waiting; `width` how many authors are served at once."""

    def __init__(self, depth: int = 16, width: int = 256) -> None:
        self._depth = depth
        self._width = asyncio.Semaphore(width)
        self._waiting: dict[str, deque[Work]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def full(self, key: str) -> bool:
        """True when this author has too much waiting already."""
        return len(self._waiting.get(key, ())) >= self._depth

    def submit(self, key: str, work: Work) -> None:
        """Run `work` after everything this author submitted before."""
        lane = self._waiting.get(key)
        if lane is not None:
            lane.append(work)
            return
        self._waiting[key] = deque([work])
        task = asyncio.create_task(self._drain(key), name=f"lane {key}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drain(self, key: str) -> None:
        lane = self._waiting[key]
        try:
            while lane:
                async with self._width:
                    await self._one(lane[0])
                lane.popleft()
        finally:
            del self._waiting[key]

    @staticmethod
    async def _one(work: Work) -> None:
        try:
            await work()
        except Exception:
            log.exception("a lane's work failed; the next goes on")

    @property
    def open(self) -> int:
        """How many authors have anything that waits or runs."""
        return len(self._waiting)

    @contextlib.asynccontextmanager
    async def aside(self) -> AsyncIterator[None]:
        """What runs now only waits for a person: others are served meanwhile, however many wait like this."""
        self._width.release()
        try:
            yield
        finally:
            await self._width.acquire()

    async def close(self, seconds: float = 5.0) -> None:
        """Let what runs end; what is still there after `seconds` is cancelled and resumed at the next start."""
        tasks = list(self._tasks)
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=seconds)
            for task in late:
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.gather(*late, return_exceptions=True)
