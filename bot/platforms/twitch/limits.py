"""What Twitch permits: names of commands, messages in a time, identical messages. Pure.

Source: dev.twitch.tv/docs/chat (rate limits), dev.twitch.tv/docs/api/reference (Send Chat Message, Send Whisper).
"""

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from itertools import count

from bot.command import CommandSpec
from bot.errors import Problem

WORD = 32  # characters
PLAIN, TRUSTED, CHAT_SECONDS = 20, 100, 30.0
WHISPERS, WHISPER_SECONDS = 3, 1.0
UNLIKE = "\u034f"  # combining grapheme joiner: shows nothing
Clock = Callable[[], float]


def problems(spec: CommandSpec) -> list[Problem]:
    """What of a command's name cannot be typed in a chat."""
    found = [_fault(word) for word in spec.path.split(" ")]
    return [Problem(spec.source, spec.path, what) for what in found if what]


def _fault(word: str) -> str:
    if not word or any(char.isspace() for char in word):
        return "words of a name are separated by one space"
    return f"the word {word!r} is longer than {WORD} characters" if len(word) > WORD else ""


class Window:
    """How often something was done in the last `seconds`."""

    def __init__(self, seconds: float, clock: Clock = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._times: deque[float] = deque()

    def take(self, limit: int) -> float:
        """Do it once more: 0.0, or the seconds to wait where `limit` is reached."""
        now = self._clock()
        while self._times and self._times[0] <= now - self._seconds:
            self._times.popleft()
        if len(self._times) >= limit:
            return self._times[-limit] + self._seconds - now
        self._times.append(now)
        return 0.0


class Recent:
    """What was said in each room in the last `seconds`, so that nothing is said twice in the same words."""

    def __init__(self, seconds: float = CHAT_SECONDS, clock: Clock = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._said: OrderedDict[tuple[str, str], float] = OrderedDict()

    def unlike(self, room: str, text: str) -> str:
        """The text, with as many invisible marks behind it as make it new in this room; it counts as said."""
        now = self._clock()
        while self._said and next(iter(self._said.values())) <= now - self._seconds:
            self._said.popitem(last=False)
        new = next(said for said in (text + UNLIKE * n for n in count()) if (room, said) not in self._said)
        self._said[room, new] = now
        return new
