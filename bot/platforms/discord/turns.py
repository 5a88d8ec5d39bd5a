"""Interactions that this process knows of: their deadline, and how far they have been answered."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from bot.command import ReplyHandle

_REMEMBERED = 10_000


@dataclass(slots=True)
class Turn:
    """One interaction. `key` is of what answered it first, `asked` that a modal did. `waits`: it is deferred when it is due.

    `asks`: a modal may answer it (not one that a modal sent). `hidden`: the message it came from is for its reader alone.
    """

    waits: bool = False
    deferral: asyncio.Task[bool] | None = None
    key: str | None = None
    asks: bool = True
    asked: bool = False
    hidden: bool = False

    @property
    def fresh(self) -> bool:
        """Nothing has answered it yet, as far as this process knows."""
        return self.key is None and not self.asked

    def stop(self) -> None:
        """It needs no deferral any more."""
        self.waits = False

    async def deferred(self) -> bool:
        """Has this process deferred it? One that is under way is waited for."""
        if self.deferral is None:
            return False
        await asyncio.wait([self.deferral])
        return not self.deferral.cancelled() and self.deferral.result()


class Turns:
    """The latest interactions. `defer` is what happens to one that is not answered in `after` seconds."""

    def __init__(self, after: float, defer: Callable[[ReplyHandle], Coroutine[Any, Any, bool]]) -> None:
        self._after, self._defer = after, defer
        self._turns: dict[str, Turn] = {}
        self._due: deque[tuple[float, ReplyHandle, Turn]] = deque()  # all wait equally long: the next one is the first
        self._timer: asyncio.TimerHandle | None = None

    def of(self, handle: ReplyHandle) -> Turn:
        """The turn of this interaction; a new one when another process took it in."""
        id_ = handle.interaction or ""
        turn = self._turns.get(id_)
        if turn is None:
            turn = self._turns[id_] = Turn()
            if len(self._turns) > _REMEMBERED:
                self._turns.pop(next(iter(self._turns))).stop()
        return turn

    def expect(self, handle: ReplyHandle, *, asks: bool, hidden: bool) -> None:
        """This process received it and owns its deadline."""
        turn = self.of(handle)
        turn.asks, turn.hidden = asks, hidden
        if turn.fresh and not turn.waits and turn.deferral is None:
            turn.waits = True
            at = asyncio.get_running_loop().time() + self._after
            self._due.append((at, handle, turn))
            if self._timer is None:
                self._timer = asyncio.get_running_loop().call_at(at, self._look)

    def _look(self) -> None:
        """Defer what is due; then wait for the next one."""
        loop, due = asyncio.get_running_loop(), self._due
        now = loop.time()
        while due and (due[0][0] <= now or not due[0][2].waits):
            _, handle, turn = due.popleft()
            if turn.waits:
                turn.waits = False
                turn.deferral = loop.create_task(self._defer(handle))
        self._timer = loop.call_at(due[0][0], self._look) if due else None

    async def close(self) -> None:
        """No more deferrals."""
        if self._timer:
            self._timer.cancel()
        self._due.clear()
        under_way = [turn.deferral for turn in self._turns.values() if turn.deferral]
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
