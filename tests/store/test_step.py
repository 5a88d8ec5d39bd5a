"""A step: outside of our database, asked for once over all runs of an invocation, and no effect."""

from collections.abc import Awaitable, Callable

import pytest

from bot.command.invocation import Invocation
from bot.errors import UserError
from bot.store import Diverged, Elsewhere, Memory, Store, Tx, inbox, kept
from tests.store.test_memory import Receipt, facts, give

asked: list[str] = []


@pytest.fixture(autouse=True)
def nothing_asked() -> None:
    asked.clear()


async def guess(who: str, much: int = 1) -> Receipt:
    asked.append(who)
    if who == "nobody":
        raise UserError("There is nobody.")
    return Receipt(who, much)


async def unannotated(who: str):  # noqa: ANN201
    asked.append(who)


async def hidden() -> object:
    return object()


def carried_out(tx: Tx, which: str) -> int:
    return inbox.writes(tx, which)


async def test_it_is_asked_for_once_and_comes_back_as_its_type(
    store: Store, reopen: Callable[[], Awaitable[Store]]
) -> None:
    first = await Memory(store, "i").step(guess, "bob", much=2)
    await store.close()
    again = await reopen()
    memory = Memory(again, "i", True)
    assert await memory.step(guess, "bob", much=2) == first == Receipt("bob", 2)
    memory.ended()
    assert asked == ["bob"]
    assert not memory.carried_out
    assert await again.read(carried_out, "i") == 0


async def test_the_same_function_may_be_a_second_step(store: Store) -> None:
    for resumed in (False, True):
        memory = Memory(store, "i", resumed)
        assert [(await memory.step(guess, who)).to for who in ("ada", "bob", "ada")] == ["ada", "bob", "ada"]
    assert asked == ["ada", "bob", "ada"]


async def test_what_it_raises_is_not_remembered(store: Store) -> None:
    for resumed in (False, True):
        memory = Memory(store, "i", resumed)
        with pytest.raises(UserError):
            await memory.step(guess, "nobody")
        memory.ended()
    assert asked == ["nobody"] * 2


async def test_other_arguments_are_another_path_and_nothing_is_asked_for(store: Store) -> None:
    await Memory(store, "i").step(guess, "bob")
    memory = Memory(store, "i", True)
    with pytest.raises(Diverged, match="other arguments"):
        await memory.step(guess, "cleo")
    with pytest.raises(Diverged, match="other arguments"):
        memory.ended()
    assert asked == ["bob"]
    assert not memory.carried_out


async def test_a_step_that_is_not_come_by_again_is_no_other_path(store: Store) -> None:
    await Memory(store, "i").step(guess, "bob")
    memory = Memory(store, "i", True)
    assert await memory.write(give, "bob", 2) == Receipt("bob", 8)
    memory.ended()
    assert memory.carried_out
    assert await store.read(carried_out, "i") == 1


async def test_a_new_step_before_what_was_carried_out_is_another_path(store: Store) -> None:
    await Memory(store, "i").write(give, "bob", 2)
    memory = Memory(store, "i", True)
    with pytest.raises(Diverged, match="new while"):
        await memory.step(guess, "bob")
    assert memory.carried_out


async def test_one_that_fails_again_comes_to_what_was_carried_out(store: Store) -> None:
    """Its first try failed, the handler went on without it, and then the process was killed."""
    for resumed in (False, True):
        memory = Memory(store, "i", resumed)
        with pytest.raises(UserError):
            await memory.step(guess, "nobody")
        assert (await memory.write(give, "bob", 2)).rest == 8
        memory.ended()


async def test_what_has_ended_remembers_no_step(store: Store, invocation: Invocation) -> None:
    await store.write(inbox.accept, invocation)
    await Memory(store, invocation.id).step(guess, "bob")
    await store.write(inbox.finish, invocation.id)
    for resumed in (False, True):
        with pytest.raises(Elsewhere):
            await Memory(store, invocation.id, resumed).step(guess, "bob")


async def test_it_is_sealed_and_erased_with_the_end(
    store: Store, invocation: Invocation, stored: Callable[[], bytes]
) -> None:
    await store.write(inbox.accept, invocation)
    await Memory(store, invocation.id).step(guess, "Some-Body")
    await store.write(inbox.ask, invocation)
    assert await store.read(inbox.asking) == [(invocation.id, False)]
    assert await store.write(inbox.finish, invocation.id)
    await store.close()
    assert b"Some-Body" not in stored()


@pytest.mark.parametrize("fn", [unannotated, hidden])
async def test_functions_that_cannot_be_steps(store: Store, fn: Callable) -> None:
    with pytest.raises(TypeError):
        await Memory(store, "i").step(fn, *(["bob"] if fn is unannotated else []))
    assert asked == []


async def test_a_write_and_a_step_of_one_invocation_do_not_meet(store: Store) -> None:
    for resumed in (False, True):
        memory = Memory(store, "i", resumed)
        said = await memory.step(guess, "bob", much=3)
        assert (await memory.write(give, said.to, said.rest)).rest == 7
        memory.ended()
    assert asked == ["bob"]
    assert (await facts(store))["bob"] == "3"
    assert await store.read(kept.recall, "ada") == "7"
