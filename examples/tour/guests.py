"""Keeping: a table of one's own, written once for each invocation, whatever is delivered again or taken up after a crash."""

import sqlalchemy as sa

from bot import App, Context, Message, User, command, group, tn
from bot.store import Store, Tx, param

GUEST = sa.table("tour_guest", sa.column("person", sa.BigInteger), sa.column("visits", sa.Integer))
WHO = param("who", sa.BigInteger)
SEEN = sa.select(GUEST.c.visits).where(GUEST.c.person == WHO)
OPEN = sa.insert(GUEST).values(person=WHO, visits=0)
COUNT = sa.update(GUEST).where(GUEST.c.person == WHO).values(visits=GUEST.c.visits + param("more", sa.Integer))
FORGET = sa.delete(GUEST).where(GUEST.c.person == WHO)
ALL = sa.select(sa.func.count()).select_from(GUEST)


def enter(tx: Tx, who: int, more: int) -> int:
    """Add so many visits; how many there are now."""
    if not tx.execute(SEEN, who=who):
        tx.execute(OPEN, who=who)
    tx.execute(COUNT, who=who, more=more)
    return int(tx.execute(SEEN, who=who)[0][0])


def visit(tx: Tx, user: User) -> int:
    """Somebody is here again."""
    return enter(tx, tx.person(user), 1)


def guests(tx: Tx) -> int:
    """How many people have signed."""
    return int(tx.execute(ALL)[0][0])


def merge(tx: Tx, kept: int, gone: int) -> None:
    """Two people turned out to be one: their visits are added up."""
    for (visits,) in tx.execute(SEEN, who=gone):
        enter(tx, kept, visits)
        tx.execute(FORGET, who=gone)


@command
async def sign(ctx: Context) -> Message:
    """Sign the guest book."""
    visits = await ctx.write(visit, ctx.author)
    return Message(tn("{who} was here once.", "{who} was here {n} times.", visits, who=ctx.author))


@command
async def count(ctx: Context) -> Message:
    """Count the guests."""
    return Message(tn("One guest.", "{n} guests.", await ctx.read(guests)))


class Opening:
    """What is read once, before the first event comes in."""

    guests = 0

    async def read(self, store: Store) -> None:
        """How many had signed."""
        self.guests = await store.read(guests)

    async def moved(self, platform: str, old: str, new: str) -> None:
        """A place has another id: what is kept by places would follow. The guest book is kept by people."""


def setup(app: App) -> None:
    """Bring the table, and what belongs to it."""
    opening = Opening()
    app.migrations("examples.tour.guests_migrations")
    app.on_start(opening.read)
    app.on_merge(merge)
    app.on_moved(opening.moved)
    app.report("tour_guests", guests)
    app.add(group("book", "The guest book.", sign, count))
