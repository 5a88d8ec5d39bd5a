"""The log of events from zero gives the same archetypes, levels, pages and hashes as the rows: who became what, and when.

Read are page.sealed, .restored, .corrected and .forgotten, blessing.given, .earned and .reversed, mirror.spawned and
person.merged. The rules are those of the live side:

- archetypes are looked for when a page is sealed, at the time of its event, and never at any other event;
- a corrected mood counts from the next page on;
- a forgotten page counts as before: of its words nothing is left, its numbers stay, and nobody loses by forgetting;
- a page that its author brought back counts from the next page on; one that another installation has signed never;
- a gift that was taken back was given, but counts no longer for the level of who had it;
- after a merge the pages, gifts and mirrors of both count, and both have what either had earned, at the earlier time.

What was earned under other archetypes than those of the catalogue cannot come out. On PostgreSQL a gift that is committed in
the very moment in which another process seals a page of its giver may be seen here one page earlier than it was there.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, cast

from msgspec import Struct, structs

from bot.store import Event, Tx
from bot.store.events import events_after
from handlers.journey.archetypes.catalogue import Catalogue
from handlers.journey.archetypes.metrics import Fact, Facts, measure
from handlers.journey.archetypes.predicates import opened
from handlers.journey.moods import Mood


class Leaf(Struct, frozen=True):
    """A page as its event tells of it. `hash` is hex; `seq` is the number of the event."""

    seq: int
    book: int
    number: int
    chapter: int
    hash: str
    fact: Fact
    forgotten: bool = False


@dataclass
class Life:
    """One person. `pages` are theirs by book and number, forgotten ones too; `received` is what makes their level (`economy`)."""

    pages: dict[tuple[int, int], Leaf] = field(default_factory=dict)
    earned: dict[str, int] = field(default_factory=dict)
    blessings_given: int = 0
    received: int = 0
    mirrors: set[int] = field(default_factory=set)

    @property
    def facts(self) -> Facts:
        """What counts for archetypes."""
        return Facts([leaf.fact for leaf in self.pages.values()], self.blessings_given, len(self.mirrors))

    @property
    def leaves(self) -> list[Leaf]:
        """Their pages in the order of time, as the codex counts them: of two at the same time the one sealed first."""
        return sorted(self.pages.values(), key=lambda leaf: (leaf.fact.at, leaf.seq))

    def join(self, other: "Life") -> None:
        """Two people are one."""
        self.pages |= other.pages
        self.mirrors |= other.mirrors
        self.blessings_given += other.blessings_given
        self.received += other.received
        for which, at in other.earned.items():
            self.earned[which] = min(at, self.earned.get(which, at))


class Replay:
    """Takes events in their order. `lives` are the people that there are by now, each by the id they have now."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.lives: dict[int, Life] = {}
        self._catalogue = catalogue
        self._into: dict[int, int] = {}
        self._owners: dict[int, int] = {}
        self._transfers: dict[int, tuple[int, int]] = {}

    def take(self, event: Event) -> None:
        """The next event, of whatever kind."""
        if handle := _KINDS.get(event.kind):
            handle(self, event)

    def life(self, person: int) -> Life:
        """Of whoever this person is now."""
        while person in self._into:
            person = self._into[person]
        return self.lives.setdefault(person, Life())

    def sealed(self, event: Event) -> None:
        """A page, and what its author becomes by it."""
        self.restored(event)
        life = self.life(int(event.body["person"]))
        measured = measure(life.facts, event.at)
        life.earned |= dict.fromkeys(
            (one.id for one in opened(self._catalogue.ordered, life.earned, measured)), event.at
        )

    def restored(self, event: Event) -> None:
        """A page that was sealed before, and is here again."""
        body = event.body
        person, book, number, chapter, at = (int(body[name]) for name in ("person", "book", "number", "chapter", "at"))
        mood = cast(Mood, body["mood"])
        fact = Fact(at, mood, str(body["category"]), int(body["depth"]) / 1000, int(body["valence"]) / 1000)
        self._owners[book] = person
        self._put(Leaf(event.seq, book, number, chapter, str(body["hash"]), fact))

    def corrected(self, event: Event) -> None:
        """The mood is another one, by the author's own word."""
        if leaf := self._leaf(event):
            self._put(structs.replace(leaf, fact=structs.replace(leaf.fact, mood=cast(Mood, event.body["mood"]))))

    def forgotten(self, event: Event) -> None:
        """Its words are gone; it stays in its place."""
        if leaf := self._leaf(event):
            self._put(structs.replace(leaf, forgotten=True))

    def gave(self, event: Event) -> None:
        """A gift."""
        self.life(int(event.body["giver"])).blessings_given += int(event.body["amount"])
        self._received(int(event.body["receiver"]), int(event.body["counted"]), int(event.body["transfer"]))

    def rewarded(self, event: Event) -> None:
        """Blessings for what somebody did."""
        self._received(int(event.body["person"]), int(event.body["amount"]), int(event.body["transfer"]))

    def reversed(self, event: Event) -> None:
        """A transfer was taken back from whom it belongs to now."""
        person, amount = self._transfers.get(int(event.body["transfer"]), (0, 0))
        if amount:  # else nobody's level was made of it
            self.life(person).received -= amount

    def spawned(self, event: Event) -> None:
        """A mirror, or another version of one."""
        self.life(int(event.body["person"])).mirrors.add(int(event.body["mirror"]))

    def merged(self, event: Event) -> None:
        """Two people are one."""
        kept, gone = int(event.body["kept"]), int(event.body["gone"])
        left = self.lives.pop(gone, Life())
        self._into[gone] = kept
        self.life(kept).join(left)

    def _received(self, person: int, amount: int, transfer: int) -> None:
        self.life(person).received += amount
        self._transfers[transfer] = person, amount

    def _leaf(self, event: Event) -> Leaf | None:
        """The page that an event is about; None for one that was sealed elsewhere and brought along."""
        book, number = int(event.body["book"]), int(event.body["number"])
        return self.life(self._owners[book]).pages.get((book, number)) if book in self._owners else None

    def _put(self, leaf: Leaf) -> None:
        self.life(self._owners[leaf.book]).pages[leaf.book, leaf.number] = leaf


_KINDS: Final[dict[str, Callable[[Replay, Event], None]]] = {
    "page.sealed": Replay.sealed,
    "page.restored": Replay.restored,
    "page.corrected": Replay.corrected,
    "page.forgotten": Replay.forgotten,
    "blessing.given": Replay.gave,
    "blessing.earned": Replay.rewarded,
    "blessing.reversed": Replay.reversed,
    "mirror.spawned": Replay.spawned,
    "person.merged": Replay.merged,
}


def replayed(tx: Tx, catalogue: Catalogue) -> Replay:
    """The whole log of this store, from zero."""
    replay, seq = Replay(catalogue), 0
    while events := events_after(tx, seq):
        for event in events:
            replay.take(event)
        seq = events[-1].seq
    return replay
