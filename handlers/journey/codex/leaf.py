"""A page as features see it: what is to be sealed, what was, and what it says."""

from msgspec import Struct

from handlers.journey.moods import Mood

THOUSAND = 1000


class Draft(Struct, frozen=True):
    """What becomes a page. `whisper` is the id of the whisper; `valence` is -1 to 1, `depth` 0 to 1; `themes` are ids."""

    whisper: str
    category: str
    question: str
    answer: str
    reading: str
    mood: Mood
    valence: float
    depth: float
    themes: tuple[str, ...]
    language: str

    def __repr__(self) -> str:
        return f"Draft({self.whisper}, …)"


class Page(Struct, frozen=True):
    """A sealed page. `number` is what people call it; `leaf` is its number in its book, which is never another.

    `number` counts the pages of a person in the order of time, over all their books: it changes only when two people turn out
    to be one. `at` is in microseconds since the epoch, `hash` and `svg` (the digest of the picture) are hex. A forgotten page
    has an empty seed. `mood` is the one that was sealed.
    """

    id: int
    book: int
    number: int
    chapter: int
    at: int
    mood: Mood
    depth: float
    valence: float
    seed: bytes
    hash: str
    svg: str
    leaf: int
    category: str
    whisper: str
    themes: tuple[str, ...]
    language: str
    corrected: Mood
    """By its author's own word, else the one that was sealed."""

    @property
    def forgotten(self) -> bool:
        """Its words are gone."""
        return not self.seed

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.number}, …)"


class Opened(Page, frozen=True):
    """A page with its words, which are empty when it is forgotten."""

    question: str
    answer: str
    reading: str


def thousandths(share: float) -> int:
    """A share as an integer."""
    return round(share * THOUSAND)
