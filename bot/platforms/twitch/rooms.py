"""What waits to be said where a room's budget is spent: one line for all of it, soon, or never.

Whoever waits is answered when the next slot opens; what does not fit into that line and is older than `PATIENCE` is dropped.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from msgspec import Struct

from bot.adapter import Outcome, Refused, RetryAfter
from bot.platforms.twitch.render import LIMIT

PATIENCE = 20.0  # seconds
TOO_LATE = Refused("too late")
_GAP = " · "
_AWAY = 2.0
Clock = Callable[[], float]
Say = Callable[["Line"], Awaitable[Outcome]]
Slot = Callable[[], float]


class Line(Struct, frozen=True):
    """One line of chat. `to` is who asked, by their login; `parent` the message it replies to."""

    text: str
    to: str = ""
    parent: str | None = None
    announce: bool = False

    @property
    def named(self) -> str:
        """As a part of a line with others."""
        return f"@{self.to} {self.text}" if self.to else self.text


@dataclass(slots=True)
class _Waiting:
    line: Line
    since: float
    outcome: asyncio.Future[Outcome] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def end(self, outcome: Outcome) -> None:
        if not self.outcome.done():
            self.outcome.set_result(outcome)


class Room:
    """One room. `slot()` takes a slot, or gives the seconds until there is one; `say` makes the request.

    `counts` has how many lines were `merged` with others, and `dropped`.
    """

    def __init__(self, slot: Slot, say: Say, counts: Counter[str], clock: Clock) -> None:
        self._slot, self._say, self._counts, self._clock = slot, say, counts, clock
        self._waiting: deque[_Waiting] = deque()
        self._task: asyncio.Task[None] | None = None

    async def put(self, line: Line, since: float) -> Outcome:
        """Say it now, or with others as soon as there is a slot. `since`: when it was to be said first, by the clock."""
        if not self._waiting and not self._slot():
            return await self._say(line)
        waiting = _Waiting(line, since)
        self._waiting.append(waiting)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._serve())
        return await waiting.outcome

    async def close(self) -> None:
        """Nothing is said any more; what waits may be tried again."""
        for one in self._waiting:
            one.end(RetryAfter(_AWAY))
        self._waiting.clear()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _serve(self) -> None:
        while self._waiting:
            if pause := self._slot():
                await asyncio.sleep(pause)
            else:
                await self._speak(self._fitting())
                self._drop()

    async def _speak(self, together: list[_Waiting]) -> None:
        """Those who waited longest, in one line."""
        try:
            outcome = await self._say(_merged([one.line for one in together]))
        except Exception as error:
            for one in together:
                one.outcome.set_exception(error)
            return
        self._counts["merged"] += len(together) if len(together) > 1 else 0
        for one in together:
            one.end(outcome)

    def _fitting(self) -> list[_Waiting]:
        found = [self._waiting.popleft()]
        size = len(found[0].line.named)
        for one in list(self._waiting):
            more = len(_GAP) + len(one.line.named)
            if size + more <= LIMIT:
                self._waiting.remove(one)
                found.append(one)
                size += more
        return found

    def _drop(self) -> None:
        for one in list(self._waiting):
            if self._clock() - one.since > PATIENCE:
                self._waiting.remove(one)
                self._counts["dropped"] += 1
                one.end(TOO_LATE)


def _merged(lines: list[Line]) -> Line:
    return lines[0] if len(lines) == 1 else Line(_GAP.join(line.named for line in lines))
