"""A plugin for tests of what is drawn when it is sent, and of what is asked for outside of the database.

What is drawn or asked for is noted in the folder `painted` beside the data, so that it can be counted over processes.
"""

import asyncio
import base64
import os
import signal
from pathlib import Path

from msgspec import Struct

from bot import App, Context, Image, Message, User, button, command, t
from bot.store import Tx
from tests.bot.plugin import put

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


class Easel:
    """Draws. `gate` is waited for; what is called `nothing` cannot be drawn, what begins with `die` ends the process once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.gate: asyncio.Event | None = None

    def note(self, what: str) -> int:
        """How often that was asked for, now included."""
        self.folder.mkdir(exist_ok=True)
        with (self.folder / what).open("ab") as marks:
            marks.write(b".")
            return marks.tell()

    async def draw(self, what: str) -> bytes:
        """A dot, whatever it is."""
        count = self.note(what)
        if what == "nothing":
            raise RuntimeError("no colours")
        if what.startswith("die") and count == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.gate is not None:
            await self.gate.wait()
        return DOT


class Thought(Struct):
    """What a step gives."""

    about: str
    count: int


class Muse:
    """What is outside of our database."""

    def __init__(self, easel: Easel) -> None:
        self.easel = easel
        self.whim = ""
        self.stops: asyncio.Event | None = None

    async def think(self, about: str) -> Thought:
        """Counted."""
        if about == "nothing":
            raise ValueError("there is nothing to think about")
        return Thought(about, self.easel.note(f"thought-{about}"))


def painted(what: str, *, private: bool = False) -> Message:
    """Words, and the picture right after them."""
    picture = Image(f"a picture of {what}", draw=f"canvas:{what}", name="canvas.png")
    return Message(
        t("painted {what}", what=what),
        private=private,
        buttons=[button("Frame", "frame", {"what": f"words {what}"}, once=False)],
        then=Message(images=[picture], buttons=[button("Hang", "frame", {"what": f"picture {what}"}, once=False)]),
    )


@command
async def paint(ctx: Context, what: str, private: bool = False) -> Message:
    """Have something painted.

    Args:
        what: What.
        private: For oneself alone.
    """
    return painted(what, private=private)


@command
async def frame(ctx: Context, what: str) -> Message:
    """Frame it.

    Args:
        what: What.
    """
    return Message(t("framed {what}", what=what))


def give(tx: Tx, to: User, what: str) -> None:
    """As a notice for a person."""
    tx.send(tx.person(to), painted(what))


@command
async def present(ctx: Context, what: str) -> Message:
    """Be given something painted.

    Args:
        what: What.
    """
    await ctx.write(give, ctx.author, what)
    return Message(t("it is on its way"))


@command
async def sketch(ctx: Context, what: str) -> Message:
    """Be shown something meanwhile.

    Args:
        what: What.
    """
    await ctx.reply(painted(what))
    return Message(t("that was it"))


@command
async def ponder(ctx: Context, about: str, keep: bool = True, *, muse: Muse) -> Message:
    """Have a thought, and keep it.

    Args:
        about: Of what.
        keep: Whether to keep it.
    """
    thought = await ctx.step(muse.think, about + muse.whim)
    if muse.stops is not None:
        await muse.stops.wait()
    if keep:
        await ctx.write(put, f"{thought.about} {thought.count}")
    return Message(t("thought {n} of {about}", n=thought.count, about=thought.about))


@command
async def inquire(ctx: Context, *, muse: Muse) -> Message:
    """Think, then ask."""
    thought = await ctx.step(muse.think, "asking")
    answer = await ctx.ask(t("What?"))
    return Message(t("asked for {n}: {answer}", n=thought.count, answer=answer))


def setup(app: App) -> None:
    """Register all of it."""
    easel = Easel(app.settings.data / "painted")
    app.provide(easel)
    app.provide(Muse(easel))
    app.drawing("canvas", easel.draw)
    app.add(paint, frame, present, sketch, ponder, inquire)
