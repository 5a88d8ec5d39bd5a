"""What the tests of archetypes share: a small catalogue, and pages as the codex would have them."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from bot.store import Tx
from config.journey import Archetype
from handlers.journey.archetypes.catalogue import Catalogue
from handlers.journey.archetypes.metrics import Fact, thousandths
from handlers.journey.moods import Mood

MIGRATIONS = ("economy.migrations", "mirrors.migrations", "handlers.journey.archetypes.migrations")
NOW = 1_700_000_000_000_000
HOUR = 3_600_000_000
DAY = 24 * HOUR


def archetype(id_: str, *needs: tuple[str, float], requires: tuple[str, ...] = (), reward: int = 0) -> Archetype:
    """One with little text."""
    return Archetype.model_validate(
        {
            "id": id_,
            "name": id_.title(),
            "de": f"Die {id_.title()}",
            "symbol": "*",
            "text": f"You are {id_} now.",
            "de_text": f"Du bist jetzt {id_}.",
            "requires": list(requires),
            "all": [{"metric": metric, "gte": gte} for metric, gte in needs],
            "reward": reward,
        }
    )


def catalogue(*archetypes: Archetype) -> Catalogue:
    """One of these."""
    return Catalogue(archetypes)


SMALL = catalogue(  # what requires stands before what is required
    archetype("third", ("answered", 2), requires=("second",), reward=7),
    archetype("second", ("answered", 2), requires=("first",)),
    archetype("first", ("answered", 1), reward=5),
    archetype("heavy", ("weight.tide", 0.6), requires=("first",)),
    archetype("faithful", ("streak", 3)),
    archetype("kind", ("blessings_given", 20), ("answered", 1)),
    archetype("doubled", ("mirrors_spawned", 2), ("distinct_days", 2)),
    archetype("deep", ("depth_max", 0.8), ("answered.bond", 1)),
)


def fact(at: int = NOW, mood: Mood = "tide", category: str = "bond", depth: float = 0.5, valence: float = 0.0) -> Fact:
    """A page."""
    return Fact(at, mood, category, depth, valence)


@dataclass
class Leaf:
    """A row."""

    book: int
    number: int
    fact: Fact


class Pages:
    """Rows as the codex has them, in memory, with the events that it emits."""

    def __init__(self) -> None:
        self.of: dict[int, list[Leaf]] = defaultdict(list)

    def facts(self, tx: Tx, person: int) -> list[Fact]:
        return [leaf.fact for leaf in self.of[person]]

    def seal(self, tx: Tx, person: int, **about: Any) -> None:
        one = fact(tx.now, **about)
        number = 1 + sum(leaf.book == person for leaf in self.of[person])
        self.of[person].append(Leaf(person, number, one))
        tx.emit(
            "page.sealed",
            person=person,
            book=person,
            number=number,
            chapter=1,
            mood=one.mood,
            depth=thousandths(one.depth),
            valence=thousandths(one.valence),
            category=one.category,
            hash=f"hash-{person}-{number}",
            svg="svg",
            at=one.at,
        )

    def correct(self, tx: Tx, leaf: Leaf, mood: Mood) -> None:
        leaf.fact = Fact(leaf.fact.at, mood, leaf.fact.category, leaf.fact.depth, leaf.fact.valence)
        tx.emit("page.corrected", book=leaf.book, number=leaf.number, mood=mood)

    def forget(self, tx: Tx, leaf: Leaf) -> None:
        tx.emit("page.forgotten", book=leaf.book, number=leaf.number)

    def merge(self, kept: int, gone: int) -> None:
        self.of[kept] += self.of.pop(gone, [])
