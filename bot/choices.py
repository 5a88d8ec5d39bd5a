"""Open numbered choices: what `!2` means where a platform has no buttons and selects.

In memory, read again from the store at start.
"""

from collections import OrderedDict
from collections.abc import Iterable

from bot.store import Choice
from bot.users import User

MOST = 10_000


class Choices:
    """The newest choice of each user. An answer may be typed anywhere on the platform: the question may have been whispered."""

    def __init__(self) -> None:
        # Ordered, because the oldest of a plain dict lies behind all that have gone before it.
        self._open: OrderedDict[str, dict[int, str]] = OrderedDict()

    def offer(self, addressee: str, buttons: Iterable[tuple[int, str]]) -> None:
        """These numbers now mean these buttons, for this user key; an older choice is gone."""
        self._open.pop(addressee, None)
        self._open[addressee] = dict(buttons)
        if len(self._open) > MOST:
            self._open.popitem(last=False)

    def restore(self, choices: Iterable[Choice]) -> None:
        """What was open when an earlier process ended, oldest first; a first button begins a new choice."""
        for choice in choices:
            if choice.number == 1:
                self._open[choice.addressee] = {}
            self._open.setdefault(choice.addressee, {})[choice.number] = choice.id

    def find(self, text: str, author: User) -> str | None:
        """What `2` or `!2` means for this author: the id of a button, or `<id>:<index>` of a select.

        None when no choice is open, or the text is no number of it.
        """
        if not self._open or author.key not in self._open:
            return None
        word = text.strip().removeprefix("!")
        if not (word.isascii() and word.isdigit() and len(word) <= 2):
            return None
        return self._open[author.key].get(int(word))

    def close(self, author: User) -> dict[int, str]:
        """The choice has been made: its numbers mean nothing any more. Gives what they meant."""
        return self._open.pop(author.key, {})
