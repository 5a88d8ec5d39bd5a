"""A plugin for tests of the kernel: handlers that write, fail, wait and offer buttons."""

import asyncio
from typing import Annotated

import sqlalchemy as sa

from bot import App, Context, Message, Rest, Secret, User, UserError, button, command, group, limit, t
from bot.store import Tx, insert, metadata, param

NOTE = sa.Table("test_note", metadata, sa.Column("key", sa.Text, primary_key=True), sa.Column("text", sa.Text))
_PUT = insert(NOTE).values(key=param("key"), text=param("text"))
_ALL = sa.select(NOTE.c.text).order_by(NOTE.c.key)


def put(tx: Tx, text: str) -> int:
    """One note; how many there are now."""
    tx.execute(_PUT, key=f"{tx.now}:{tx.key}", text=text)
    return len(tx.execute(_ALL))


def notes(tx: Tx) -> list[str]:
    """Every note."""
    return [text for (text,) in tx.execute(_ALL)]


class Switches:
    """What the next run of a handler does."""

    def __init__(self) -> None:
        self.die = False
        self.branch = "put"
        self.gate: asyncio.Event | None = None
        self.running = 0
        self.most = 0


@command
async def note(ctx: Context, text: Annotated[str, Rest], *, switches: Switches) -> Message:
    """Keep a note.

    Args:
        text: What to keep.
    """
    if switches.branch == "none":
        return Message(t("nothing kept"))
    count = await ctx.write(put, text)
    if switches.die:
        switches.running += 1
        await asyncio.Event().wait()
    return Message(t("kept as number {n}", n=count))


@command
async def slow(ctx: Context, *, switches: Switches) -> Message:
    """Wait at the gate."""
    switches.running += 1
    switches.most = max(switches.most, switches.running)
    if switches.gate is not None:
        await switches.gate.wait()
    switches.running -= 1
    return Message(t("{who} passed", who=ctx.author))


@command
async def fail(ctx: Context) -> Message:
    """Fail."""
    raise RuntimeError(f"a fault with a secret of {ctx.author.name}")


@command(limit("2/minute"))
async def seldom(ctx: Context, really: bool = True) -> Message:
    """Be limited.

    Args:
        really: Whether to succeed.
    """
    if not really:
        raise UserError("Not {who}.", who=ctx.author)
    return Message(t("done"))


@command(private=True)
async def hide(_ctx: Context, words: Annotated[str, Rest, Secret]) -> Message:
    """Take a secret.

    Args:
        words: The secret.
    """
    return Message(t("{n} letters", n=len(words)))


@command
async def offer(ctx: Context) -> Message:
    """Offer a choice."""
    return Message(
        t("Which one, {who}?", who=ctx.author),
        buttons=[button("First", "note", {"text": "first"}), button("Again", "note", {"text": "again"}, once=False)],
    )


def whisper(tx: Tx, to: User, text: str) -> None:
    """A direct message through the outbox."""
    tx.send(to, Message(t("{text}", text=text)))


@command
async def tell(ctx: Context, to: User, text: Annotated[str, Rest]) -> Message:
    """Tell somebody something.

    Args:
        to: Who is told.
        text: What.
    """
    await ctx.write(whisper, to, text)
    return Message(t("told"))


def setup(app: App) -> None:
    """Register all of it."""
    app.migrations("tests.bot.migrations")
    app.provide(Switches())
    app.add(note, slow, fail, seldom, hide, tell, group("little", "Little things.", offer))
