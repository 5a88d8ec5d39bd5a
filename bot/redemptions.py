"""What becomes of channel points that ran commands: spent when one of them succeeded, given back when none did.

A redemption may run several commands; it is decided once, when all of them have ended. Until the platform knows, their rows in
the inbox are `settling`, and what an earlier process left so is told to the platform again: a second time changes nothing there.
"""

import asyncio
import contextlib
import logging
from collections.abc import Iterator, Mapping

from bot.adapter import Platform
from bot.command import Invocation
from bot.ending import redeems
from bot.events import AnyEvent
from bot.store import Store, inbox

PAUSES = (60.0, 600.0, 3_600.0)
"""Seconds before another try, when the platform does not answer; after them it waits for the next start."""
_COMING = ""
"""Stands for what is still to come of an event."""
log = logging.getLogger(__name__)


class _Redemption:
    """One redemption: the commands that still run, and those that have ended."""

    __slots__ = ("ended", "event", "running", "succeeded")

    def __init__(self, event: AnyEvent) -> None:
        self.event, self.succeeded = event, False
        self.running: set[str] = set()
        self.ended: list[str] = []


class Redemptions:
    """The redemptions of this process that are not settled."""

    def __init__(self, store: Store, platforms: Mapping[str, Platform]) -> None:
        self._store, self._platforms = store, platforms
        self._open: dict[str, _Redemption] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._idle = 0

    @property
    def busy(self) -> bool:
        """True while a platform is being told; what waits for one that does not answer is not."""
        return len(self._tasks) > self._idle

    @contextlib.contextmanager
    def opened(self, event: AnyEvent) -> Iterator[None]:
        """All that this event runs begins in here: before that nothing is decided."""
        one = self._of(event)
        one.running.add(_COMING)
        try:
            yield
        finally:
            self._left(one, _COMING)

    def begin(self, invocation: Invocation) -> None:
        """It is to be run, and has part in what is decided."""
        if redeems(invocation) and invocation.event is not None:
            self._of(invocation.event).running.add(invocation.id)

    def leave(self, invocation: Invocation) -> None:
        """It is not run here: it has no part in it."""
        if redeems(invocation) and invocation.event is not None:
            self._left(self._of(invocation.event), invocation.id)

    def end(self, invocation: Invocation, *, succeeded: bool) -> None:
        """It has ended, and its row is `settling`."""
        if redeems(invocation) and invocation.event is not None:
            one = self._of(invocation.event)
            one.ended.append(invocation.id)
            one.succeeded = one.succeeded or succeeded
            self._left(one, invocation.id)

    def _of(self, event: AnyEvent) -> _Redemption:
        found = self._open.get(event.id)
        if found is None:
            found = self._open[event.id] = _Redemption(event)
        return found

    def _left(self, one: _Redemption, id_: str) -> None:
        one.running.discard(id_)
        if one.running:
            return
        self._open.pop(one.event.id, None)
        if one.ended:
            task = asyncio.create_task(self._settle(one), name=f"redemption {one.event.id}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _settle(self, one: _Redemption) -> None:
        for pause in (*PAUSES, None):
            if await self._told(one):
                await self._store.write(inbox.settled, one.ended)
                return
            if pause is not None:
                self._idle += 1
                try:
                    await asyncio.sleep(pause)
                finally:
                    self._idle -= 1

    async def _told(self, one: _Redemption) -> bool:
        platform = self._platforms.get(one.event.place.platform)
        if platform is None:
            return False
        try:
            return await platform.settle(one.event, one.succeeded)
        except Exception:
            log.exception("the redemption %s could not be settled", one.event.id)
            return False

    async def close(self) -> None:
        """What the platform does not know yet, it is told at the next start."""
        for task in list(self._tasks):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
