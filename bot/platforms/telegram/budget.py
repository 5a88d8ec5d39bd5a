"""How fast Telegram lets a bot speak: 30 a second in all, 60 a minute per chat, 20 per group.

Source: core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this. Short bursts pass; exact thresholds
are not published, so a 429 is believed over these numbers.
"""

import time
from collections import OrderedDict
from collections.abc import Callable

from bot.windows import Window


class Budget:
    """The windows of one bot: its own, and one for each chat. Idle chats are forgotten."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, keep: int = 5_000) -> None:
        self._clock, self._keep = clock, keep
        self._all = Window(30, 1)
        self._chats: OrderedDict[int, Window] = OrderedDict()

    def take(self, chat: int) -> float:
        """0.0 and the message is counted, or the seconds until there is room, and nothing is counted."""
        now, window = self._clock(), self._of(chat)
        anywhere, here = self._all.wait(now), window.wait(now)
        if anywhere or here:
            return max(anywhere, here)
        self._all.take(now)
        window.take(now)
        return 0.0

    def punish(self, chat: int, seconds: float) -> None:
        """Telegram said when this chat may be spoken to again."""
        self._of(chat).punish(self._clock() + seconds)

    def _of(self, chat: int) -> Window:
        window = self._chats.get(chat)
        if window is None:
            window = self._chats[chat] = Window(20 if chat < 0 else 60, 60)
            if len(self._chats) > self._keep:
                self._chats.popitem(last=False)
        else:
            self._chats.move_to_end(chat)
        return window
