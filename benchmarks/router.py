"""The router core beside FLOOR full: from an invocation to a message of runs.

It has the trie, the grammar, binding with bounds, a standing, a limit, three middlewares and the handler in it.

python -m benchmarks.router     prints the table; ends with 1 when a goal is missed
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count, cycle
from typing import Annotated, cast

from annotated_types import Ge, Le, MaxLen

from benchmarks import floor_router
from benchmarks.pairs import PAIRS, Ratio, Work, compare
from benchmarks.row import Row, told
from bot import Context, Message, Rest, User, command, limit, needs, t
from bot.command import Guard, Invocation, Raw, Registry, ReplyHandle, compile_commands
from bot.context import House
from bot.counts import Counts
from bot.dialogue import Dialogue
from bot.router import CallNext, Middleware, Router
from bot.sender import Sender
from bot.store import Store
from bot.users import Channel, Place, Role, Standing

FROM_TEXT, FROM_VALUES, GROWTH = 2.5, 1.6, 1.10
Answer = Callable[[Invocation], Awaitable[Message | None]]
AUTHOR = User("telegram", "1", "mallory", "mallory")
ALICE = User("telegram", "2", "alice", "alice")
PLACE = Place("telegram", "c")
OTHER = f"{floor_router.TEXT} "
"""The same to a reader. What was just looked up is known, so no line here is the one before it."""
MODERATOR = Standing("moderator")
HANDLE = ReplyHandle("telegram", "b", "c", AUTHOR, message="m")


@command(limit("3/second"))
async def bless(
    ctx: Context,
    to: User,
    amount: Annotated[int, Ge(1), Le(1000)] = 1,
    note: Annotated[str, Rest, MaxLen(200)] = "",
) -> Message:
    """Bless somebody.

    Args:
        to: Who receives it.
        amount: How many blessings.
        note: A few words that go with it.
    """
    del ctx
    return Message(t("{to} +{amount}: {note}", to=to, amount=amount, note=note))


async def _alice(
    _place: Place, _ref: str, _kind: type[User | Channel | Role] = User, /
) -> User | Channel | Role | None:
    return ALICE


async def _handed_on(ctx: Context, call_next: CallNext) -> Message | None:
    """A middleware that does nothing: what is measured is its place in the onion."""
    return await call_next(ctx)


def _registry(commands: int, guards: Sequence[Guard]) -> Registry:
    """`commands` commands; the last one is `bless`, behind these guards and its own limit."""
    specs, problems = compile_commands([bless])
    if problems:
        sys.exit("\n".join(map(str, problems)))
    registry = Registry()
    for number in range(commands - 1):
        registry.add(replace(specs[0], path=f"cmd{number}"))
    registry.add(replace(specs[0], guards=(*guards, *specs[0].guards)))
    return registry


def answerer(
    commands: int, prefix: str = "/", guards: Sequence[Guard] = (), middleware: Sequence[Middleware] = ()
) -> tuple[Router, Answer]:
    """Our router core with as many commands, and what runs an invocation through it."""
    prefixes = dict.fromkeys(("discord", "twitch", "telegram"), prefix)
    registry = _registry(commands, guards)
    router = Router(registry, {}, lambda place: prefixes[place.platform], _alice, middleware=middleware)
    ticking = Counts(count().__next__)  # a second at each look: the limit is full, and over when it matters
    house = House(cast(Store, None), cast(Sender, None), cast(Dialogue, None), ticking)

    def answer(invocation: Invocation) -> Awaitable[Message | None]:
        found = router.find(invocation)
        if found is None:
            raise LookupError(invocation.text)
        return router.answer(Context(invocation, found[0], house), found[1])

    return router, answer


def core(commands: int, *, named: bool = False) -> Callable[[], Awaitable[Message | None]]:
    """One invocation through our router core, up to its reply: a message, which each platform shows in its own way."""
    _, answer = answerer(commands, guards=[needs.moderator], middleware=[_handed_on] * 3)
    options: dict[str, Raw] = {"to": ALICE, "amount": 5, "note": "thank you"}
    texts = cycle(("",) if named else (floor_router.TEXT, OTHER))

    def one() -> Awaitable[Message | None]:
        return answer(
            Invocation(
                "telegram:1:2",
                "command",
                AUTHOR,
                PLACE,
                HANDLE,
                0,
                0,
                "bless" if named else None,
                options if named else None,
                next(texts),
                standing=MODERATOR,
            )
        )

    return one


def build(commands: int, sink: floor_router.Sink, *, named: bool = False) -> Work:
    """The same with the words of its reply put into the sink."""
    one = core(commands, named=named)

    async def said() -> None:
        message = await one()
        sink.put(message.plain if message else "")

    return said


def measure(commands: int, rounds: int, *, named: bool) -> Ratio:
    """Ours beside FLOOR full with as many commands; the reply is checked first."""
    ours = core(commands, named=named)
    message = asyncio.run(_once(ours))
    if message is None or message.plain != floor_router.REPLY:
        sys.exit(f"the reply was {message!r}, not {floor_router.REPLY!r}")
    return compare(floor_router.build_full(commands, floor_router.Sink()), ours, rounds=rounds)


async def _once(work: Callable[[], Awaitable[Message | None]]) -> Message | None:
    return await work()


def rows(rounds: int = PAIRS) -> Iterator[Row]:
    """The core from text and from named values, and how it grows with the number of commands."""
    for named, goal in ((False, FROM_TEXT), (True, FROM_VALUES)):
        seen = {commands: measure(commands, rounds, named=named) for commands in (10, 100, 1000)}
        how = "named values" if named else "text"
        for commands, ratio in seen.items():
            yield Row(f"router core from {how}, N = {commands}, beside FLOOR full", ratio.ratio, str(ratio), goal)
        growth = seen[1000].ratio / seen[10].ratio
        yield Row(f"router core from {how}, from N = 10 to 1000", growth, f"x{growth:.2f}", GROWTH)


if __name__ == "__main__":
    print("floor_router.py", floor_router.SOURCE_SHA256)
    sys.exit(not told(rows()))
