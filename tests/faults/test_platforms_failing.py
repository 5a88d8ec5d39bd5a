"""A platform that refuses for a while, fails, is cut off or silent while an answer is on its way to it.

Through the real client libraries: the effect is there once, the state in the outbox is honest, and an answer whose fate nobody
knows is never sent again, not even by the next process.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_asyncio
from sqlalchemy import make_url

from bot import delivery
from bot.adapter import RetryAfter
from bot.app import App
from bot.platforms.discord import requests
from bot.platforms.discord import sending as discord_sending
from bot.platforms.telegram.client import Client
from bot.platforms.twitch import sending as twitch_sending
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.world import PLATFORMS, Human
from bot.store.postgres import line
from config.settings import DatabaseSettings, Settings
from tests.faults.test_database import AWAY, locked
from tests.faults.test_kill_platforms import MORE
from tests.platforms.wire import FAULTS, Wire, wired
from tests.servers import server, sql, used

pytestmark = pytest.mark.asyncio(loop_scope="module")
ROOM: Final = "311000000000000001"
STATES: Final = "SELECT o.state FROM outbox o JOIN test_note n ON n.key LIKE '%:' || o.invocation || '/%'"
WAYS: Final = {
    "discord slash": (r"/callback", "POST /interactions/{id}/{token}/callback"),
    "discord line": (rf"/channels/{ROOM}/messages", "POST /channels/{channel}/messages"),
    "telegram": ("/sendMessage", "sendMessage"),
    "twitch": ("/helix/chat/messages", "/helix/chat/messages"),
}
"""Which request an answer is: on the wire, and to the emulator."""
PEOPLE: Final = 14
SHORT, BUSY = 0.2, 1


@dataclass
class House:
    """A bot on this database, whose platforms are behind wires that can be cut."""

    data: Path
    sandbox: Sandbox
    wires: dict[str, Wire]
    where: Path | str
    app: App = field(init=False)
    spoken: dict[str, int] = field(default_factory=dict)

    def made(self) -> App:
        """One process that has not begun yet."""
        settings = self.sandbox.settings(Settings(data=self.data, plugins=MORE))
        settings.database = DatabaseSettings(url=self.where if isinstance(self.where, str) else None)  # type: ignore[arg-type]
        there = {
            name: getattr(settings, name).model_copy(update={"address": wire.address})
            for name, wire in self.wires.items()
        }
        return App(settings.model_copy(update=there)).load()

    @asynccontextmanager
    async def life(self) -> AsyncIterator[None]:
        """One process."""
        self.app = self.made()
        await self.app.start()
        try:
            yield
        finally:
            await self.app.stop()

    def somebody(self, way: str) -> str:
        """Somebody who has not spoken there yet."""
        number = self.spoken[way] = self.spoken.get(way, -1) + 1
        return f"{way.partition(' ')[0]}{number % PEOPLE}"

    async def says(self, way: str, who: str, token: str) -> None:
        if way == "discord slash":
            await self.sandbox.discord.slash(who, "tally", {"token": token})
        elif way == "discord line":
            await self.sandbox.discord.say(who, f"!tally {token}")
        elif way == "telegram":
            await self.sandbox.telegram.say(who, f"/tally {token}", private=True)
        else:
            await self.sandbox.twitch.say(who, f"!tally {token}")

    def shown(self, token: str) -> list[str]:
        """The messages there are now with this answer, the first one first."""
        found = {
            wire.about.get("message"): wire.name
            for wire in self.sandbox.world.record.since(0)
            if wire.direction == "out" and wire.status < 400 and f"tallied {token}," in str(wire.payload)
        }
        return list(found.values())

    def ask(self, statement: str) -> list[Any]:
        """The first column."""
        return [row[0] for row in sql(self.where, statement)]

    def states(self, token: str) -> list[str]:
        """Of the answers to what was said with this token."""
        assert self.ask(f"SELECT count(*) FROM test_note WHERE text = '{token}'") <= [1]  # noqa: S608
        return self.ask(f"{STATES} WHERE n.text = '{token}'")

    async def settled(self, token: str) -> str:
        """Until the answer has its end; which."""
        async with asyncio.timeout(20):
            while (states := self.states(token)) in ([], ["pending"]):
                await asyncio.sleep(0.02)
            await self.app.intake.quiet()
        (state,) = states
        return state


@asynccontextmanager
async def peopled() -> AsyncIterator[Sandbox]:
    """The three platforms, with many people on each."""
    sandbox = Sandbox()
    sandbox.twitch.people.bot_moderates = True
    for number, platform in enumerate(name for name in PLATFORMS for _ in range(PEOPLE)):
        ids = {"discord": f"9{number:017}", "twitch": f"9{number:05}", "telegram": f"9{number:05}"}
        name = f"{platform}{number % PEOPLE}"
        sandbox.world.people[name] = Human(name, "member", ids)
    await sandbox.start()
    try:
        yield sandbox
    finally:
        await sandbox.stop()


@asynccontextmanager
async def _opened(data: Path) -> AsyncIterator[House]:
    async with AsyncExitStack() as ending:
        sandbox = await ending.enter_async_context(peopled())
        base = sandbox.settings(Settings(data=data))
        wires = {name: await ending.enter_async_context(wired(getattr(base, name).address)) for name in PLATFORMS}
        yield House(data, sandbox, wires, used(data))


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    with pytest.MonkeyPatch.context() as patch:
        _hasty(patch)
        async with _opened(tmp_path_factory.mktemp("failing") / "data") as one, one.life():
            yield one


def _hasty(patch: pytest.MonkeyPatch, seconds: float = SHORT) -> None:
    """Nobody waits for an answer for longer than this, or long for another try."""
    patch.setattr(delivery, "PULSE", 0.1)
    patch.setattr(requests, "SECONDS", seconds)
    patch.setattr(discord_sending, "_AWAY", SHORT)
    patch.setattr(twitch_sending, "_SECONDS", seconds)
    patch.setattr(twitch_sending.attempt, "__defaults__", (RetryAfter(SHORT),))
    patch.setitem(Client.call.__kwdefaults__, "seconds", seconds)


def _strikes(house: House, way: str, fault: str) -> None:
    """The next answer of this way meets this fault."""
    (path, route), platform = WAYS[way], way.partition(" ")[0]
    if fault in FAULTS:
        house.wires[platform].spoil(path, fault)
    elif platform == "discord":
        more = {"retry_after": BUSY} if fault == "429" else {}
        house.sandbox.discord.fail(route, int(fault), **more)
    elif platform == "telegram":
        more = {"retry_after": BUSY} if fault == "429" else None
        house.sandbox.telegram.fail_next[route].append((int(fault), "Too Many Requests: retry after 1", more))
    else:
        house.sandbox.twitch.fail(int(fault), route)


UNKNOWN: Final = {"500": 0, "before": 0, "after": 1, "half": 1, "silence": 1}
"""Where nobody knows: how often it is shown for all that."""


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fault", ["429", *UNKNOWN])
async def test_one_effect_and_an_honest_state(house: House, way: str, fault: str) -> None:
    """Where the platform shows a message once however often it is sent, or has not taken it, it is sent again."""
    token, who = f"{way}{fault}".replace(" ", ""), house.somebody(way)
    _strikes(house, way, fault)
    await house.says(way, who, token)
    state, knows = await house.settled(token), fault == "429" or way.startswith("discord")
    assert (state, len(house.shown(token))) == (("sent", 1) if knows else ("unknown", UNKNOWN[fault]))


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(15):
        while not true():
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("way", WAYS)
async def test_who_comes_next_does_not_wait_and_ones_own_answers_keep_their_order(
    house: House, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the platform says nothing to the first answer, others have theirs, and their author's next one waits."""
    _hasty(monkeypatch, 60.0)
    ada, bob, cleo = (house.somebody(way) for _ in range(3))
    before, first, second, other = (f"{way}{n}".replace(" ", "") for n in "wxyz")
    await house.says(way, cleo, before)  # until then the library makes one request at a time in a room of Discord
    assert await house.settled(before) == "sent"
    _strikes(house, way, "silence")
    await house.says(way, ada, first)
    await until(lambda: house.shown(first))
    await house.says(way, ada, second)
    await house.says(way, bob, other)
    await until(lambda: house.shown(other))
    assert (house.states(first), house.shown(second)) == (["pending"], [])
    house.wires[way.partition(" ")[0]].over.set()
    assert await house.settled(first) == ("sent" if way.startswith("discord") else "unknown")
    assert [await house.settled(token) for token in (second, other)] == ["sent", "sent"]
    assert [len(house.shown(token)) for token in (first, second, other)] == [1, 1, 1]
    house.wires[way.partition(" ")[0]].over.clear()


@contextmanager
def away(house: House) -> Iterator[None]:
    """Nothing can be written: the file is locked, or the server lets nobody in."""
    if isinstance(house.where, Path):
        with contextmanager(locked)(house.app):
            yield
        house.app.store.engine.writer._connection.execute("PRAGMA busy_timeout=30000")
        return
    let_in = f"ALTER DATABASE {make_url(house.where).database} ALLOW_CONNECTIONS"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line, "PATIENCE", 0.1)
        sql(server().url, f"{let_in} false")
        sql(server().url, AWAY)
        try:
            yield
        finally:
            sql(server().url, f"{let_in} true")


async def test_who_could_not_be_taken_in_is_told_or_heard_again(house: House) -> None:
    before = house.sandbox.world.record.last
    with away(house):
        for way in WAYS:
            await house.says(way, house.somebody(way), f"{way}away".replace(" ", ""))
        await until(lambda: _sorry(house, before) == 3)
    assert await house.settled("telegramaway") == "sent"
    assert len(house.shown("telegramaway")) == 1
    await house.app.intake.quiet()
    assert house.ask("SELECT text FROM test_note WHERE text LIKE '%away'") == ["telegramaway"]
    assert _sorry(house, before) == 3


def _sorry(house: House, since: int) -> int:
    wires = [wire for wire in house.sandbox.world.record.since(since) if wire.direction == "out"]
    return sum(wire.status < 400 and "I could not take that up" in str(wire.payload) for wire in wires)


async def test_the_next_process_sends_nothing_again(house: House) -> None:
    """To be run last: of everything above, nothing is shown again, and the books are right."""
    tokens = house.ask("SELECT text FROM test_note")
    before = {token: len(house.shown(token)) for token in tokens}
    await house.app.stop()
    async with house.life():
        await house.app.intake.quiet()
        await asyncio.sleep(3 * delivery.PULSE)
        assert {token: len(house.shown(token)) for token in tokens} == before
        state = await house.app.state()
        assert (state["ledger_sum"], state["accepted"]) == (0, state["finished"])
    assert house.ask("SELECT count(*) FROM outbox WHERE state = 'pending'") == [0]
    assert house.ask("SELECT count(*) FROM ledger_transfer WHERE reason = 'blessing'") == [len(tokens)]
