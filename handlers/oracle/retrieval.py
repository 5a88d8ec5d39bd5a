"""Which sources an answer is made of. Pure.

Pages and knowledge are ranked each by itself, and taken in turns; where there are vectors, they rank both together, and what has
the words comes after it: rankings that are mixed find less than the better one alone.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import chain, zip_longest
from typing import Final

from msgspec import Struct

from handlers.journey.codex.leaf import Opened
from handlers.journey.codex.search import rank
from handlers.oracle.know import Entry
from handlers.oracle.wording import excerpt

MOST: Final = 6
LONGEST: Final = 700
"""Characters of one source; more of a page or an entry is not looked at for one answer."""
NEAR: Final = 0.3
"""The cosine from which on something is about the question."""
PAGE, ENTRY = "p", "k"


class Found(Struct, frozen=True):
    """A source: a page of who asks (`p12`), or an entry of what the server knows (`k3`).

    `text` are the words themselves; `title` is what they answered, or what the entry is called. `at` is in microseconds.
    """

    id: str
    text: str
    title: str
    at: int
    themes: tuple[str, ...] = ()

    @property
    def page(self) -> bool:
        """It is a page of theirs."""
        return self.id.startswith(PAGE)

    @property
    def number(self) -> int:
        """What people call the page or entry."""
        return int(self.id[1:])

    def __repr__(self) -> str:
        return f"Found({self.id}, …)"


def of_page(one: Opened) -> Found:
    """A page as a source."""
    return Found(f"{PAGE}{one.number}", one.answer, one.question, one.at, one.themes)


def of_entry(one: Entry) -> Found:
    """An entry as a source."""
    return Found(f"{ENTRY}{one.number}", one.words, one.title, one.at)


def by_words(about: Sequence[str], pages: Sequence[Opened]) -> list[Found]:
    """The pages that have one of these words, the best first."""
    return [of_page(one) for _, one in rank(" ".join(about), pages)[:MOST]]


def by_nearness(sources: Sequence[Found], nearness: Sequence[float]) -> list[Found]:
    """What is near enough to the question, the nearest first; of what is as near, the newest."""
    near = [(value, one) for value, one in zip(nearness, sources, strict=True) if value >= NEAR]
    return [one for _, one in sorted(near, key=lambda pair: (-pair[0], -pair[1].at, pair[1].id))[:MOST]]


def with_words(near: Sequence[Found], worded: Sequence[Found]) -> list[Found]:
    """What is near first, then what has a word of the question, however far it is from the whole of it."""
    ids = {one.id for one in near}
    return [*near, *(one for one in worded if one.id not in ids)]


def in_turns(*ranked: Iterable[Found]) -> list[Found]:
    """The best of each ranking, then the second of each, and so on."""
    return [one for one in chain.from_iterable(zip_longest(*ranked)) if one is not None]


def chosen(ranked: Sequence[Found], about: Collection[str], budget: int, tokens: Callable[[str], int]) -> list[Found]:
    """The best `MOST` that are within the budget, in tokens, each cut to the part that is about the question."""
    taken: list[Found] = []
    for one in ranked:
        short = Found(one.id, excerpt(one.text, about, LONGEST), one.title, one.at, one.themes)
        budget -= tokens(short.text) + tokens(short.title)
        if budget < 0 or len(taken) == MOST:
            break
        if short.text:
            taken.append(short)
    return taken
