"""What Discord says of the requests that an interaction's token pays for: who may go on when.

Source: discord.com/developers/docs/topics/rate-limits. The bot's own requests are counted by discord.py.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import NamedTuple

_KEPT = 5_000
_UNSAID = 1.0  # seconds, of a 429 that names none


class Route(NamedTuple):
    """A request as it is counted, besides its token: message ids do not matter."""

    method: str
    kind: str


class Buckets:
    """The answers of the last requests. `clock` is monotonic, in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._names: dict[Route, str] = {}
        self._until: OrderedDict[tuple[str | Route, str], float] = OrderedDict()
        self._all = 0.0

    def wait(self, route: Route, token: str) -> float:
        """Seconds until this may be asked; 0.0 is now."""
        until = self._until.get((self._names.get(route, route), token), self._all)
        return max(0.0, until - self._clock(), self._all - self._clock()) if until else 0.0

    def told(
        self, route: Route, token: str, status: int, headers: Mapping[str, str], body: Mapping[str, object]
    ) -> float:
        """Learn from an answer; case does not matter to `headers`. Returns the seconds that a refused one has to wait."""
        if name := headers.get("x-ratelimit-bucket"):
            self._names[route] = name
        if status == 429:
            pause = _seconds(body.get("retry_after", headers.get("retry-after")), _UNSAID)
            if body.get("global") or headers.get("x-ratelimit-global"):
                self._all = max(self._all, self._clock() + pause)
            self._spent(route, token, pause)
            return pause
        if headers.get("x-ratelimit-remaining") == "0":
            self._spent(route, token, _seconds(headers.get("x-ratelimit-reset-after"), 0.0))
        return 0.0

    def _spent(self, route: Route, token: str, seconds: float) -> None:
        bucket = self._names.get(route, route), token
        self._until[bucket] = self._clock() + seconds
        self._until.move_to_end(bucket)
        while len(self._until) > _KEPT:
            self._until.popitem(last=False)


def _seconds(said: object, otherwise: float) -> float:
    try:
        return max(0.0, float(str(said)))
    except ValueError:
        return otherwise
