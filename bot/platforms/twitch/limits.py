"""What Twitch permits: names of commands, messages in a time, identical messages. Pure.

Source: dev.twitch.tv/docs/chat (rate limits), dev.twitch.tv/docs/api/reference (Send Chat Message, Send Whisper).
"""

import time
from collections import deque
from collections.abc import Callable

from bot.command import CommandSpec, Option
from bot.errors import Problem
from bot.users import Attachment

WORD, LONGEST = 32, 500  # characters: of a name, of a line
PLAIN, TRUSTED, CHAT_SECONDS = 20, 100, 30.0
WHISPERS, WHISPER_SECONDS = 3, 1.1  # of Twitch's one second: it counts when they arrive, we when they leave
UNLIKE = "\u034f"  # combining grapheme joiner: shows nothing
Clock = Callable[[], float]


def problems(spec: CommandSpec) -> list[Problem]:
    """What of a command cannot be typed in a chat."""
    if spec.platforms and "twitch" not in spec.platforms:
        return []
    words = [word for path in (spec.path, *spec.aliases) for word in path.split(" ")]
    found = [*map(_fault, () if spec.subscriber else words), *map(_missing, spec.options)]
    return [Problem(spec.source, spec.path, what) for what in found if what]


def _fault(word: str) -> str:
    if not word or any(char.isspace() for char in word):
        return "words of a name are separated by one space"
    return f"the word {word!r} is longer than {WORD} characters" if len(word) > WORD else ""


def _missing(option: Option) -> str:
    if option.type is Attachment and option.required:
        return f"{option.name}: Twitch has no files; make it optional, or leave Twitch out with platforms=(...)"
    return ""


class Recent:
    """What was said in each room in the last `seconds`, so that nothing is said twice in the same words."""

    def __init__(self, seconds: float = CHAT_SECONDS, clock: Clock = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._said: set[tuple[str, str]] = set()
        self._order: deque[tuple[float, tuple[str, str]]] = deque()

    def unlike(self, room: str, text: str) -> str:
        """The text, with as many invisible marks behind it as make it new in this room; it counts as said."""
        now, said, order = self._clock(), self._said, self._order
        while order and order[0][0] <= now - self._seconds:
            said.discard(order.popleft()[1])
        while (new := (room, text)) in said:
            text += UNLIKE
        said.add(new)
        order.append((now, new))
        return text
