"""getUpdates: a long poll. An update is given again and again until `offset` passes it."""

import asyncio
from dataclasses import dataclass
from typing import Any

from bot.sandbox.telegram.errors import ApiError
from bot.sandbox.telegram.fields import GetUpdates

_OTHER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


@dataclass(slots=True)
class _Waiting:
    update: dict[str, Any]
    given: bool = False


class Updates:
    """The queue of one bot. What was never given cannot be confirmed: so an old update can be pushed again."""

    def __init__(self) -> None:
        self._queue: list[_Waiting] = []
        self._wake = asyncio.Condition()
        self._poll = 0
        self._closed = False
        self._allowed: list[str] | None = None

    async def push(self, update: dict[str, Any]) -> None:
        """Queue it and wake whoever waits."""
        async with self._wake:
            self._queue.append(_Waiting(update))
            self._wake.notify_all()

    def open(self) -> None:
        """Let polls wait, after a `close` too."""
        self._closed = False

    async def close(self) -> None:
        """End the poll under way, and answer every other at once."""
        async with self._wake:
            self._closed = True
            self._wake.notify_all()

    async def get(self, wanted: GetUpdates) -> list[dict[str, Any]]:
        """The updates from `offset` on. Raises `ApiError` 409 when another poll begins."""
        async with self._wake:
            self._poll += 1
            mine = self._poll
            self._wake.notify_all()
            self._confirm(wanted.offset)
            self._allowed = wanted.allowed_updates if wanted.allowed_updates is not None else self._allowed
            try:
                async with asyncio.timeout(wanted.timeout):
                    await self._wake.wait_for(lambda: self._closed or self._poll != mine or self._ready(wanted.limit))
            except TimeoutError:
                return []
            if self._poll != mine:
                raise ApiError(409, _OTHER)
            return self._give(wanted.limit)

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self._queue = self._queue[offset:]
        else:
            self._queue = [one for one in self._queue if not one.given or one.update["update_id"] >= offset]

    def _ready(self, limit: int) -> list[_Waiting]:
        return [one for one in self._queue if not self._allowed or any(k in one.update for k in self._allowed)][:limit]

    def _give(self, limit: int) -> list[dict[str, Any]]:
        ready = self._ready(limit)
        for one in ready:
            one.given = True
        return [one.update for one in ready]
