"""How fast Telegram lets a bot speak: 30 a second in all, one a second per chat, 20 a minute per group.

Source: core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this. Short bursts pass; exact thresholds
are not published, so a 429 is believed over these numbers.
"""

import time
from collections import OrderedDict
from collections.abc import Callable


class Bucket:
    """`burst` tokens, refilled evenly, all of them within `seconds`."""

    __slots__ = ("_at", "_burst", "_left", "_rate")

    def __init__(self, burst: int, seconds: float, now: float) -> None:
        self._burst, self._rate = burst, burst / seconds
        self._left, self._at = float(burst), now

    def wait(self, now: float) -> float:
        """Seconds until a token is there."""
        self._left = min(self._burst, self._left + max(0.0, now - self._at) * self._rate)
        self._at = max(self._at, now)
        return max(0.0, self._at - now) + max(0.0, 1 - self._left) / self._rate

    def take(self) -> None:
        """Use one token; `wait` said that there is one."""
        self._left -= 1

    def punish(self, until: float) -> None:
        """Nothing before `until`, then one."""
        self._left, self._at = 1.0, until


class Budget:
    """The buckets of one bot. Idle chats are forgotten."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, keep: int = 5_000) -> None:
        self._clock, self._keep = clock, keep
        self._all = Bucket(30, 1, clock())
        self._chats: OrderedDict[int, tuple[Bucket, ...]] = OrderedDict()

    def take(self, chat: int) -> float:
        """0.0 and the message is counted, or the seconds until there is room, and nothing is counted."""
        now = self._clock()
        buckets = (self._all, *self._of(chat, now))
        wait = max(bucket.wait(now) for bucket in buckets)
        if wait == 0.0:
            for bucket in buckets:
                bucket.take()
        return wait

    def punish(self, chat: int, seconds: float) -> None:
        """Telegram said when this chat may be spoken to again."""
        now = self._clock()
        for bucket in self._of(chat, now):
            bucket.punish(now + seconds)

    def _of(self, chat: int, now: float) -> tuple[Bucket, ...]:
        if chat not in self._chats:
            own = Bucket(3, 3, now)
            self._chats[chat] = (own, Bucket(20, 60, now)) if chat < 0 else (own,)
        self._chats.move_to_end(chat)
        while len(self._chats) > self._keep:
            self._chats.popitem(last=False)
        return self._chats[chat]
