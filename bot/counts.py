"""When somebody did something: what limits are made of. In memory, owned by the App."""

import time
from collections import deque
from collections.abc import Callable

_SWEEP_EVERY = 10_000


class Counts:
    """When each (what, who) was counted, newest last; swept of what is over."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._times: dict[tuple[str, ...], deque[float]] = {}
        self._until_sweep = _SWEEP_EVERY
        self._longest = 0.0

    def take(self, key: tuple[str, ...], times: int, seconds: float) -> float:
        """Count one more, so many times in so many seconds at most; the seconds until that is possible, 0 when it was."""
        seen, now = self._times.get(key), self._clock()
        if seen is None:
            seen = self._begin(key, times, seconds)
        elif len(seen) == times:
            left = seen[0] + seconds - now
            if left > 0:
                return left
        seen.append(now)  # the oldest makes room
        return 0.0

    def uncount(self, key: tuple[str, ...]) -> None:
        """One less, the newest: what was counted has come to nothing."""
        seen = self._times.get(key)
        if seen:
            seen.pop()

    def _begin(self, key: tuple[str, ...], times: int, seconds: float) -> deque[float]:
        self._longest = max(self._longest, seconds)
        self._until_sweep -= 1
        if self._until_sweep <= 0:
            self._sweep()
        seen = self._times[key] = deque(maxlen=times)
        return seen

    def _sweep(self) -> None:
        oldest = self._clock() - self._longest
        self._times = {key: seen for key, seen in self._times.items() if seen and seen[-1] > oldest}
        self._until_sweep = _SWEEP_EVERY


def duration(seconds: float) -> str:
    """`"40 s"`, `"5 min"`, `"3 h"`: rounded up, so that it is never too early."""
    for name, size in (("h", 3_600), ("min", 60)):
        if seconds > size:
            return f"{-int(-seconds // size)} {name}"
    return f"{-int(-seconds // 1)} s"
