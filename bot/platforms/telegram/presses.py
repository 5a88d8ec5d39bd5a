"""Presses that Telegram still waits for: the client spins until each is answered, and each takes one answer."""

import asyncio
from collections.abc import Callable

PATIENCE = 1.5  # seconds after arrival


class Presses:
    """`answer` is called once for every press that nobody took within `PATIENCE` seconds."""

    def __init__(self, answer: Callable[[str], None]) -> None:
        self._answer = answer
        self._open: dict[str, asyncio.TimerHandle] = {}

    def arrived(self, query: str) -> None:
        """Somebody pressed; whoever answers has `PATIENCE` seconds to say it in a notice."""
        if query not in self._open:
            self._open[query] = asyncio.get_running_loop().call_later(PATIENCE, self._due, query)

    def take(self, query: str | None) -> bool:
        """True when this press has not been answered: the caller answers it now."""
        timer = self._open.pop(query, None) if query else None
        if timer:
            timer.cancel()
        return timer is not None

    def close(self) -> None:
        """Wait for none of them any more."""
        for query in list(self._open):
            self.take(query)

    def _due(self, query: str) -> None:
        if self.take(query):
            self._answer(query)
