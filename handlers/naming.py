"""Which of somebody's names they mean, while they type it."""

from collections.abc import Iterable
from difflib import get_close_matches
from unicodedata import normalize


def fold(name: str) -> str:
    """A name without what people do not tell apart: letter case, further blanks, ways of composing characters."""
    return normalize("NFKC", " ".join(name.split())).casefold()


def near(names: Iterable[str], typed: str) -> list[str]:
    """The names that hold what is typed, best first; where none does, those that are like it.

    What is typed comes along when it is one of the names but for what `fold` leaves out: it is known then.
    """
    word, folded = fold(typed), {name: fold(name) for name in names}
    found = [name for name, plain in folded.items() if word in plain]
    if not found:
        alike = get_close_matches(word, folded.values())
        return [name for plain in alike for name in folded if folded[name] == plain]
    found.sort(key=lambda name: (folded[name] != word, not folded[name].startswith(word)))
    known = word not in folded.values() or typed.casefold() in (name.casefold() for name in found)
    return found if known else [typed, *found]
