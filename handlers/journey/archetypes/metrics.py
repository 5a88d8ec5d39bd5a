"""What is measured of somebody's way: pure, from what their pages and the other features know of them."""

from collections import Counter
from collections.abc import Collection, Sequence
from math import exp2, fsum
from typing import Final, get_args

from msgspec import Struct

from config.whispers import Category
from handlers.journey.moods import MOODS, Mood

DAY: Final = 24 * 3_600_000_000
"""In microseconds. Days begin at midnight UTC."""
HALF_LIFE: Final = 30 * DAY
"""After so long an answer weighs half."""
METRICS: Final = (
    "answered",
    *(f"answered.{category}" for category in get_args(Category)),
    "weight",
    *(f"weight.{mood}" for mood in MOODS),
    "depth_max",
    "streak",
    "distinct_days",
    "blessings_given",
    "mirrors_spawned",
)
"""The closed set: what `measure` gives, and what a predicate may ask for."""


class Fact(Struct, frozen=True):
    """What counts of one page. `at` in microseconds since the epoch, `depth` 0 to 1, `valence` -1 to 1.

    `mood` is the one that stands: the author's own word comes before what was read.
    """

    at: int
    mood: Mood
    category: str
    depth: float
    valence: float


class Facts(Struct, frozen=True):
    """Everything that counts: pages, also forgotten ones, blessings ever given to others, mirrors ever made."""

    pages: Sequence[Fact] = ()
    blessings_given: int = 0
    mirrors_spawned: int = 0


def measure(facts: Facts, now: int) -> dict[str, float]:
    """Every one of `METRICS` at the time `now` (microseconds since the epoch). The order of the pages does not matter."""
    pages, days = facts.pages, {page.at // DAY for page in facts.pages}
    by_category = Counter(page.category for page in pages)
    weights = [(page.mood, _weight(page, now)) for page in pages]
    return {
        "answered": len(pages),
        **{f"answered.{category}": by_category[category] for category in get_args(Category)},
        "weight": fsum(weight for _, weight in weights),
        **{f"weight.{mood}": fsum(weight for which, weight in weights if which == mood) for mood in MOODS},
        "depth_max": max((thousandths(page.depth) / 1000 for page in pages), default=0),
        "streak": _streak(days, now // DAY),
        "distinct_days": len(days),
        "blessings_given": facts.blessings_given,
        "mirrors_spawned": facts.mirrors_spawned,
    }


def thousandths(value: float) -> int:
    """A depth or valence as events and rows carry it. Measured is no finer, so that a log says what the rows say."""
    return round(value * 1000)


def _weight(page: Fact, now: int) -> float:
    """Its depth times (.5 + .5 |valence|), halved with every 30 days of age. Sums of it are exact, whatever the order."""
    depth, strength = thousandths(page.depth) / 1000, abs(thousandths(page.valence)) / 1000
    return depth * (0.5 + 0.5 * strength) * exp2(-max(0, now - page.at) / HALF_LIFE)


def _streak(days: Collection[int], today: int) -> int:
    """How many days in a row, up to today or, as long as today is not over, up to yesterday."""
    last = first = today if today in days else today - 1
    while first in days:
        first -= 1
    return last - first
