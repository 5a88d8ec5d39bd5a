"""What waits where the budget of a room is spent, on a clock of its own: merged, or dropped when it is old."""

import asyncio
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapter import Outcome, RetryAfter, Sent
from bot.platforms.twitch.render import LIMIT
from bot.platforms.twitch.rooms import PATIENCE, TOO_LATE, Line, Room

WAITS = st.lists(st.tuples(st.integers(1, LIMIT - 10), st.floats(0, 40)), min_size=1, max_size=12)


class Chat:
    """A room that says nothing before it is let."""

    def __init__(self) -> None:
        self.said: list[Line] = []
        self.counts: Counter[str] = Counter()
        self.open = False
        self.now = 100.0
        self.fails: list[Exception] = []
        self.room = Room(lambda: 0.0 if self.open else 0.001, self.say, self.counts, lambda: self.now)

    async def say(self, line: Line) -> Outcome:
        if self.fails:
            raise self.fails.pop()
        self.said.append(line)
        self.now += 1
        return Sent(str(len(self.said)))


async def _put(waits: list[tuple[int, float]]) -> tuple[Chat, list[Outcome]]:
    chat = Chat()
    tasks = [
        asyncio.create_task(chat.room.put(Line(f"{n:x}" * size, f"who{n}", "m"), chat.now - age))
        for n, (size, age) in enumerate(waits)
    ]
    await asyncio.sleep(0)
    chat.open = True
    return chat, await asyncio.gather(*tasks)


@given(WAITS)
def test_everything_is_said_whole_and_in_order_or_dropped_for_its_age(waits: list[tuple[int, float]]) -> None:
    async def run() -> None:
        chat, outcomes = await _put(waits)
        said = " ".join(line.text for line in chat.said)
        for n, ((size, age), outcome) in enumerate(zip(waits, outcomes, strict=True)):
            assert (f"{n:x}" * size in said.split(" ")) == isinstance(outcome, Sent)
            if outcome == TOO_LATE:
                assert age + len(chat.said) > PATIENCE
        assert chat.counts["dropped"] == outcomes.count(TOO_LATE)
        assert all(len(line.text) <= LIMIT for line in chat.said)
        assert all(line.parent is None for line in chat.said if " · " in line.text)

    asyncio.run(run())


async def test_what_is_old_and_fits_is_still_said() -> None:
    chat, outcomes = await _put([(5, 30.0), (5, 30.0)])
    assert outcomes == [Sent("1")] * 2
    assert chat.said[0].text == "@who0 00000 · @who1 11111"


async def test_what_is_old_and_does_not_fit_is_dropped_and_counted() -> None:
    chat, outcomes = await _put([(480, 0.0), (480, 30.0), (480, 0.0)])
    assert outcomes == [Sent("1"), TOO_LATE, Sent("2")]
    assert chat.counts == {"merged": 0, "dropped": 1}


async def test_a_failure_is_everybodys() -> None:
    chat = Chat()
    chat.fails = [OSError("gone")]
    tasks = [asyncio.create_task(chat.room.put(Line("x", "a"), chat.now)) for _ in range(2)]
    await asyncio.sleep(0)
    chat.open = True
    for task in tasks:
        with pytest.raises(OSError, match="gone"):
            await task
    assert await chat.room.put(Line("y", "a"), chat.now) == Sent("1")


async def test_at_the_end_nobody_waits() -> None:
    chat = Chat()
    task = asyncio.create_task(chat.room.put(Line("x", "a"), chat.now))
    await asyncio.sleep(0)
    await chat.room.close()
    assert isinstance(await task, RetryAfter)
