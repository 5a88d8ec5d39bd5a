"""Delivery: what cannot be sent now is sent later, in order, and never twice; what is stuck is an operator's."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import delivery
from bot.adapter import Outcome, Payload, Refused, RetryAfter, Sent, Unknown
from bot.app import App
from bot.command import ReplyHandle
from bot.delivery import DAY, LEAST, LONGEST, LOST, Delivery
from bot.message import Message, t
from bot.sandbox.offline import Offline, shown
from bot.sandbox.world import World
from bot.sender import Sender
from bot.store import BatchFailed, Tx, outbox
from bot.store.tx import FLOW
from bot.testing.template import prepare
from bot.users import User
from config.settings import Settings
from tests import servers

LATER = RetryAfter(4.0)
GAP = 10 * 60.0


class Moody(Offline):
    """A platform that says what the test wants, first to last, and then takes everything."""

    def __init__(self) -> None:
        super().__init__("telegram", World())
        self.moods: deque[Outcome] = deque()
        self.by_id: dict[str, deque[Outcome]] = {}

    async def send(self, handle: ReplyHandle, payload: Payload, key: str) -> Outcome:
        moods = self.by_id.get(key.partition(".")[0], self.moods)
        outcome = moods.popleft() if moods else Sent(key)
        return await super().send(handle, payload, key) if isinstance(outcome, Sent) else outcome


@dataclass
class Post:
    """A house, its one platform, and a clock that the test moves (seconds)."""

    data: Path
    offset: float = 0.0

    async def open(self, platform: Offline | None = None) -> None:
        self.platform = platform or Moody()
        self.app = App(Settings(data=self.data, plugins=["tests.bot.plugin"])).load()
        prepare(self.app)
        await self.app.start([self.platform])
        await self.app.intake.quiet()
        await self.delivery.close()  # it looks when the test says so

    @property
    def delivery(self) -> Delivery:
        return self.app.intake._delivery

    def handle(self, who: str, expires: float | None = None) -> ReplyHandle:
        number = str(crc32(who.encode()))
        user = User("telegram", number, who.title(), who)
        until = None if expires is None else int((time.time() + self.offset + expires) * 1e6)
        return ReplyHandle("telegram", "", number, user, direct=True, expires=until)

    async def put(self, who: str, text: str, expires: float | None = None) -> int:
        return await self.app.store.write(outbox.enqueue, text, self.handle(who, expires), Message(text))

    async def pulse(self, seconds: float = 0.0) -> list[str]:
        """Later: what was shown meanwhile."""
        self.offset += seconds
        self.platform.sent.clear()
        await self.delivery.pulse()
        await self.app.intake.quiet()
        return [shown(one) for one in self.platform.sent]

    async def states(self) -> list[str]:
        return [one.state for one in await self.app.store.read(outbox.stuck)][::-1]

    async def waiting(self) -> int:
        return await self.app.store.read(outbox.count, "pending")


@pytest_asyncio.fixture
async def post(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Post]:
    one, real = Post(tmp_path / "data"), time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: real() + int(one.offset * 1e9))
    await one.open()
    yield one
    await one.app.stop()


def mood(post: Post, *outcomes: Outcome) -> None:
    assert isinstance(post.platform, Moody)
    post.platform.moods.extend(outcomes)


async def test_what_is_sent_outside_of_a_command_needs_no_restart(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    def greet(tx: Tx) -> None:
        tx.send(User("telegram", "7", "Cleo"), Message("hello"))

    monkeypatch.setattr(delivery, "PULSE", 0.01)
    await post.delivery.start()
    await post.app.store.write(greet)
    async with asyncio.timeout(5):
        while not post.platform.sent:
            await asyncio.sleep(0.005)
    await post.delivery.close()
    assert await post.pulse(GAP) == []


async def test_what_a_flow_sends_waits_for_no_command_to_end(post: Post) -> None:
    def greet(tx: Tx) -> None:
        tx.key = f"{FLOW}bake:1/greet/1"
        tx.send(User("telegram", "7", "Cleo"), Message("hello"))

    await post.app.store.write(greet)
    assert await post.pulse() == ["hello"]


async def test_what_cannot_be_sent_now_is_sent_when_the_platform_said(post: Post) -> None:
    mood(post, LATER)
    await post.put("ada", "one")
    assert await post.pulse() == []
    assert (await post.waiting(), post.delivery.busy) == (1, False)
    assert await post.pulse(3.0) == []
    assert await post.pulse(1.5) == ["one"]
    assert await post.waiting() == 0


async def test_what_is_said_right_after_a_message_waits_behind_it(post: Post) -> None:
    mood(post, LATER)
    both = Message("one", then=Message("two"))
    first, then = await post.app.store.write(outbox.send, "key", post.handle("ada"), both)
    assert (first.key, then.key, then.handle.follows) == ("key", "key/then", True)
    assert await post.pulse() == []
    assert await post.pulse(5.0) == ["one", "two"]
    assert await post.waiting() == 0


async def test_a_short_pause_is_waited_for_in_place(post: Post) -> None:
    mood(post, RetryAfter(0.01), RetryAfter(0.01))
    await post.put("ada", "one")
    assert await post.pulse() == ["one"]


async def test_nobody_is_overtaken_and_others_do_not_wait(post: Post) -> None:
    mood(post, LATER)
    await post.put("ada", "one")
    await post.pulse()
    for who, text in (("ada", "two"), ("bob", "three"), ("ada", "four")):
        await post.put(who, text)
    assert await post.pulse() == ["three"]
    assert [text for _ in range(3) for text in await post.pulse(5.0)] == ["one", "two", "four"]


OUTCOMES = st.lists(st.sampled_from([LATER, Refused("no"), Unknown("perhaps")]), max_size=3)


@given(mails=st.lists(st.tuples(st.sampled_from("ab"), OUTCOMES), max_size=8))
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_everyone_hears_everything_once_and_in_order(
    tmp_path_factory: pytest.TempPathFactory, mails: list[tuple[str, list[Outcome]]]
) -> None:
    async def run(post: Post) -> None:
        await post.open()
        assert isinstance(post.platform, Moody)
        for n, (who, moods) in enumerate(mails):
            id_ = await post.put(who, f"{who} {n}")
            post.platform.by_id[str(id_)] = deque(moods)
        heard = [text for _ in range(20) for text in await post.pulse(LONGEST + 1)]
        for who in "ab":
            mine = [text for text in heard if text.startswith(who)]
            assert mine == sorted(mine, key=lambda text: int(text.split()[1]))
        ends = [next((one for one in moods if one is not LATER), Sent("")) for _, moods in mails]
        assert len(heard) == len(set(heard)) == sum(isinstance(end, Sent) for end in ends)
        assert await post.states() == [
            "dead" if isinstance(end, Refused) else "unknown" for end in ends if not isinstance(end, Sent)
        ]
        await post.app.stop()

    post, real = Post(tmp_path_factory.mktemp("post")), time.time_ns
    with servers.another(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "time_ns", lambda: real() + int(post.offset * 1e9))
        asyncio.run(run(post))


async def test_unknown_is_never_sent_again_but_by_an_operator(post: Post) -> None:
    mood(post, Unknown("cut"))
    id_ = await post.put("ada", "one")
    assert [await post.pulse(GAP) for _ in range(3)] == [[], [], []]
    assert (await post.states(), post.delivery.counts["unknown"]) == (["unknown"], 1)
    assert (await post.app.state())["unknown"] == 1
    await post.app.stop()
    await post.open()
    assert await post.pulse(GAP) == []
    assert await post.app.store.write(outbox.retry, id_)
    assert await post.pulse() == ["one"]


async def test_an_operator_has_it_sent_again_by_the_process_that_gave_it_up(post: Post) -> None:
    mood(post, Refused("no"))
    id_ = await post.put("ada", "one", expires=60)
    await post.pulse()
    assert await post.states() == ["dead"]
    post.offset += 3600
    await post.app.store.write(outbox.retry, id_)
    assert await post.pulse() == ["one"]


async def test_what_may_be_there_is_tried_again_only_while_that_is_safe(post: Post) -> None:
    mood(post, RetryAfter(4.0, safe=100.0), RetryAfter(101.0))
    await post.put("ada", "one")
    await post.pulse()
    assert await post.states() == []
    assert await post.pulse(5.0) == []
    assert await post.states() == ["unknown"]


async def test_nobody_waits_for_ever(post: Post) -> None:
    mood(post, LATER, LATER)
    await post.put("ada", "one", expires=2.0)
    await post.put("bob", "two", expires=6.0)
    await post.pulse()
    assert await post.states() == ["dead"]  # the pause is longer than anybody waits
    assert await post.pulse(7.0) == []
    assert await post.states() == ["dead", "dead"]


async def test_it_is_given_up_after_a_day(post: Post) -> None:
    mood(post, *[LATER] * 100)
    await post.put("ada", "one")
    await post.pulse(DAY / 1e6)
    assert await post.waiting() == 1  # the bot was away: it has been tried only once
    for _ in range(LEAST):
        await post.pulse(LONGEST)
    assert (await post.states(), await post.waiting()) == (["dead"], 0)


async def test_what_was_left_goes_first_and_all_of_it(post: Post) -> None:
    mood(post, LATER)
    await post.put("ada", "first")
    await post.pulse()
    crowd = [await post.put(f"u{n}", f"to {n}") for n in range(230)]
    await post.put("ada", "second")
    await post.app.stop()
    post.platform.sent.clear()
    platform = Moody()
    platform.by_id[str(crowd[7])] = deque([LATER])
    await post.open(platform)
    said = [shown(one) for one in platform.sent]
    assert said[0] == "first" or servers.DEFAULT == "postgresql"  # where what different people are told has no order
    assert said.index("first") < said.index("second")
    assert sorted(said) == sorted(["first", "second", *(f"to {n}" for n in range(230) if n != 7)])
    assert await post.pulse(5.0) == ["to 7"]


async def test_a_message_that_ends_its_process_does_not_do_so_for_ever(post: Post) -> None:
    id_ = await post.put("ada", "one")
    for _ in range(LOST):
        await post.app.store.write(outbox.attempt, id_)
    await post.app.stop()
    await post.open()
    assert (await post.states(), post.platform.sent) == (["dead"], [])


async def test_what_cannot_be_written_down_is_not_sent_again(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    await post.put("ada", "one")

    def full(*_: object, **__: object) -> object:
        raise BatchFailed("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(post.app.store, "write", full)
        assert await post.pulse() == ["one"]
        with pytest.raises(BatchFailed):
            await post.pulse(GAP)
    assert await post.waiting() == 1
    assert await post.pulse(GAP) == []
    assert await post.waiting() == 0


async def test_a_platform_that_does_not_run_is_waited_for(post: Post) -> None:
    elsewhere = ReplyHandle("discord", "", "1", User("discord", "1", "Ada"))
    await post.app.store.write(outbox.enqueue, "k", elsewhere, Message("x"))
    for _ in range(2):
        await post.pulse(LONGEST)
    assert (await post.waiting(), post.delivery.counts["postponed"]) == (1, 2)


async def test_a_reply_and_the_pump_never_send_the_same_twice(post: Post) -> None:
    await post.put("ada", "one")
    (parcel,) = await post.app.store.read(outbox.pending, 1)
    assert not isinstance(parcel, int)
    post.delivery.submit(parcel)
    assert [*await post.pulse(), *await post.pulse(GAP)] == ["one"]
    post.delivery.submit(parcel)
    await post.delivery.deliver(parcel)
    assert await post.pulse() == []


async def test_somebody_who_is_written_to_unasked_reads_their_own_language() -> None:
    german = {"Good morning.": "Guten Morgen."}
    sender = Sender(
        {"telegram": Offline("telegram", World())},
        translate=lambda language: lambda text: german.get(text, text) if language == "de" else text,
        language_of=lambda user: "de" if user.id == "1" else None,
    )
    for who, words in (("1", "Guten Morgen."), ("2", "Good morning.")):
        handle = ReplyHandle("telegram", "", who, User("telegram", who, "x"), direct=True)
        assert [shown(one) for one in await sender.payloads(Message(t("Good morning.")), handle)] == [words]
