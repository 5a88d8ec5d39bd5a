"""The router core beside FLOOR full: invocation, trie, grammar, binding, bounds, a limit, the handler, a message of runs.

python -m benchmarks.router     prints the table; ends with 1 when a goal is missed
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from typing import Annotated, cast

from annotated_types import Ge, Le, MaxLen

from benchmarks import floor_router
from benchmarks.pairs import PAIRS, Ratio, Work, compare
from benchmarks.row import Row, told
from bot import Context, Message, Rest, User, command, limit, t
from bot.command import Invocation, Raw, Registry, ReplyHandle, compile_commands
from bot.context import House
from bot.dialogue import Dialogue
from bot.router import Router
from bot.sender import Sender
from bot.store import Store
from bot.users import Channel, Place, Role

FROM_TEXT, FROM_VALUES, GROWTH = 2.5, 1.6, 1.10
Answer = Callable[[Invocation], Awaitable[Message | None]]
AUTHOR = User("telegram", "1", "mallory", "mallory")
ALICE = User("telegram", "2", "alice", "alice")
PLACE = Place("telegram", "c")
HANDLE = ReplyHandle("telegram", "b", "c", AUTHOR, message="m")


@command(limit("1000000/second"))
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


def _registry(commands: int) -> Registry:
    """`commands` commands; the last one is `bless`."""
    specs, problems = compile_commands([bless])
    if problems:
        sys.exit("\n".join(map(str, problems)))
    registry = Registry()
    for number in range(commands - 1):
        registry.add(replace(specs[0], path=f"cmd{number}"))
    registry.add(specs[0])
    return registry


def answerer(commands: int, prefix: str = "/") -> tuple[Router, Answer]:
    """Our router core with as many commands, and what runs an invocation through it."""
    prefixes = dict.fromkeys(("discord", "twitch", "telegram"), prefix)
    router = Router(_registry(commands), {}, lambda place: prefixes[place.platform], _alice)
    house = House(cast(Store, None), cast(Sender, None), cast(Dialogue, None))

    async def answer(invocation: Invocation) -> Message | None:
        found = router.find(invocation)
        if found is None:
            raise LookupError(invocation.text)
        return await router.answer(Context(invocation, found[0], house), found[1])

    return router, answer


def build(commands: int, sink: floor_router.Sink, *, named: bool = False) -> Work:
    """One invocation through our router core, its reply put into the sink."""
    _, answer = answerer(commands)
    options: dict[str, Raw] = {"to": ALICE, "amount": 5, "note": "thank you"}

    async def one() -> None:
        message = await answer(
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
                "" if named else floor_router.TEXT,
            )
        )
        sink.put(message.plain if message else "")

    return one


def measure(commands: int, rounds: int, *, named: bool) -> Ratio:
    """Ours beside FLOOR full with as many commands; the reply is checked first."""
    sink = floor_router.Sink()
    ours = build(commands, sink, named=named)
    asyncio.run(_once(ours))
    if sink.last != floor_router.REPLY:
        sys.exit(f"the reply was {sink.last!r}, not {floor_router.REPLY!r}")
    return compare(floor_router.build_full(commands, floor_router.Sink()), ours, rounds=rounds)


async def _once(work: Work) -> None:
    await work()


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
