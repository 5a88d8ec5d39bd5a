"""Becoming an archetype: once, for good, decided by rows inside transactions."""

from msgspec import Struct

from bot.store import Tx
from handlers.journey.archetypes import tables
from handlers.journey.archetypes.catalogue import Catalogue
from handlers.journey.archetypes.metrics import Facts, measure
from handlers.journey.archetypes.predicates import opened, ratio


class Earned(Struct, frozen=True):
    """An archetype that somebody has just become. `reward` is in whole blessings, 0 for none; `at` in microseconds."""

    id: str
    reward: int
    at: int


class Progress(Struct, frozen=True):
    """How far somebody is with an archetype. `name` is its English name; `earned_at` is None as long as it is not earned.

    `ratio` is 0 to 1, and can fall again, as weights do; of what is earned it is 1. `missing` are ids that come first.
    """

    id: str
    name: str
    ratio: float
    earned_at: int | None
    missing: tuple[str, ...] = ()


class Unlocking:
    """The transactions of the archetypes, over one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def unlock(self, tx: Tx, person: int, facts: Facts) -> list[Earned]:
        """What somebody becomes by these facts, and has not become before. To be called after each page, in its transaction.

        One archetype may open the next: all of them come at once. Called again it gives nothing; of two processes that
        call it at once, each archetype is given to one.
        """
        become = []
        for one in opened(self.catalogue.ordered, earned(tx, person), measure(facts, tx.now)):
            if tx.execute(tables.EARN, person=person, which=one.id, at=tx.now):  # no other process was faster
                tx.emit("archetype.earned", person=person, archetype=one.id)
                become.append(Earned(one.id, one.reward, tx.now))
        return become

    def progress(self, tx: Tx, person: int, facts: Facts) -> list[Progress]:
        """How far somebody is with every archetype there is, in the order of the file."""
        have, measured = earned(tx, person), measure(facts, tx.now)
        return [
            Progress(
                one.id,
                one.name,
                1.0 if one.id in have else ratio(one, measured),
                have.get(one.id),
                tuple(first for first in one.requires if first not in have),
            )
            for one in self.catalogue.written
        ]


def earned(tx: Tx, person: int) -> dict[str, int]:
    """What somebody has become, and when (microseconds), the first before the last; also what is no longer in the file."""
    return dict(tx.execute(tables.OF, who=person))


def merge(tx: Tx, kept: int, gone: int) -> None:
    """Two people are one: they have become what either has, at the time of who was first."""
    for which, at in tx.execute(tables.OF, who=gone):
        tx.execute(tables.EARLIER, person=kept, which=which, at=at)
    tx.execute(tables.DROP, gone=gone)
