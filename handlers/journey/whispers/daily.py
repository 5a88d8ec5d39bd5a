"""What comes unasked: the whisper of the day for who wants one, a reminder of one that waits, the end of one that is too old.

A job looks every few minutes. Each person's part is one transaction that also claims it: killed in between or run by two
processes at once, the job sends nothing twice.
"""

import logging
from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from bot.errors import UserError
from bot.message import t
from bot.store import Store, Tx, people
from handlers.journey.whispers import rows
from handlers.journey.whispers.choosing import Leaning
from handlers.journey.whispers.locks import HOUR
from handlers.journey.whispers.showing import shown
from handlers.journey.whispers.whispering import OPEN_FOR, Whispering, tell_expired

TOPIC: Final = "whispers"
REMIND_AFTER: Final = 24 * HOUR
A_DAY: Final = 22 * HOUR
"""Between two whispers of the day: the shortest day of a zone has 23 hours, and the job may be late by an hour."""

Due: TypeAlias = Callable[[Tx, int], Iterable[int]]
"""`due(tx, now)`: the people whose hour it is, who want a whisper each day."""
LeaningOf: TypeAlias = Callable[[Tx, int], Leaning]
"""`leaning(tx, person)`: what they are like."""

log = logging.getLogger(__name__)


class Daily:
    """The job, and its transactions."""

    def __init__(self, whispering: Whispering, due: Due, leaning: LeaningOf) -> None:
        self._whispering, self._due, self._leaning = whispering, due, leaning

    async def run(self, store: Store) -> None:
        """Do what is due now."""
        await store.write(self.expire)
        for row in await store.read(self.waiting):
            await store.write(self.remind, row)
        for person in await store.read(self.due):
            try:
                await store.write(self.give, person)
            except Exception:  # the others have theirs
                log.exception("the whisper of the day of person %d failed", person)

    def due(self, tx: Tx) -> list[int]:
        """The people whose hour it is."""
        return list(self._due(tx, tx.now))

    def give(self, tx: Tx, person: int) -> bool:
        """Ask this person the whisper of the day. False when they had it, have one open, or there is none for them today."""
        person = people.current(tx, person)
        if not tx.execute(rows.CLAIM, who=person, now=tx.now, before=tx.now - A_DAY):
            return False
        try:
            asked = self._whispering.ask_person(tx, person, None, self._leaning(tx, person))
        except UserError:
            return False
        if not asked.again:
            tx.send(person, shown(asked, t("Your whisper of today: ")), topic=TOPIC)
        return not asked.again

    @staticmethod
    def waiting(tx: Tx) -> list[int]:
        """The rows of whispers that have been open for a day, of which nobody was reminded."""
        since, oldest = tx.now - REMIND_AFTER, tx.now - OPEN_FOR
        return [row for (row,) in tx.execute(rows.WAITING, since=since, oldest=oldest)]

    def remind(self, tx: Tx, row: int) -> bool:
        """Remind its person of this whisper, once. False when it is too late for that."""
        since, oldest = tx.now - REMIND_AFTER, tx.now - OPEN_FOR
        found = tx.execute(rows.REMIND, row=row, since=since, oldest=oldest, now=tx.now)
        for person, _, *what in found:
            tx.send(person, shown(self._whispering.shown(*what), t("This one is still open: ")), topic=TOPIC)
        return bool(found)

    @staticmethod
    def expire(tx: Tx) -> None:
        """What has been open for too long is closed."""
        tell_expired(tx, tx.execute(rows.EXPIRE_ALL, oldest=tx.now - OPEN_FOR, now=tx.now))
