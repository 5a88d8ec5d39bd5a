"""What the ledger and the mirrors know of somebody, beside their pages: the facts that archetypes are measured by.

Both are counted as the log of events tells them (`replay`): a gift counts though it was taken back later, as what its
giver did, and a mirror counts once, however many versions it has.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import sqlalchemy as sa

from bot.store import Tx, param
from bot.store.schema import person as persons
from economy.tables import account, entry, transfer
from handlers.journey.archetypes.metrics import Fact, Facts
from mirrors.tables import mirror

PagesOf: TypeAlias = Callable[[Tx, int], Sequence[Fact]]
"""The facts of a person's pages, also of forgotten ones, each with the mood that stands."""

_theirs = sa.select(persons.c.id).where(
    sa.or_(
        persons.c.id == param("who", sa.BigInteger),
        persons.c.merged_into == param("who", sa.BigInteger),
    )
)
_GIVEN = (
    sa.select(sa.cast(sa.func.coalesce(-sa.func.sum(entry.c.amount), 0), sa.BigInteger))
    .join(account, account.c.id == entry.c.account)
    .join(transfer, transfer.c.id == entry.c.transfer)
    .where(
        account.c.person.in_(_theirs),
        entry.c.amount
        < sa.literal_column("0"),  # as the index says it: a parameter would not be known to be below zero
        transfer.c.reason == "blessing",
    )
)
_MIRRORS = sa.select(sa.func.count()).select_from(mirror).where(mirror.c.person == param("who", sa.BigInteger))


def gather(tx: Tx, person: int, pages: PagesOf) -> Facts:
    """Everything that counts for somebody now."""
    given, mirrors = tx.execute(_GIVEN, who=person)[0][0], tx.execute(_MIRRORS, who=person)[0][0]
    return Facts(pages(tx, person), int(given), int(mirrors))
