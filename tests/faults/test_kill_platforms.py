"""The bot on its three platforms, killed again and again under load: nothing accepted is lost, nothing happens twice.

Its real client libraries connect to emulators in this process, which people use all the while. `SOULFRA_KILLS` says how often
it is killed (`make test-faults`: 200).
"""

import asyncio
import os
import random
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.world import PLATFORMS, Human, SandboxError
from bot.store.tx import Tx
from bot.users import User
from config.settings import Settings
from economy.ledger import Ledger
from tests import servers
from tests.faults.lives import Lives
from tests.faults.offline import PLUGINS
from tests.faults.stage import priced, wrong

KILLS = int(os.environ.get("SOULFRA_KILLS", "12"))
EACH = 12
"""So many people on each platform."""
MORE = [*PLUGINS, "tests.bot.plugin", "tests.faults.tally"]
RICHES = 1_000_000
BUSY = "One thing at a time"
TALLIED = re.compile(r"tallied (\w+),")
SILENT = """
SELECT n.text FROM outbox o JOIN test_note n ON n.key LIKE '%:' || o.invocation || '/%' WHERE o.state IN ('unknown', 'dead')
"""
"""What was carried out, and its answer may not have been shown."""
PAUSES = {"discord": 0.6, "twitch": 4.0, "telegram": 1.2}
"""Seconds between two lines of one person: what the platforms' own limits bear."""


@pytest.fixture
async def sandbox() -> Any:
    one = Sandbox()
    one.twitch.people.bot_moderates = True
    one.world.record._keep = 10_000 * KILLS
    for number, platform in enumerate(name for name in PLATFORMS for _ in range(EACH)):
        ids = {"discord": f"9{number:017}", "twitch": f"9{number:05}", "telegram": f"9{number:05}"}
        one.world.people[f"{platform}{number}"] = Human(f"{platform}{number}", "member", ids)
    await one.start()
    yield one
    await one.stop()


@dataclass
class Crowd:
    """People who say something all the time. `said` are the tokens that reached a platform."""

    sandbox: Sandbox
    chance: random.Random
    said: dict[str, set[str]] = field(default_factory=lambda: {name: set() for name in PLATFORMS})

    async def talk(self, platform: str, user: str, stop: asyncio.Event) -> None:
        """Until `stop`."""
        while not stop.is_set():
            token = f"t{self.chance.getrandbits(48):x}"
            with suppress(SandboxError):
                await self._say(platform, user, token)
                self.said[platform].add(token)
            await asyncio.sleep(PAUSES[platform] * self.chance.uniform(0.5, 1.5))

    async def _say(self, platform: str, user: str, token: str) -> None:
        if platform == "discord":
            await self.sandbox.discord.slash(user, "tally", {"token": token})
        elif platform == "telegram":
            await self.sandbox.telegram.say(user, f"/tally {token}", private=True)
        else:
            await self.sandbox.twitch.say(user, f"!tally {token}")

    def people(self) -> list[tuple[str, str]]:
        """On which platform, who."""
        return [
            (platform, name)
            for platform in PLATFORMS
            for name in self.sandbox.world.people
            if name.startswith(platform)
        ]

    def refused(self, platform: str) -> int:
        """How often somebody was told there that they are too fast; what they said is not taken in."""
        wires = self.sandbox.world.record.since(0)
        return sum(one.platform == platform and one.direction == "out" and BUSY in str(one.payload) for one in wires)

    def shown(self, *platforms: str) -> Counter[str]:
        """Which tokens were shown to people there, in how many messages."""
        wires = self.sandbox.world.record.since(0)
        found = {
            (wire.about.get("message"), token)
            for wire in wires
            if wire.platform in platforms and wire.direction == "out" and wire.status < 400
            for token in TALLIED.findall(str(wire.payload))
        }
        return Counter(token for _, token in found)


def sections(settings: Settings) -> dict[str, Any]:
    """Everything that leads to the emulators, as a life takes it."""
    plain = {"operators": settings.operators, "plugins": MORE}
    for name in PLATFORMS:
        section = getattr(settings, name)
        plain[name] = {
            key: value.get_secret_value() if hasattr(value, "get_secret_value") else value
            for key, value in section
            if key != "tokens"
        }
    return plain


@dataclass(frozen=True)
class Rows:
    """What the tables say afterwards."""

    states: Counter[str]
    answers: Counter[str]
    notes: Counter[str]
    silent: set[str]
    holds: Counter[str]
    transfers: int
    total: int


def notes(data: Path) -> Counter[str]:
    """How often each token was kept."""
    return Counter(text for (text,) in servers.sql(servers.used(data), "SELECT text FROM test_note"))


def rows(data: Path) -> Rows:
    where = servers.used(data)

    def ask(statement: str) -> list[Any]:
        return [row[0] for row in servers.sql(where, statement)]

    assert not isinstance(where, Path) or ask("PRAGMA integrity_check") == ["ok"]
    return Rows(
        Counter(ask("SELECT state FROM inbox")),
        Counter(ask("SELECT state FROM outbox")),
        notes(data),
        set(ask(SILENT)),
        Counter(ask("SELECT state FROM ledger_hold")),
        ask("SELECT count(*) FROM ledger_transfer WHERE reason = 'blessing'")[0],
        ask("SELECT coalesce(sum(amount), 0) FROM ledger_entry")[0],
    )


async def caught_up(crowd: Crowd, data: Path) -> None:
    """What was said on Telegram meanwhile is delivered now, however much it is: none of it in a minute is too long."""
    least, loop = len(crowd.said["telegram"]), asyncio.get_running_loop()
    async with asyncio.timeout(60) as patience:
        while (left := len(crowd.said["telegram"] - notes(data).keys())) > crowd.refused("telegram"):
            if left < least:
                least = left
                patience.reschedule(loop.time() + 60)
            await asyncio.sleep(0.2)


def enrich(tx: Tx, people: list[User]) -> None:
    """They can go on giving, however often it is killed: a gift that is refused would be no effect."""
    for one in people:
        Ledger(welcome=0).reward(tx, tx.person(one), RICHES, f"riches:{one.key}", "riches")


async def test_nothing_accepted_is_lost_and_nothing_happens_twice(
    lives: Lives, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    priced(tmp_path / "files", monkeypatch)
    data, chance = tmp_path / "data", random.Random(2026)  # noqa: S311
    crowd, stop = Crowd(sandbox, chance), asyncio.Event()
    settings = sections(sandbox.settings(Settings(data=data)))
    async with App(Settings(data=data, **settings)).load().opened() as store:
        await store.write(enrich, [sandbox.world.people[name].on(platform) for platform, name in crowd.people()])
    async with asyncio.TaskGroup() as people:
        for platform, user in crowd.people():
            people.create_task(crowd.talk(platform, user, stop))
        for _ in range(KILLS):
            async with lives.begin("platforms", data, settings=settings) as life:
                await life.until("ready")
                await asyncio.sleep(chance.uniform(0.05, 0.6))
                life.kill()
        stop.set()
    async with lives.begin("platforms", data, settings=settings) as life:
        await life.until("ready")
        await caught_up(crowd, data)
        await life.end()
    found, shown = rows(data), crowd.shown(*PLATFORMS)
    assert set(found.states) == {"done"}
    assert set(found.notes.values()) == {1}
    assert found.states["done"] == len(found.notes) == found.transfers
    assert found.holds == {"posted": found.transfers}, "each has its price once"
    assert found.total == 0
    assert await wrong(data, MORE) == []
    assert found.answers["pending"] == 0
    assert shown.keys() <= found.notes.keys(), "shown without an effect"
    assert found.notes.keys() - shown.keys() <= found.silent, "never answered"
    assert set(crowd.shown("discord").values()) == {1}, "Discord knows an answer that is sent again"
    assert all(found.notes.keys() & said for said in crowd.said.values()), "a platform was never heard"
