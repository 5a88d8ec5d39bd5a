"""How often something may be done: so many times in any stretch of so many seconds, unless somebody said when to go on."""

from collections import deque


class Window:
    """At most `count` in any stretch of `seconds`. Whoever asks says what time it is, in seconds."""

    __slots__ = ("_count", "_seconds", "_taken", "_until")

    def __init__(self, count: int, seconds: float) -> None:
        self._count, self._seconds = count, seconds
        self._taken: deque[float] = deque()  # until when each counts
        self._until = 0.0

    def wait(self, now: float, count: int | None = None, *, room: int = 1) -> float:
        """Seconds until there is `room` for so many, with this `count` if it is another one for now."""
        most = (self._count if count is None else count) + 1 - room
        until, taken = self._until, self._taken
        if len(taken) >= most and taken[-most] > until:
            until = taken[-most]
        return until - now if until > now else 0.0

    def take(self, now: float) -> None:
        """Use some of the room that `wait` found."""
        taken = self._taken
        taken.append(now + self._seconds)
        if taken[0] <= now:  # one goes for one that comes: no more are kept than ever counted together
            taken.popleft()

    def punish(self, until: float) -> None:
        """No room before this time, whatever was counted."""
        self._until = max(self._until, until)
