"""Interactions that this process knows of: their deadline, and how far they have been answered."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from bot.command import ReplyHandle

_REMEMBERED = 10_000


@dataclass(slots=True)
class Turn:
    """One interaction. `key` is of what answered it first, `asked` that a modal did.

    `asks`: a modal may answer it (not one that a modal sent). `hidden`: the message it came from is for its reader alone.
    """

    timer: asyncio.TimerHandle | None = None
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
        if self.timer:
            self.timer.cancel()

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

    def of(self, handle: ReplyHandle) -> Turn:
        """The turn of this interaction; a new one when another process took it in."""
        turn = self._turns.setdefault(handle.interaction or "", Turn())
        if len(self._turns) > _REMEMBERED:
            self._turns.pop(next(iter(self._turns))).stop()
        return turn

    def expect(self, handle: ReplyHandle, *, asks: bool, hidden: bool) -> None:
        """This process received it and owns its deadline."""
        turn = self.of(handle)
        turn.asks, turn.hidden = asks, hidden
        if turn.timer is None and turn.fresh:
            turn.timer = asyncio.get_running_loop().call_later(self._after, self._overdue, handle, turn)

    def _overdue(self, handle: ReplyHandle, turn: Turn) -> None:
        turn.deferral = asyncio.get_running_loop().create_task(self._defer(handle))

    async def close(self) -> None:
        """No more deferrals."""
        for turn in self._turns.values():
            turn.stop()
        under_way = [turn.deferral for turn in self._turns.values() if turn.deferral]
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
