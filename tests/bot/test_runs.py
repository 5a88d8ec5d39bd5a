"""Every invocation that was accepted is finished, or its user is told: whatever is delivered again, killed, late or full."""

import asyncio
import logging
import random
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest
import sqlalchemy as sa
from msgspec import structs

from bot.command import Invocation, ReplyHandle
from bot.ending import drop
from bot.sandbox.offline import Offline
from bot.sandbox.world import World
from bot.store import BatchFailed, Tx, inbox, param
from bot.store import schema as tables
from tests.bot.conftest import Kernel
from tests.bot.lives import HOUR, Ends, House, given_up, killed_after_its_write, left_waiting, said, state_of

# --- its end is heard of in its commit -------------------------------------------------------------------------------------


async def test_who_may_have_written_hears_of_its_end(house: House, ends: Ends) -> None:
    async with house.life() as kernel:
        wrote, refused, silent = kernel.line("!note hello"), kernel.line("!spend no"), kernel.line("!seldom")
        for one in (wrote, refused, silent):
            await kernel.submit(one)
    assert ends == [(wrote.id, True), (refused.id, False)]


async def test_a_divergence_has_succeeded_and_its_guards_count_it(
    house: House, ends: Ends, caplog: pytest.LogCaptureFixture
) -> None:
    one = await killed_after_its_write(house, "!spend hello")
    async with house.life(branch="none") as kernel:
        assert said(kernel) == ["It was carried out as far as it had come; its answer was lost."]
        assert ends == [(one.id, True)]
        assert "enough for now" in await kernel.say("!spend again")
        assert await kernel.notes() == ["hello"]
    assert any("diverged" in record.getMessage() and one.id in record.getMessage() for record in caplog.records)


async def test_a_refusal_after_the_effect_of_an_earlier_run_is_a_divergence(house: House, ends: Ends) -> None:
    one = await killed_after_its_write(house, "!spend hello")
    async with house.life(branch="refuse") as kernel:
        assert said(kernel) == ["It was carried out as far as it had come; its answer was lost."]
    assert ends == [(one.id, True)]


async def test_a_hook_that_fails_leaves_it_to_be_finished_later(house: House, ends: Ends) -> None:
    async with house.life() as kernel:
        broken = [True]

        def hook(_tx: Tx, _id: str, _succeeded: bool) -> None:
            if broken[0]:
                raise OSError("away")

        kernel.app._ended.append(hook)
        line = kernel.line("!note hello")
        assert (await kernel.submit(line))[1] == []
        broken[0] = False
        await kernel.app.intake._resuming.pulse()
        await kernel.app.intake.quiet()
        assert said(kernel) == ["kept as number 1"]
        assert await kernel.notes() == ["hello"]
        assert await state_of(kernel, line.id) == "done"
    assert ends[-1] == (line.id, True)


async def test_a_handler_that_cancels_itself_is_a_fault_and_the_next_goes_on(house: House) -> None:
    async with house.life() as kernel:
        await kernel.app.intake.submit(kernel.line("!stumble"))
        await kernel.app.intake.submit(kernel.line("!note hello"))
        await kernel.app.intake.quiet()
        assert ["wrong on my side" in one for one in said(kernel)] == [True, False]


# --- too late, too often ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ahead", [0, 24 * HOUR, -HOUR])
async def test_what_is_too_late_is_not_run_and_its_user_is_told_directly(house: House, ends: Ends, ahead: int) -> None:
    """By the store's clock, whatever that has done meanwhile."""
    reply = {"reply": ReplyHandle("twitch", "offline", "room", Offline("twitch", World()).user("ada"), expires=1)}
    one = await left_waiting(house, **reply, **({"answer_until": 1} if ahead <= 0 else {}))
    async with house.life(late=ahead) as kernel:
        assert len(said(kernel)) == 1
        assert "too late for !note" in said(kernel)[0]
        assert kernel.platform.handles[0].direct
        assert kernel.platform.handles[0].to.id == one.author.id
        assert await kernel.notes() == []
        assert await state_of(kernel, one.id) == "expired"
        assert await kernel.app.store.read(inbox.load, one.id) is None
        assert await kernel.submit(one) == ("seen", [])
    assert ends == [(one.id, False)]
    async with house.life() as kernel:
        assert said(kernel) == []


async def test_a_clock_that_goes_back_runs_what_waits(house: House) -> None:
    await left_waiting(house)
    async with house.life(late=-HOUR) as kernel:
        assert said(kernel) == ["kept as number 1"]


async def test_nobody_is_told_of_an_event(house: House) -> None:
    await left_waiting(house, answer_until=1, kind="event")
    async with house.life() as kernel:
        assert said(kernel) == []


async def test_what_is_late_but_was_carried_out_is_said_so(house: House, ends: Ends) -> None:
    one = await killed_after_its_write(house, answer_until=1)
    async with house.life() as kernel:
        assert said(kernel) == ["It was carried out as far as it had come; its answer was lost."]
    assert ends == [(one.id, True)]


async def test_what_ends_its_process_is_a_dead_letter_and_its_user_is_told(
    house: House, ends: Ends, caplog: pytest.LogCaptureFixture
) -> None:
    one = await given_up(house)
    assert ends == []
    async with house.life() as kernel:
        (told,) = said(kernel)
        fault = told.removesuffix(".").split()[-1]
        (letter,) = await kernel.app.store.read(inbox.letters, "dead")
        assert letter.reason == f"given up after 3 attempts: fault {fault}"
        assert letter.asked == one
    assert "Something went wrong on my side" in told
    assert any(fault in record.getMessage() and record.levelno == logging.ERROR for record in caplog.records)
    assert ends == [(one.id, True)]
    async with house.life() as kernel:
        assert said(kernel) == []


async def test_a_dead_letter_is_retried_beside_the_running_bot_however_old_it_is(house: House, ends: Ends) -> None:
    reply = ReplyHandle("twitch", "offline", "room", Offline("twitch", World()).user("ada"), expires=1)
    one = await given_up(house, reply=reply)
    async with house.life(late=24 * HOUR) as kernel:
        kernel.platform.sent.clear()
        assert await kernel.app.store.write(inbox.retry, one.id)
        assert not await kernel.app.store.write(inbox.retry, one.id)
        await kernel.app.intake._resuming.pulse()
        await kernel.app.intake.quiet()
        assert said(kernel) == ["kept as number 1"]
        assert kernel.platform.handles[-1].direct
        assert await kernel.notes() == ["hello"]
        assert await state_of(kernel, one.id) == "done"
    assert ends == [(one.id, True)] * 2


async def test_a_dead_letter_is_retried_at_the_next_start(house: House) -> None:
    one = await given_up(house)
    async with house.life() as kernel:
        assert await kernel.app.store.write(inbox.retry, one.id)
    async with house.life() as kernel:
        assert await state_of(kernel, one.id) == "done"
        assert await kernel.notes() == ["hello"]


async def test_what_is_dropped_is_erased_and_heard_of(house: House, ends: Ends) -> None:
    one = await given_up(house)
    async with house.life() as kernel:
        store, hooks = kernel.app.store, kernel.app.ended
        assert await store.write(drop, hooks, one.id)
        assert not await store.write(drop, hooks, one.id)
        assert await store.read(inbox.load, one.id) is None
        assert await store.read(inbox.writes, one.id) == 0
    assert ends == [(one.id, True)] * 2


async def test_what_is_dropped_while_it_runs_says_nothing(house: House, ends: Ends) -> None:
    async with house.life() as kernel:
        gate = kernel.switches.gate = asyncio.Event()
        one = kernel.line("!slow")
        await kernel.app.intake.submit(one)
        assert await kernel.app.store.write(drop, kernel.app.ended, one.id)
        gate.set()
        await kernel.app.intake.quiet()
        assert said(kernel) == []
    assert ends == [(one.id, False)]


async def test_a_command_that_is_gone_is_a_dead_letter(house: House) -> None:
    one = await left_waiting(house, text="!gone with it")
    async with house.life() as kernel:
        assert "Something went wrong on my side" in said(kernel)[0]
        (letter,) = await kernel.app.store.read(inbox.letters, "dead")
        assert (letter.id, letter.reason.partition(":")[0]) == (one.id, "there is no such command any more")


async def test_what_cannot_be_read_any_more_is_a_dead_letter(house: House, ends: Ends) -> None:
    async with house.life() as kernel:
        one = kernel.line("!note late")
        await kernel.app.store.write(inbox.accept, one)
        await kernel.app.store.write(lambda tx: tx.execute(SPOIL, which=one.id, body=b"spoilt"))
    async with house.life() as kernel:
        assert said(kernel) == []
        (letter,) = await kernel.app.store.read(inbox.letters, "dead")
        assert (letter.id, letter.asked) == (one.id, None)
    assert ends == [(one.id, False)]


SPOIL = sa.update(tables.inbox).where(tables.inbox.c.id == param("which")).values(body=param("body", sa.LargeBinary))


# --- twice, and in any order -----------------------------------------------------------------------------------------------


async def test_everything_twice_and_in_any_order(house: House) -> None:
    async with house.life() as kernel:
        lines = [kernel.line(f"!note {n}", "ada" if n % 2 else "bob") for n in range(20)]
    events = [*lines, *lines]
    random.Random(7).shuffle(events)  # noqa: S311
    async with house.life() as kernel:
        await asyncio.gather(*(kernel.app.intake.submit(one) for one in events[:25]))
        await kernel.app.intake.quiet()
        shown_once = len(said(kernel))
    async with house.life() as kernel:
        for one in events[25:] + events[:25]:
            await kernel.app.intake.submit(one)
        await kernel.app.intake.quiet()
        assert sorted(await kernel.notes(), key=int) == [str(n) for n in range(20)]
        assert shown_once + len(said(kernel)) == 20


async def test_a_second_delivery_while_the_first_is_to_be_resumed_is_seen(house: House) -> None:
    one = await killed_after_its_write(house)
    async with house.life(waits=False, branch="none") as kernel:
        assert await kernel.app.intake.submit(one) == "seen"
        await kernel.app.intake.quiet()
        assert len(said(kernel)) == 1


async def test_who_was_asked_hears_of_the_restart_however_late(house: House, ends: Ends) -> None:
    async with house.life() as kernel:
        one = kernel.line("!note hello")
        await kernel.app.store.write(inbox.accept, one)
        await kernel.app.store.write(inbox.ask, structs.replace(one, answer_until=1))
    async with house.life() as kernel:
        assert "Please ask again with" in said(kernel)[0]
        assert await state_of(kernel, one.id) == "expired"
    assert ends == [(one.id, False)]


async def _unfinished(house: House, kernel: Kernel) -> Invocation:
    """A command that was taken in, and whose end the store could not keep; it can be read and written to again."""
    one = kernel.line("!slow")
    await _end_is_lost(house, kernel, one)
    assert said(kernel) == []
    return one


async def _end_is_lost(house: House, kernel: Kernel, one: Invocation) -> None:
    gate = kernel.switches.gate = asyncio.Event()
    assert await kernel.app.intake.submit(one) == "accepted"
    house.away = True
    gate.set()
    await kernel.app.intake.quiet()
    house.away = False


async def _taken_up(kernel: Kernel, one: Invocation) -> None:
    """It is run to its end, and says so once."""
    await kernel.app.intake._resuming.pulse()
    await kernel.app.intake.quiet()
    assert said(kernel) == ["@ada passed"]
    assert await state_of(kernel, one.id) == "done"


async def test_what_the_store_could_not_finish_is_finished_when_it_can(house: House) -> None:
    async with house.life() as kernel:
        await _taken_up(kernel, await _unfinished(house, kernel))


@pytest.mark.parametrize("which", [inbox.retries, inbox.standing, inbox.load])
async def test_a_read_that_fails_while_it_is_taken_up_is_no_end(house: House, which: Callable[..., object]) -> None:
    """Its body is there: that it cannot be read now does not make it a dead letter of which nobody is told."""
    async with house.life() as kernel:
        one, store = await _unfinished(house, kernel), kernel.app.store
        begin = store.begin_read

        def begun(fn: Callable[..., Any], *args: object) -> Future[Any]:
            house.away = house.away or fn is which
            return begin(fn, *args)

        store.begin_read = begun  # type: ignore[method-assign, assignment]
        with pytest.raises(OSError, match="full"):
            await kernel.app.intake._resuming.pulse()
        store.begin_read = begin  # type: ignore[method-assign]
        house.away = False
        assert await state_of(kernel, one.id) == "accepted"
        await _taken_up(kernel, one)


async def test_what_is_delivered_again_and_lost_again_while_it_is_looked_for_is_finished(house: House) -> None:
    async with house.life() as kernel:
        one, store = kernel.line("!slow"), kernel.app.store
        house.away = True
        with pytest.raises((BatchFailed, OSError), match="full"):
            await kernel.app.intake.submit(one)
        await kernel.app.intake.quiet()
        house.away = False
        read, looked = store.read, list[str]()

        async def standing(fn: Callable[..., Any], *args: str) -> object:
            found = await read(fn, *args)
            if fn is inbox.standing and not looked:
                looked.extend(args)
                await _end_is_lost(house, kernel, one)
            return found

        store.read = standing  # type: ignore[method-assign, assignment]
        await kernel.app.intake._resuming.pulse()
        await kernel.app.intake.quiet()
        assert looked == [one.id]
        await _taken_up(kernel, one)


async def test_a_hook_that_always_fails_keeps_nobody_from_being_told(house: House) -> None:
    await given_up(house)

    def hook(_tx: Tx, _id: str, _succeeded: bool) -> None:
        raise OSError("away")

    async with house.life(waits=False) as kernel:
        kernel.app._ended.append(hook)
        await kernel.app.intake.quiet()
        assert "Something went wrong on my side" in said(kernel)[0]
        assert len(await kernel.app.store.read(inbox.letters, "dead")) == 1
