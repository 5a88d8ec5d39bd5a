"""The tour on the three platforms: the same words for what people do, whatever the platform calls it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Final

from bot.app import App
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.world import Channel
from bot.testing import Person, Reply, World, world

PREFIX: Final = {"discord": "!", "twitch": "!", "telegram": "/"}
PLUGINS: Final = ("economy", "mirrors", "handlers", "examples.tour", "tests.platforms.toll")
_GROUPS = 60
"""Telegram takes twenty messages a minute in a group: each test has one of its own."""
_group = count(2)


def sandbox() -> Sandbox:
    """One with room enough; the bot moderates on Twitch and Telegram, or lines would be rationed and reactions kept from it."""
    made = Sandbox()
    made.world.channels["telegram"] += [
        Channel("telegram", str(-1001000000000 - number), f"Group {number}") for number in range(2, _GROUPS)
    ]
    made.twitch.people.bot_moderates = True
    made.telegram.rooms.administrator = True
    return made


@asynccontextmanager
async def touring(data: Path | None = None, there: Sandbox | None = None) -> AsyncIterator[World]:
    """The tour beside the house, everybody known to it in private. With `data` and `there`: once more after a stop."""
    box = there or sandbox()
    if there is None:
        await box.start()
    try:
        async with world(*PLUGINS, data=data, sandbox=box) as w:
            if there is None:
                await meet(w)
            yield w
    finally:
        if there is None:
            await box.stop()


async def meet(w: World) -> None:
    """Everybody writes to the bot alone: where they have not, it may not write to them."""
    for platform, prefix in PREFIX.items():
        for name in w.sandbox.world.people:
            await w.on(platform).user(name).say(f"{prefix}ping", private=True)


@dataclass(frozen=True, slots=True)
class Scene:
    """One platform, and a room of it."""

    world: World
    platform: str
    room: str

    @property
    def app(self) -> App:
        """The bot."""
        return self.world.app

    def person(self, name: str) -> Person:
        """Somebody there."""
        return self.world.on(self.platform).user(name)

    async def say(self, name: str, words: str, *, private: bool = False, **more: Any) -> Reply:
        """Words without a prefix, in the room or to the bot alone."""
        where = {} if private else {"channel": self.room}
        return await self.person(name).say(words, private=private, **where, **more)

    async def do(self, name: str, line: str, **more: Any) -> Reply:
        """A command, typed."""
        return await self.say(name, PREFIX[self.platform] + line, **more)


def scene(w: World, platform: str) -> Scene:
    """One with a room where nothing has been said yet, where a platform counts by rooms."""
    rooms = w.sandbox.world.channels[platform]
    return Scene(w, platform, rooms[next(_group) % len(rooms) if platform == "telegram" else 0].id)
