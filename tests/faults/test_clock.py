"""The clock goes an hour back, or a day forward, between any two writes: nothing is lost, nothing happens twice."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec import structs

from bot.runs import CARRIED_OUT
from bot.sender import LATE
from economy.holds import sweep_all
from tests.bot.test_delivery import LATER, Post, mood
from tests.faults.stage import HOUR, PRICE, Clock, Stage, at_write, killed, priced

WELCOME, DAY = 100, 24 * HOUR
JUMPS = pytest.mark.parametrize("jump", [-HOUR, DAY], ids=["back", "forward"])
ACCEPTED, HELD, PUT, GIVEN, FINISHED, SENT = WRITES = range(1, 7)
"""What is committed for one `tally`, in this order."""


@pytest.fixture
def clock() -> Iterator[Clock]:
    one = Clock()
    with one.running():
        yield one


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    priced(tmp_path / "files", monkeypatch)
    return Stage(tmp_path / "data")


async def _ends(stage: Stage, kept: list[int], given: list[int], paid: list[int]) -> None:
    """Of the runs, named by their last write before the jump, these had their effects and cost something."""
    async with stage.life() as app:
        await sweep_all(app.store)
        await stage.audited()
        assert await stage.balance("ada") == WELCOME - len(given) - PRICE * len(paid)
    assert sorted(stage.ask("SELECT text FROM test_note")) == [f"n{number}" for number in kept]
    assert stage.ask("SELECT count(*) FROM ledger_hold WHERE state = 'pending'") == [0]
    assert set(stage.ask("SELECT state FROM inbox")) <= {"done", "expired"}
    assert set(stage.ask("SELECT state FROM outbox")) == {"sent"}
    assert stage.answers() == {str(number): 1 for number in WRITES}


@JUMPS
async def test_while_it_runs(stage: Stage, clock: Clock, jump: int) -> None:
    """What is held for too short a time then is not taken, and what was carried out is not undone."""
    async with stage.life() as app:
        for number in WRITES:
            clock.ahead = 0
            at_write(app, number, lambda: setattr(clock, "ahead", jump))
            assert "tallied" in await stage.say(str(number), "ada", f"tally n{number}")
            assert clock.ahead == jump
            again = stage.event(str(number), "ada", f"tally n{number}")
            assert await app.intake.submit(again) == "seen"
    paid = [*WRITES] if jump < 0 else [FINISHED, SENT]
    await _ends(stage, [*WRITES], [*WRITES], paid)


@JUMPS
async def test_over_a_crash(stage: Stage, clock: Clock, jump: int) -> None:
    """What is too late by the new clock is not begun; what had been begun is said to have been carried out."""
    for number in (0, *WRITES):
        clock.ahead = jump
        async with stage.life() as app:
            if number:
                again = stage.event(str(number), "ada", f"tally n{number}")
                assert await app.intake.submit(again) == "seen"
            clock.ahead = 0
            if number < SENT:
                at_write(app, number + 1, lambda app=app: killed(app))
                await stage.say(str(number + 1), "ada", f"tally n{number + 1}")
    if jump < 0:
        await _ends(stage, [*WRITES], [*WRITES], [*WRITES])
        assert all("tallied" in words for _, words in stage.said)
    else:
        await _ends(stage, [PUT, GIVEN, FINISHED, SENT], [GIVEN, FINISHED, SENT], [FINISHED, SENT])
        for number in (ACCEPTED, HELD):
            assert "I came back too late" in stage.to(str(number))[0]
        for number in (PUT, GIVEN):
            assert stage.to(str(number)) == [str(CARRIED_OUT)]


async def test_an_answer_that_nobody_waits_for_any_more_is_noted_so(stage: Stage, clock: Clock) -> None:
    async with stage.life() as app:
        at_write(app, FINISHED, lambda: setattr(clock, "ahead", DAY))
        event = stage.event("1", "ada", "tally one", direct=False)
        expires = event.received + HOUR
        await app.intake.submit(structs.replace(event, reply=structs.replace(event.reply, expires=expires)))
        await app.intake.quiet()
        await stage.audited()
    assert stage.said == []
    assert stage.ask("SELECT text FROM test_note") == ["one"]
    assert stage.ask("SELECT reason FROM outbox WHERE state = 'dead'") == [LATE]


@JUMPS
async def test_the_daily_blessings_of_a_day_are_given_once(stage: Stage, clock: Clock, jump: int) -> None:
    """The same event brings nothing a day later; another one brings the next day's, and none when the clock went back."""
    async with stage.life() as app:
        clock.ahead = 2 * DAY
        assert "20" in await stage.say("1", "ada", "daily")
        clock.ahead += jump
        assert await app.intake.submit(stage.event("1", "ada", "daily")) == "seen"
        second = await stage.say("2", "ada", "daily")
        await stage.audited()
        assert await stage.balance("ada") == WELCOME + 20 + (25 if jump == DAY else 0)
        assert (jump == DAY) != ("You have had today's blessings" in second)


@pytest_asyncio.fixture
async def post(tmp_path: Path, clock: Clock) -> AsyncIterator[Post]:
    one = Post(tmp_path / "post")
    await one.open()
    yield one
    await one.app.stop()


@JUMPS
async def test_what_waits_for_its_time_is_sent_once(post: Post, clock: Clock, jump: int) -> None:
    """At the latest when the clock has caught up, or at the next start."""
    mood(post, LATER, LATER)
    await post.put("ada", "one")
    await post.put("bob", "two")
    assert await post.pulse() == []
    clock.ahead = jump
    heard = await post.pulse()
    assert sorted(heard) == ([] if jump < 0 else ["one", "two"])
    await post.app.stop()
    post.platform.sent.clear()
    await post.open()
    heard += [str(one["text"]) for one in post.platform.sent]
    clock.ahead = 0
    assert sorted(heard + await post.pulse()) == ["one", "two"]
    assert (await post.waiting(), await post.states()) == (0, [])
