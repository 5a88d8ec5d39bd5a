"""A bot in this process on platforms without a wire: its lives follow one another on one database, and a test moves the clock."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.adapter import Outcome, Payload, Sent
from bot.app import App
from bot.audit import examine
from bot.command import Invocation, ReplyHandle
from bot.sandbox.offline import Offline, shown
from bot.sandbox.world import World
from bot.testing.template import prepare
from config.settings import DatabaseSettings, Settings
from economy.ledger import balance_of
from tests.economy.test_settings import SHIPPED, written
from tests.faults.offline import PLUGINS, Told
from tests.servers import HOUSE, sql

MORE = ["tests.bot.plugin", "tests.faults.tally"]
PACKAGES = (*HOUSE, "tests.bot.migrations")
PRICE = 3
"""Of `tally`."""
PREFIX = {"discord": "!", "twitch": "!", "telegram": "/"}
HOUR = 3_600_000_000

Said = list[tuple[str | None, str]]


def priced(folder: Path, patch: pytest.MonkeyPatch, *shipped: str) -> None:
    """`tally`, and these shipped commands, have their price from now on; the files of settings are in this folder."""
    folder.mkdir(exist_ok=True)
    text = f'{(SHIPPED / "prices.toml").read_text()}\n[plugins."tests.faults.tally"]\ntally = {PRICE}\n'
    for command in shipped:
        assert text.count(f"\n{command} = 0\n") == 1
        text = text.replace(f"\n{command} = 0\n", f"\n{command} = {PRICE}\n")
    written(folder, "prices.toml", text, patch)


async def wrong(data: Path, plugins: list[str]) -> list[str]:
    """What the audit finds in the database of a bot that has ended."""
    app = App(Settings(data=data, plugins=plugins)).load()
    async with app.opened() as store:
        return (await store.read(examine, app.audits, app.anchors.read())).wrong


def at_write(app: App, number: int, act: Callable[[], None]) -> None:
    """After so many commits from now on, before anybody has heard of the last one."""
    write, left = app.store.engine.write, [number]

    def counted(*arguments: Any, **more: Any) -> asyncio.Future[Any]:
        future = write(*arguments, **more)
        future.add_done_callback(committed)
        return future

    def committed(_future: asyncio.Future[Any]) -> None:
        left[0] -= 1
        if not left[0]:
            act()

    app.store.engine.write = counted  # type: ignore[method-assign]


def killed(app: App) -> None:
    """Whatever runs is gone in the middle, as when its process is."""
    for task in list(app.intake._lanes._tasks):
        task.cancel()


class Clock:
    """What every clock of this process shows besides, in µs: the store's and that of the machine."""

    def __init__(self) -> None:
        self.ahead = 0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Only the clocks that tell the time jump; those that measure it do not."""
        real = time.time_ns
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(time, "time_ns", lambda: real() + self.ahead * 1_000)
            patch.setattr(time, "time", lambda: (real() + self.ahead * 1_000) / 1e9)
            yield


class Heard(Told):
    """Keeps what it shows, with the event that it answers."""

    def __init__(self, name: str, said: Said, overheard: list[str]) -> None:
        super().__init__(name, World())
        self._said, self._overheard = said, overheard

    async def send(self, handle: ReplyHandle, payload: Payload, key: str) -> Outcome:
        self._said.append((handle.message, shown(payload)))
        alone = handle.direct or "to_user_id" in payload or str(payload.get("chat_id")) == handle.to.id
        if handle.private and not alone:
            self._overheard.append(shown(payload))
        return Sent(key)


@dataclass
class Stage:
    """One database and those who live on it. `said` is what all of them have shown, `overheard` what others should not read."""

    data: Path
    url: str | None = None
    platforms: tuple[str, ...] = ("twitch", "telegram")
    said: Said = field(default_factory=list)
    overheard: list[str] = field(default_factory=list)
    app: App = field(init=False)

    @asynccontextmanager
    async def life(self, *, quiet: bool = True) -> AsyncIterator[App]:
        """One process; `quiet`: when it has taken up what was left."""
        database = DatabaseSettings(url=self.url)  # type: ignore[arg-type]  (pydantic makes it a secret)
        settings = Settings(data=self.data, plugins=[*PLUGINS, *MORE], discover=False)
        settings.database = database  # whatever the environment says
        self.app = App(settings).load()
        self.there = {name: Heard(name, self.said, self.overheard) for name in self.platforms}
        settings.operators.append(self.there["twitch"].user("ada").key)
        prepare(self.app)
        await self.app.start(list(self.there.values()))
        try:
            if quiet:
                await self.app.intake.quiet()
            yield self.app
        finally:
            await self.app.stop()

    @property
    def where(self) -> Path | str:
        """The database."""
        return self.url or self.data / "soulfra.db"

    def event(self, id_: str, user: str, line: str, platform: str = "twitch", *, direct: bool = True) -> Invocation:
        """Somebody says something, without the prefix."""
        there: Offline = self.there[platform]
        assert isinstance(there, Told)
        return there.event(id_, user, PREFIX[platform] + line, direct=direct)

    async def say(self, id_: str, user: str, line: str, platform: str = "twitch", *, direct: bool = True) -> str:
        """One of them, dealt with; what it was answered."""
        await self.app.intake.submit(self.event(id_, user, line, platform, direct=direct))
        await self.app.intake.quiet()
        return "\n".join(self.to(id_))

    def to(self, id_: str) -> list[str]:
        """What this event was answered, in all lives."""
        return [words for event, words in self.said if event == id_]

    def answers(self) -> Counter[str | None]:
        """How many answers each event had."""
        return Counter(event for event, _ in self.said)

    async def balance(self, user: str, platform: str = "twitch") -> int:
        """How many blessings somebody has."""
        one = self.there[platform].user(user)
        return await self.app.store.read(balance_of, one)

    async def audited(self) -> None:
        """Every number is 0, the chain of events is whole, nothing waits, and nothing was read by others that was private."""
        found = await self.app.store.read(examine, self.app.audits, self.app.anchors.read())
        assert found.wrong == []
        assert self.overheard == [], "read by others"

    def ask(self, statement: str) -> list[Any]:
        """The first column of what a statement gives, as the owner of everything sees it."""
        return [row[0] for row in sql(self.where, statement)]
