"""An invocation that runs again: one effect, the same answer or none."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from msgspec import Struct, structs

from bot.command.invocation import Invocation
from bot.errors import UserError
from bot.store import Diverged, Elsewhere, Memory, Store, Ticket, Tx, inbox, kept
from bot.users import User

CARRIED_OUT = "carried out"


class Killed(BaseException):
    """The process dies here."""


class Receipt(Struct):
    to: str
    rest: int


def amount(tx: Tx, who: str) -> int:
    return int(kept.recall(tx, who) or 10 * (who == "ada"))


def give(tx: Tx, to: str, n: int = 1) -> Receipt:
    rest = amount(tx, "ada") - n
    if rest < 0:
        raise UserError("Too little.")
    kept.keep(tx, "ada", str(rest))
    kept.keep(tx, to, str(amount(tx, to) + n))
    return Receipt(to, rest)


def donate(tx: Tx) -> dict[str, bool]:
    kept.keep(tx, "donated", "1")
    return {"donated": True}


def seal(tx: Tx, title: str) -> str:
    kept.keep(tx, f"page {title}", str(int(kept.recall(tx, f"page {title}") or 0) + 1))
    return title


class Run:
    """What a handler has: its memory, and a process that dies after so many writes."""

    def __init__(self, store: Store, memory: Memory, dies_after: int) -> None:
        self.store, self.memory, self.left = store, memory, dies_after

    async def write(self, fn: Callable[..., object], *args: object) -> object:
        result = await self.memory.write(fn, *args)
        self.left -= 1
        if self.left == 0:
            raise Killed
        return result

    async def amount(self, who: str) -> int:
        return await self.store.read(amount, who)


async def other_function(run: Run) -> str:
    if await run.amount("ada") >= 8:
        return f"gave, kept {(await run.write(give, 'bob', 8)).rest}"
    return f"donated {await run.write(donate)}"


async def exists_then_seal(run: Run) -> str:
    if await run.store.read(kept.recall, "page dawn"):
        return "You already sealed dawn."
    return f"sealed {await run.write(seal, 'dawn')}"


async def other_arguments(run: Run) -> str:
    if await run.amount("ada") >= 8:
        await run.write(give, "bob", 8)
        return "gave 8 to bob"
    await run.write(give, "cleo", 1)
    return "gave 1 to cleo"


async def two_writes(run: Run) -> str:
    await run.write(give, "bob", 2)
    return f"kept {(await run.write(give, 'cleo', 3)).rest}"


Handler = Callable[[Run], Awaitable[str]]
EXPECTED: dict[Handler, tuple[str, dict[str, str]]] = {
    other_function: (CARRIED_OUT, {"ada": "2", "bob": "8"}),
    exists_then_seal: (CARRIED_OUT, {"page dawn": "1"}),
    other_arguments: (CARRIED_OUT, {"ada": "2", "bob": "8"}),
    two_writes: ("kept 5", {"ada": "5", "bob": "2", "cleo": "3"}),
}
# A fresh run that writes nothing cannot know of an earlier one: the acceptance tells it (test_inbox).
CASES = [
    *((handler, 1, True) for handler in EXPECTED),
    *((handler, 1, False) for handler in EXPECTED if handler is not exists_then_seal),
    *((two_writes, 2, resumed) for resumed in (True, False)),
]


async def answer(store: Store, handler: Handler, *, resumed: bool, dies_after: int = 0) -> str:
    memory = Memory(store, "i", resumed)
    try:
        reply = await handler(Run(store, memory, dies_after))
        memory.ended()
    except Diverged:
        return CARRIED_OUT
    return reply


async def facts(store: Store) -> dict[str, str | None]:
    names = ("ada", "bob", "cleo", "donated", "page dawn")
    return {name: await store.read(kept.recall, name) for name in names}


@pytest.mark.parametrize(("handler", "dies_after", "resumed"), CASES)
async def test_killed_after_a_write(
    store: Store, reopen: Callable[[], Awaitable[Store]], handler: Handler, dies_after: int, resumed: bool
) -> None:
    with pytest.raises(Killed):
        await answer(store, handler, resumed=False, dies_after=dies_after)
    await store.close()
    again = await reopen()
    replies = [await answer(again, handler, resumed=resumed) for _ in range(2)]
    reply, wanted = EXPECTED[handler]
    assert replies == [reply] * 2
    assert {name: value for name, value in (await facts(again)).items() if value} == wanted


async def test_the_result_comes_back_as_its_type(store: Store) -> None:
    first = await Memory(store, "i").write(give, "bob", 2)
    second = await Memory(store, "i", True).write(give, "bob", 2)
    assert first == second == Receipt("bob", 8)
    assert type(first) is type(second) is Receipt


async def test_the_key_names_invocation_function_and_occurrence(store: Store) -> None:
    memory = Memory(store, "telegram:1:2")
    keys = [await memory.write(key_of) for _ in range(2)]
    assert [key.partition("/")[0] for key in keys] == ["telegram:1:2"] * 2
    assert [key.rpartition("/")[2] for key in keys] == ["1", "2"]
    assert "key_of" in keys[0]
    assert await store.write(key_of) == ""


def key_of(tx: Tx) -> str:
    return tx.key


async def test_a_refusal_is_not_remembered(store: Store) -> None:
    memory = Memory(store, "i")
    with pytest.raises(UserError):
        await memory.write(give, "bob", 11)
    memory.ended()
    assert await Memory(store, "i", True).write(give, "bob", 10) == Receipt("bob", 0)


async def test_writes_at_the_same_time(store: Store) -> None:
    for resumed in (False, True):
        memory = Memory(store, "i", resumed)
        receipts = await asyncio.gather(*(memory.write(give, f"p{n}", 1) for n in range(5)))
        memory.ended()
        assert [one.rest for one in receipts] == [9, 8, 7, 6, 5]


async def test_names_of_arguments_are_part_of_the_call(store: Store) -> None:
    await Memory(store, "i").write(give, "bob", n=2)
    assert (await Memory(store, "i", True).write(give, "bob", n=2)).rest == 8
    with pytest.raises(Diverged, match="other arguments"):
        await Memory(store, "i", True).write(give, "bob", n=3)


async def test_divergence_cannot_be_swallowed(store: Store) -> None:
    await Memory(store, "i").write(give, "bob", 2)
    memory = Memory(store, "i", True)
    results = await asyncio.gather(memory.write(give, "bob", 3), return_exceptions=True)
    assert isinstance(results[0], Diverged)
    with pytest.raises(Diverged, match="other arguments"):
        memory.ended()
    assert not isinstance(results[0], Exception)


async def test_a_fresh_run_that_finds_more_than_it_wrote_has_diverged(store: Store) -> None:
    earlier = Memory(store, "i")
    await earlier.write(give, "bob", 2)
    await earlier.write(donate)
    fresh = Memory(store, "i")
    await fresh.write(give, "bob", 2)
    with pytest.raises(Diverged, match="unread"):
        fresh.ended()


async def test_what_has_ended_does_not_begin_again(store: Store, invocation: Invocation) -> None:
    """The acceptance is queued, not awaited, so a second delivery may run before it is known to be one."""
    await store.write(inbox.accept, invocation)
    await Memory(store, invocation.id).write(give, "bob", 2)
    await store.write(inbox.finish, invocation.id)
    for resumed in (False, True):
        with pytest.raises(Diverged, match="ended before"):
            await Memory(store, invocation.id, resumed).write(give, "bob", 2)
    assert (await facts(store))["bob"] == "2"


def unannotated(tx: Tx):  # noqa: ANN201
    return 1


def hidden(tx: Tx) -> object:
    kept.keep(tx, "effect", "1")
    return object()


async def deferred(tx: Tx) -> int:
    return 1


@pytest.mark.parametrize("fn", [unannotated, hidden, deferred, lambda tx: 1])
async def test_functions_that_cannot_be_remembered(store: Store, fn: Callable) -> None:
    with pytest.raises(TypeError):
        await Memory(store, "i").write(fn)
    assert await store.read(kept.recall, "effect") is None


async def test_results_are_sealed(store: Store, stored: Callable[[], bytes]) -> None:
    await Memory(store, "i").write(echo, User("telegram", "1", "Some-Body"))
    await store.close()
    assert b"Some-Body" not in stored()


def echo(tx: Tx, user: User) -> User:
    return user


async def deliver(store: Store, invocation: Invocation) -> tuple[bool, object]:
    """As a process does: the acceptance and the first write are queued together. What each of them came to."""
    ticket = Ticket()

    def take(tx: Tx) -> bool:
        fresh = inbox.accept(tx, invocation)
        ticket.void = not fresh
        return fresh

    accepted = store.write_in(invocation.id, take)
    memory = Memory(store, invocation.id, False, ticket)
    (wrote,) = await asyncio.gather(memory.write(give, "bob", 2), return_exceptions=True)
    return await accepted, wrote


async def test_one_of_two_deliveries_at_the_same_moment_writes(
    store: Store, reopen: Callable[[], Awaitable[Store]], invocation: Invocation
) -> None:
    """In two processes, each with its own connections; the first one has its own result, the other none."""
    other = await reopen()
    for number in range(10):
        one = structs.replace(invocation, id=f"i{number}")
        found = dict(await asyncio.gather(deliver(store, one), deliver(other, one)))
        assert found.keys() == {True, False}
        assert isinstance(found[False], Elsewhere)
        assert number >= 5 or found[True] == Receipt("bob", 8 - 2 * number)
    assert (await facts(store))["bob"] == "10"
