"""A plugin for tests of what goes on while a handler runs: it asks, shows, guards, suggests, and hears of events."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from annotated_types import Ge

from bot import (
    App,
    Attachment,
    CallNext,
    Choice,
    Context,
    Message,
    Secret,
    Suggest,
    UserError,
    button,
    command,
    group,
    limit,
    needs,
    on,
    select,
    t,
)
from bot.events import Raided, Redeemed, Spoke
from tests.bot import plugin


class Tour:
    """A service of one run; what was opened and closed."""

    seen: ClassVar[list[str]] = []


@dataclass
class Traveller:
    """A form.

    Args:
        name: Your name.
        days: How many days.
    """

    name: str
    days: Annotated[int, Ge(1)]


@command(limit("2/minute"))
async def age(ctx: Context, seconds: float = 60.0) -> Message:
    """Be asked a number.

    Args:
        seconds: How long to wait.
    """
    years = await ctx.ask(t("How old are you, {who}?", who=ctx.author), Annotated[int, Ge(1)], timeout=seconds)
    return Message(t("{years} years", years=years))


@command
async def side(ctx: Context, *, switches: plugin.Switches) -> Message:
    """Be asked for a choice, and keep it."""
    chosen = await ctx.ask("Which bank?", Literal["left", "right"])
    count = await ctx.write(plugin.put, chosen)
    if switches.die:
        await asyncio.Event().wait()
    return Message(t("{chosen} is number {n}", chosen=chosen, n=count))


@command
async def travel(ctx: Context) -> Message:
    """Fill in a form."""
    who = await ctx.ask("Before you go:", Traveller)
    return Message(t("{name} for {days} days", name=who.name, days=who.days))


@command
async def hush(ctx: Context) -> Message:
    """Be asked for a secret."""
    word = await ctx.ask("The word?", Annotated[str, Secret])
    return Message(t("{n} letters", n=len(word)), private=True)


@command
async def show(ctx: Context) -> Message:
    """Give a file."""
    file = await ctx.ask("A picture, please.", Attachment)
    return Message(t("{n} bytes", n=len(await ctx.fetch(file))))


@command
async def late(ctx: Context) -> Message:
    """Write before asking."""
    await ctx.write(plugin.put, "too early")
    await ctx.ask("Sure?", bool)
    return Message("never")


@command(ask_missing=True)
async def pack(ctx: Context, thing: str, weight: int) -> Message:
    """Pack something.

    Args:
        thing: What.
        weight: How heavy.
    """
    return Message(t("{thing}: {weight} kg", thing=thing, weight=weight))


async def _names(ctx: Context, typed: str) -> list[str]:
    if typed == "write":
        await ctx.write(plugin.put, "never")
    if typed == "slow":
        await asyncio.sleep(60)
    return [name for name in ("Rex", "Rexona", "Bello") if name.casefold().startswith(typed.casefold()[:2])]


@command
async def feed(ctx: Context, dog: Annotated[str, Suggest(_names)], treats: int = 1) -> Message:
    """Feed a dog.

    Args:
        dog: Which one.
        treats: How many.
    """
    return Message(t("{dog} ate {n}", dog=dog, n=treats))


@command(inline=True)
async def coin(ctx: Context, bad: bool = False) -> Message:
    """Show a coin.

    Args:
        bad: Whether to write.
    """
    if bad:
        await ctx.write(plugin.put, "never")
    return Message("heads")


@command
async def bake(ctx: Context, steps: int = 10, fail: bool = False) -> Message:
    """Show progress.

    Args:
        steps: How many.
        fail: Whether to burn it.
    """
    async with ctx.progress(t("Baking"), total=steps) as oven:
        for step in range(steps):
            await asyncio.sleep(0.005)
            await oven.step()
            if fail and step == 3:
                raise UserError("It burnt.")
    return Message("Bread.")


async def _words() -> AsyncIterator[str]:
    for word in ("once ", "there ", "was ", "a ", "house"):
        await asyncio.sleep(0.01)
        yield word


@command
async def tale(ctx: Context) -> Message:
    """Tell a story."""
    return await ctx.stream(_words(), title=t("A tale"))


@command
async def wave(ctx: Context) -> Message:
    """React, reply, edit."""
    done = await ctx.react("👍")
    shown = await ctx.reply(Message("One moment.", buttons=[button("Stop", "talk quiet")]))
    await shown.edit(Message("There."))
    return Message(t("{done}", done=str(done)), private=True)


@command
async def quiet(ctx: Context) -> None:
    """Say nothing."""
    del ctx


@command
async def paint(ctx: Context, colours: list[str], coats: int = 1) -> Message:
    """Paint.

    Args:
        colours: Which.
        coats: How often.
    """
    return Message(t("{coats} × {colours}", coats=coats, colours=", ".join(colours)), update=True)


@command
async def shop(ctx: Context, hidden: bool = False) -> Message:
    """Offer colours.

    Args:
        hidden: Whether to whisper.
    """
    choices = [Choice(one, one.title()) for one in ("red", "2", "blue")]
    lists = [select("Colours", "talk paint", "colours", choices, {"coats": 2}, most=2, once=False)]
    again = button("Whisper", "talk shop", {"hidden": True}, once=False)
    return Message("Which?", selects=lists, buttons=[again], private=hidden, update=True)


@command(needs.moderator)
async def sweep(ctx: Context) -> Message:
    """For moderators."""
    return Message("swept")


@command(needs.operator)
async def halt(ctx: Context) -> Message:
    """For operators."""
    return Message("halted")


@command(needs.role("VIP", "keeper"))
async def balcony(ctx: Context) -> Message:
    """For some roles."""
    return Message("a view")


@command(needs.place("dm", "group"))
async def whisper(ctx: Context) -> Message:
    """Not in channels."""
    return Message("psst")


@command(limit("1/minute", per="place"))
async def bell(ctx: Context, fail: bool = False) -> Message:
    """Once for everybody.

    Args:
        fail: Whether to fail.
    """
    await asyncio.sleep(0)
    if fail:
        raise UserError("Cracked.")
    return Message("ding")


@command(limit("2/minute"), limit("3/hour"))
async def chime(ctx: Context) -> Message:
    """Twice in a minute, three times in an hour."""
    return Message("dong")


@command
async def visit(ctx: Context, *, tour: Tour) -> Message:
    """Use a service of this run."""
    tour.seen.append("used")
    return Message("visited")


@on(Raided)
async def greet(ctx: Context, event: Raided) -> Message:
    """Greet raiders."""
    count = await ctx.write(plugin.put, f"raid of {event.viewers}")
    return Message(t("welcome {who}, raid {n}", who=ctx.author, n=count))


@on(Raided, viewers=7)
async def lucky(ctx: Context, event: Raided) -> None:
    """Note seven."""
    await ctx.write(plugin.put, "lucky")


@on(Spoke)
async def overhear(ctx: Context, event: Spoke) -> None:
    """Hear."""


@command(triggers=[on.redemption("Bless")])
async def bless(ctx: Context, times: Annotated[int, Ge(1)]) -> Message:
    """Be redeemed.

    Args:
        times: How often.
    """
    assert ctx.event is None or isinstance(ctx.event, Redeemed)
    return Message(t("blessed {times} times", times=times))


async def politely(ctx: Context, call_next: CallNext) -> Message | None:
    """Around everything."""
    message = await call_next(ctx)
    if message is not None and ctx.spec.path == "talk visit":
        return message.replaced(runs=[*message.runs, *Message(", thank you").runs])
    return message


@asynccontextmanager
async def guide(_ctx: Context) -> AsyncIterator[Tour]:
    """A tour that ends."""
    Tour.seen.append("opened")
    yield Tour()
    Tour.seen.append("closed")


def setup(app: App) -> None:
    """Register all of it."""
    app.use(politely)
    app.provide_each(Tour, guide)
    app.add(greet, lucky, overhear, bless)
    app.add(age, side, travel, hush, show, late, pack, feed, coin, bake, tale, wave)
    app.add(
        group("talk", "Things.", quiet, paint, shop, sweep, halt, balcony, whisper, bell, chime, visit),
    )
