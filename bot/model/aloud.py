"""What a model says aloud. Some servers leave what a reasoning model thought in front of its answer, as <think>…</think>."""

from typing import Final

_OPEN: Final = "<think>"
_CLOSE: Final = "</think>"


class Aloud:
    """Takes pieces, gives what of them is said; nothing at all while it could still be, or is, a thought."""

    def __init__(self) -> None:
        self._held: str | None = ""

    def feed(self, piece: str) -> str:
        """What of this, and of what was held back, can be shown."""
        if self._held is None:
            return piece
        self._held = (self._held + piece).lstrip()
        while self._held.startswith(_OPEN):
            _, ended, said = self._held.partition(_CLOSE)
            if not ended:
                return ""
            self._held = said.lstrip()
        if _OPEN.startswith(self._held):
            return ""
        said, self._held = self._held, None
        return said

    def rest(self) -> str:
        """At the end: what was held back and is no thought after all."""
        held, self._held = self._held or "", None
        return "" if held.startswith(_OPEN) else held


def aloud(text: str) -> str:
    """The whole answer without thoughts, of which some servers leave out where they begin."""
    ear = Aloud()
    return ear.feed(text.rpartition(_CLOSE)[2]) + ear.rest()
