"""Which whisper comes next. Pure: the same past, leaning and seed give the same whisper.

Left out are those of the last `NO_REPEAT`, of locked categories, of a level that the person has not come to, and of other
categories than the wanted one. Each of what is left weighs

    2^-rank / fresh  x  (1 + 2 mood)  x  (1 + archetype)  x  (4 if it follows up, else 1)

- rank: how many of the other categories that are left have waited longer than its own; fresh: how many whispers are left in it.
- mood: the person's share of its moods, 0 to 1, as a mean over them: 1 when all that they felt is what it suits.
- archetype: the share of their archetypes that lean to its category, 0 to 1.
- it follows up when the whisper that was answered last names it.

The seed picks along the sum of the weights, in the order of the file.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import accumulate
from typing import Final

from msgspec import Struct

from config.journey import Mood
from config.whispers import CATEGORIES, Category, Whisper, Whispers

NO_REPEAT: Final = 30
LEVELS: Final = (0, 5, 15, 30, 60)
"""From how many answers on somebody is of level 0, 1, 2, 3 and 4."""
MOOD, ARCHETYPE, FOLLOW_UP = 2.0, 1.0, 4.0


class Leaning(Struct, frozen=True):
    """What somebody is like: how much they felt of each mood (0 or more, in any unit), and the ids of their archetypes."""

    moods: Mapping[Mood, float] = {}
    archetypes: Sequence[str] = ()


class Past(Struct, frozen=True):
    """What somebody was asked. `recent`: ids, at most `NO_REPEAT`; `asked`: categories, the one asked last at the end.

    `answered`: how many; `last`: the id of the whisper that was answered last, "" for none; `locked`: categories.
    """

    recent: Collection[str] = ()
    asked: Sequence[str] = ()
    answered: int = 0
    last: str = ""
    locked: Collection[str] = ()


def level(answered: int) -> int:
    """The level of who has given so many answers."""
    return bisect_right(LEVELS, answered) - 1


def choose(bank: Whispers, past: Past, leaning: Leaning, category: Category | None, seed: bytes) -> Whisper | None:
    """By seed (8 bytes or more) and weight; None when nothing is left."""
    left = [one for one in bank.whisper if _left(one, past) and category in (None, one.category)]
    if not left:
        return None
    sums = list(accumulate(weights(bank, left, past, leaning)))
    at = int.from_bytes(seed[:8], "big") / 2**64 * sums[-1]
    return left[min(bisect_right(sums, at), len(left) - 1)]


def weights(bank: Whispers, left: Sequence[Whisper], past: Past, leaning: Leaning) -> list[float]:
    """What each of these weighs, by the formula above."""
    fresh = Counter(one.category for one in left)
    of_category = {
        name: 2.0 ** -_rank(name, fresh, past.asked) / count * (1 + ARCHETYPE * _leans(name, bank, leaning))
        for name, count in fresh.items()
    }
    felt = sum(leaning.moods.values())
    follow_ups = next((one.follow_ups for one in bank.whisper if one.id == past.last), [])
    return [
        of_category[one.category]
        * (1 + MOOD * (_feels(one, leaning.moods) / felt if felt else 0))
        * (FOLLOW_UP if one.id in follow_ups else 1)
        for one in left
    ]


def _left(one: Whisper, past: Past) -> bool:
    return one.id not in past.recent and one.category not in past.locked and one.level <= level(past.answered)


def _rank(category: Category, fresh: Collection[Category], asked: Sequence[str]) -> int:
    """How many of these waited longer. Those that were never asked have waited equally long."""
    waited = {name: asked.index(name) if name in asked else -1 for name in CATEGORIES}
    return sum(waited[other] < waited[category] for other in fresh)


def _leans(category: str, bank: Whispers, leaning: Leaning) -> float:
    if not leaning.archetypes:
        return 0.0
    return sum(category in bank.affinity.get(one, ()) for one in leaning.archetypes) / len(leaning.archetypes)


def _feels(one: Whisper, moods: Mapping[Mood, float]) -> float:
    return sum(moods.get(mood, 0.0) for mood in one.moods) / len(one.moods)
