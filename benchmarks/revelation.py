"""A revelation, end to end: from what a person does to answer a whisper until the reading is shown, and until the sigil is.

python -m benchmarks.revelation     prints the table; ends with 1 when a goal is missed

The whole bot with its store (SQLite, synchronous=FULL) and without a model, alone in its process with a strict emulator of the
platform, which is a part of the figures. Everybody is asked and answers once, as the limits of the commands and of the platforms
want it. The rasteriser's own time is that of a sigil drawn in the same process after each answer; Twitch shows no pictures.
"""

import asyncio
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Final

from benchmarks.row import Row, told
from bot.app import App
from bot.run import collect_seldom
from bot.sandbox.sandbox import Sandbox, shows
from bot.sandbox.world import PLATFORMS, Wire
from bot.testing.reading import shown
from config.settings import Settings
from handlers.journey.sigil.drawing import draw
from handlers.journey.sigil.raster import Pictures

TEXT, PICTURE = 50.0, 60.0
"""Milliseconds at the median: to the text, and to the picture beyond the rasteriser's own time."""
ANSWERS, WARM = 30, 6
"""Answers that are measured, and before the first one; on Twitch a bot may whisper to forty people a day."""
_PATIENCE: Final = 10.0
_PAUSE: Final = 1.1
"""Seconds before an answer and after it: a bot may send three whispers a second on Twitch, and a hundred a minute."""
_WORDS: Final = (
    "I walked home along the river after work and felt calm for the first time in weeks. My sister called, we laughed a lot, "
    "and I thought that maybe I am on the right way."
)


@dataclass(frozen=True, slots=True)
class Taken:
    """Milliseconds of one answer: to the text, to the picture or its words, and of the rasteriser alone."""

    text: float
    picture: float
    raster: float


@dataclass(frozen=True, slots=True)
class Stage:
    """The bot with its platform."""

    platform: str
    sandbox: Sandbox
    app: App

    async def revealed(self, who: str) -> Taken:
        """Somebody is asked, and answers. Raises `LookupError` when a request is missing, or is refused."""
        last = self.sandbox.world.record.last
        await self._act(who, "whisper")
        last = await self._shown(last, lambda wire: "your words" in _text(wire))
        await asyncio.sleep(_PAUSE)
        began = time.perf_counter()
        await self._act(who, "answer", _WORDS)
        last = await self._shown(last, lambda wire: "of your codex" in _text(wire))
        text = (time.perf_counter() - began) * 1e3
        await self._shown(last, lambda wire: has_picture(wire) or "sigil" in _text(wire))
        picture = (time.perf_counter() - began) * 1e3
        return Taken(text, picture, await self._rasterised())

    async def _act(self, who: str, name: str, words: str = "") -> None:
        if self.platform == "discord":
            await self.sandbox.discord.slash(who, name, {"words": words} if words else {})
        else:
            line = f"{'/' if self.platform == 'telegram' else '!'}{name} {words}".strip()
            await self.sandbox.emulators[self.platform].say(who, line, private=True)

    async def _shown(self, last: int, wanted: Callable[[Wire], bool]) -> int:
        """The number of the first request after number `last` that is wanted, once it is there."""
        record = self.sandbox.world.record
        while wires := await record.wait(last, _PATIENCE):
            last = wires[-1].seq
            for wire in filter(shows, wires):
                if (wire.status or 200) >= 300:
                    raise LookupError(f"{self.platform} refused {wire.name}: {wire.status}")
                if wanted(wire):
                    return wire.seq
        raise LookupError(f"{self.platform} was shown nothing")

    async def _rasterised(self) -> float:
        """Milliseconds of the rasteriser for a sigil like the one that was shown."""
        svg, began = draw(os.urandom(32), "grove", 0.5), time.perf_counter()
        await self.app.service(Pictures).png(svg)
        return (time.perf_counter() - began) * 1e3


def has_picture(wire: Wire) -> bool:
    """Does a request show a picture?"""
    return wire.name.endswith("sendPhoto") or bool(wire.payload.get("attachments"))


def _text(wire: Wire) -> str:
    seen = shown(wire)
    return seen.text if seen else ""


def played(pipe: Connection, platform: str, answers: int) -> None:
    """What goes on in the process of the bot; at the end it sends what was taken."""
    pipe.send(asyncio.run(_played(platform, answers)))


async def _played(platform: str, answers: int) -> list[Taken]:
    from benchmarks.bots import crowded, ours  # noqa: PLC0415 - imports every client library

    sandbox = Sandbox(crowded(WARM + answers))
    sandbox.twitch.people.bot_moderates = True
    await sandbox.start()
    try:
        async with ours(sandbox, platform, Settings().plugins) as app:
            stage, found = Stage(platform, sandbox, app), []
            for number in range(WARM + answers):
                if number == WARM:
                    collect_seldom()
                found.append(await stage.revealed(f"p{number}"))
                await asyncio.sleep(_PAUSE)
            return found[WARM:]
    finally:
        await sandbox.stop()


def taken(platform: str, answers: int) -> list[Taken]:
    """Of so many answers, by a bot in a process of its own."""
    spawn = get_context("spawn")
    pipe, other = spawn.Pipe()
    process = spawn.Process(target=played, args=(other, platform, answers))
    process.start()
    other.close()
    try:
        found: list[Taken] = pipe.recv()
    finally:
        process.join(_PATIENCE)
        process.kill()
    return found


def of_platform(platform: str, found: list[Taken]) -> Iterator[Row]:
    """The text, and where pictures are shown, the picture."""
    name, texts = platform.title(), sorted(one.text for one in found)
    middle = statistics.median(texts)
    figure = f"{middle:.1f} ms (median of {len(texts)}; {texts[0]:.1f} to {texts[-1]:.1f})"
    yield Row(f"{name}, from the answer to its revelation, ms", middle, figure, TEXT)
    if platform == "twitch":
        return
    beyond = statistics.median(one.picture - one.raster for one in found)
    picture, raster = statistics.median(one.picture for one in found), statistics.median(one.raster for one in found)
    figure = f"{beyond:+.1f} ms (medians: {picture:.1f} ms, the rasteriser alone {raster:.1f} ms)"
    yield Row(f"{name}, from the answer to its sigil, ms beyond the rasteriser", beyond, figure, PICTURE)


def rows(answers: int = ANSWERS) -> Iterator[Row]:
    """Each platform, one after the other."""
    for platform in PLATFORMS:
        yield from of_platform(platform, taken(platform, answers))


if __name__ == "__main__":
    sys.exit(not told(rows()))
