"""How fast Telegram lets a bot speak: 30 a second in all, 60 a minute per chat, 20 per group.

Source: core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this. Short bursts pass; exact thresholds
are not published, so a 429 is believed over these numbers.
"""

import time
from collections import OrderedDict
from collections.abc import Callable

from bot.windows import Window


class Budget:
    """The windows of one bot. Idle chats are forgotten."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, keep: int = 5_000) -> None:
        self._clock, self._keep = clock, keep
        self._all = Window(30, 1)
        self._chats: OrderedDict[int, tuple[Window, ...]] = OrderedDict()

    def take(self, chat: int) -> float:
        """0.0 and the message is counted, or the seconds until there is room, and nothing is counted."""
        now, windows = self._clock(), self._of(chat)
        for window in windows:
            if window.wait(now):
                return max([window.wait(now) for window in windows])
        for window in windows:
            window.take(now)
        return 0.0

    def punish(self, chat: int, seconds: float) -> None:
        """Telegram said when this chat may be spoken to again."""
        until = self._clock() + seconds
        for window in self._of(chat)[1:]:
            window.punish(until)

    def _of(self, chat: int) -> tuple[Window, ...]:
        """The bot's own, and those of the chat."""
        windows = self._chats.get(chat)
        if windows is None:
            group = (Window(20, 60),) if chat < 0 else ()
            windows = self._chats[chat] = (self._all, Window(60, 60), *group)
        self._chats.move_to_end(chat)
        if len(self._chats) > self._keep:
            self._chats.popitem(last=False)
        return windows
