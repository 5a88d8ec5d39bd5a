"""Interactions that this process knows of: their deadline, and how far they have been answered."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from itertools import takewhile
from typing import Any

from msgspec import Struct

from bot.command import ReplyHandle

_REMEMBERED = 10_000


class Turn(Struct):
    """One interaction. `key` is of what answered it first, `asked` that a modal did.

    `asks`: a modal may answer it (not one that a modal sent). `hidden`: the message it came from is for its reader alone.
    """

    key: str | None = None
    asks: bool = True
    asked: bool = False
    hidden: bool = False
    deferral: asyncio.Task[bool] | None = None

    @property
    def fresh(self) -> bool:
        """Nothing has answered it yet, as far as this process knows."""
        return self.key is None and not self.asked

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
        self._turns: OrderedDict[str, Turn] = OrderedDict()
        self._waiting: dict[str, tuple[float, ReplyHandle]] = {}  # all wait equally long: the first is due first
        self._timer: asyncio.TimerHandle | None = None

    def of(self, handle: ReplyHandle) -> Turn:
        """The turn of this interaction; a new one when another process took it in."""
        id_ = handle.interaction or ""
        turn = self._turns.get(id_)
        if turn is None:
            turn = self._turns[id_] = Turn()
            if len(self._turns) > _REMEMBERED:
                oldest, _ = self._turns.popitem(last=False)
                self._waiting.pop(oldest, None)
        return turn

    def expect(self, handle: ReplyHandle, *, asks: bool, hidden: bool) -> None:
        """This process received it and owns its deadline."""
        turn, id_ = self.of(handle), handle.interaction or ""
        turn.asks, turn.hidden = asks, hidden
        if turn.fresh and turn.deferral is None and id_ not in self._waiting:
            self._waiting[id_] = time.monotonic() + self._after, handle
            if self._timer is None:
                self._timer = asyncio.get_running_loop().call_later(self._after, self._look)

    def stop(self, handle: ReplyHandle) -> None:
        """It needs no deferral any more."""
        self._waiting.pop(handle.interaction or "", None)

    def _look(self) -> None:
        """Defer what is due; then wait for the next one."""
        loop, now = asyncio.get_running_loop(), time.monotonic()
        for _, handle in [*takewhile(lambda one: one[0] <= now, self._waiting.values())]:
            self.stop(handle)
            self.of(handle).deferral = loop.create_task(self._defer(handle))
        first = next(iter(self._waiting.values()), None)
        self._timer = loop.call_later(first[0] - now, self._look) if first else None

    async def close(self) -> None:
        """No more deferrals."""
        if self._timer:
            self._timer.cancel()
        self._waiting.clear()
        under_way = [turn.deferral for turn in self._turns.values() if turn.deferral]
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
