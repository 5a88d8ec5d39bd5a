"""Around commands: who goes in is written down before, and that they are out when it ends, whatever ends it."""

import sqlalchemy as sa

from bot import App, Context, Message, command, group, tn
from bot.command import CommandSpec
from bot.store import Tx, insert, param

BOOK = sa.table(
    "tour_cave", *(sa.column(name, sa.BigInteger) for name in ("until", "out")), sa.column("visit", sa.Text)
)
VISIT, NOW = param("visit"), param("now", sa.BigInteger)
ENTER = insert(BOOK).values(visit=VISIT, until=param("until", sa.BigInteger)).on_conflict_do_nothing()
LEAVE = sa.update(BOOK).where(BOOK.c.visit == VISIT, BOOK.c.out.is_(None)).values(out=NOW)
INSIDE = sa.select(sa.func.count()).select_from(BOOK).where(BOOK.c.out.is_(None))
LOST = INSIDE.where(BOOK.c.until < NOW)
_OLD = sa.select(BOOK.c.visit).where(BOOK.c.out < param("before", sa.BigInteger)).limit(1_000)
FORGET = sa.delete(BOOK).where(BOOK.c.visit.in_(_OLD)).returning(BOOK.c.visit)
HOUR = 3_600_000_000


class Keeper:
    """A guard that does not stand in `@command`: it watches over commands that know nothing of it."""

    async def enter(self, ctx: Context) -> None:
        """What is held here, the end of the invocation makes good: `leave`. Run again after a crash, it finds its row."""
        await ctx.hold(enter, ctx.invocation.id, ctx.invocation.answer_until + HOUR)

    def settle(self, ctx: Context, succeeded: bool) -> None:
        """Nothing: `leave` is called even if this process is no more."""


def keeper(spec: CommandSpec) -> Keeper | None:
    """One for every command of the cave, its plugin's or another's."""
    return Keeper() if spec.path.startswith("cave ") else None


def enter(tx: Tx, visit: str, until: int) -> None:
    """Somebody goes in, and is to be out by then (µs)."""
    tx.execute(ENTER, visit=visit, until=until)


def leave(tx: Tx, invocation: str, succeeded: bool) -> None:
    """An invocation has ended, well or not: in the commit of its reply."""
    del succeeded
    tx.execute(LEAVE, visit=invocation, now=tx.now)


def inside(tx: Tx) -> int:
    """How many are inside."""
    return int(tx.execute(INSIDE)[0][0])


def lost(tx: Tx) -> int:
    """How many should have come out: none, or `soulfra audit` tells."""
    return int(tx.execute(LOST, now=tx.now)[0][0])


def forget(tx: Tx, before: int) -> int:
    """Old pages of the book."""
    return len(tx.execute(FORGET, before=before))


@command
async def look(ctx: Context) -> Message:
    """Look around in the cave."""
    return Message(tn("You are alone in here.", "You are {n} in here.", await ctx.read(inside)))


def setup(app: App) -> None:
    """Register the command, its keeper, and what becomes of the book."""
    app.migrations("examples.tour.cave_migrations")
    app.guard(keeper)
    app.on_end(leave)
    app.audit("tour_cave_lost", lost)
    app.retain(forget)
    app.add(group("cave", "The cave.", look))
