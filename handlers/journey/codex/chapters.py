"""Where a chapter ends. Pure: the same pages always make the same chapters.

A new chapter begins with the page after a twelfth, and with the page that makes another mood lead. The mood that leads is the
one with the most pages of the last 30 days, that page among them; where several have as many, it stays the one that led
before if it is among them, else it is the first of them in the order of the moods.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from handlers.journey.moods import MOODS, Mood

FULL: Final = 12
"""So many pages a chapter has at most."""
WINDOW: Final = 30 * 24 * 3_600_000_000
"""In microseconds: a page that is as old as this counts no more."""


class Place(Struct, frozen=True):
    """The chapter of a page, counted from 1 in its book, and the mood that leads with it."""

    chapter: int
    leading: Mood


def leading(counts: Mapping[Mood, int], before: Mood | None) -> Mood:
    """The mood that leads, by how many pages of the window each has. Raises `ValueError` when there is no page."""
    most = max(counts.values())
    first = [mood for mood in MOODS if counts.get(mood) == most]
    return before if before in first else first[0]


def place(newest: Sequence[Place], counts: Mapping[Mood, int]) -> Place:
    """Where a page goes. `newest` are the last twelve pages of its book, the newest first; `counts` has the page in it."""
    if not newest:
        return Place(1, leading(counts, None))
    last = newest[0]
    leads = leading(counts, last.leading)
    full = len(newest) >= FULL and newest[FULL - 1].chapter == last.chapter
    return Place(last.chapter + (full or leads != last.leading), leads)
