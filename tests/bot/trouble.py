"""A plugin that does everything wrong that a plugin can do, for tests of what people are told then."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any, cast

from bot import (
    App,
    Context,
    Image,
    Message,
    Rest,
    Suggest,
    UserError,
    button,
    command,
    limit,
    needs,
    on,
    t,
)
from bot.events import Cheered, Followed
from bot.message import Text
from bot.router import CallNext

GIVEN: dict[str, Any] = {
    "str": "words",
    "dict": {"text": "words"},
    "options": Message("x", buttons=[button("Go", "wrong", {"what": cast(Any, object())})]),
    "data": Message("x", images=[Image("alt", data=cast(Any, object()))]),
    "place": Message(Text("{missing}", {})),
}


@command
async def wrong(ctx: Context, what: str) -> Message:
    """Give what is no message.

    Args:
        what: Which wrong thing.
    """
    return cast(Message, GIVEN[what])


@command
async def skewed(ctx: Context) -> Message:
    """Step back and beyond."""
    for steps in (-3, 99):
        async with ctx.progress(t("Baking"), total=4) as oven:
            await oven.step(steps)
    return Message("Bread.")


@command
async def empty(ctx: Context) -> Message:
    """Stream nothing."""

    async def nothing() -> AsyncIterator[str]:
        return
        yield ""

    return await ctx.stream(nothing())


@command
async def torn(ctx: Context) -> Message:
    """Break off a stream."""

    async def words() -> AsyncIterator[str]:
        yield "once "
        raise UserError("The story is lost.")

    return await ctx.stream(words())


class Handle:
    """A service of a run."""


@asynccontextmanager
async def handle(_ctx: Context) -> AsyncIterator[Handle]:
    """It fails to close."""
    yield Handle()
    raise RuntimeError("it does not close")


@command
async def leak(ctx: Context, *, one: Handle) -> Message:
    """Use it."""
    return Message("used")


@command
async def twice(ctx: Context) -> Message:
    """Ask two things."""
    one = await ctx.ask("One?", str)
    two = await ctx.ask("Two?", str)
    return Message(t("{one} and {two}", one=one, two=two))


@command
async def both(ctx: Context) -> Message:
    """Ask two things at once."""
    await asyncio.gather(ctx.ask("One?", str), ctx.ask("Two?", str))
    return Message("never")


@dataclass
class Form:
    """Two fields.

    Args:
        name: A name.
        age: An age.
    """

    name: str
    age: int


@command
async def form(ctx: Context) -> Message:
    """Fill in a form."""
    one = await ctx.ask("Who?", Form)
    return Message(t("{name}, {age}", name=one.name, age=one.age))


async def _names(ctx: Context, typed: str) -> list[str]:
    if typed == "wrong":
        return cast(list[str], None)
    if typed == "mixed":
        return cast(list[str], ["ok", None, 3.5, "x" * 500, ""])
    return ["Rex", "Bello"]


@command(needs.operator)
async def secretly(ctx: Context, dog: Annotated[str, Suggest(_names)]) -> Message:
    """For operators.

    Args:
        dog: Which one.
    """
    return Message("done")


@command
async def pet(ctx: Context, dog: Annotated[str, Suggest(_names)]) -> Message:
    """Pet a dog.

    Args:
        dog: Which one.
    """
    return Message(t("{dog} is happy", dog=dog))


@command(needs.moderator, triggers=[on.cheer(100)])
async def rule(ctx: Context, words: Annotated[str, Rest] = "") -> Message:
    """Rule the place.

    Args:
        words: How.
    """
    return Message(t("{who} rules", who=ctx.author.name))


@command(triggers=[on.redemption("Gift")])
async def gift(ctx: Context, amount: int) -> Message:
    """Give.

    Args:
        amount: How much.
    """
    return Message(t("{who} gives {n}", who=ctx.author, n=amount))


@on(Followed)
async def stumble(ctx: Context, event: Followed) -> Message:
    """Fail."""
    raise RuntimeError("a fault of a subscriber")


@on(Cheered, bits=7)
async def wonder(ctx: Context, event: Cheered) -> Message:
    """Ask in an event."""
    return Message(t("it is {what}", what=await ctx.ask("What?", str)))


@command(limit("1/minute", per="server"))
async def bell(ctx: Context) -> Message:
    """Once for a server."""
    return Message("ding")


@command
async def choose(ctx: Context) -> Message:
    """Offer buttons."""
    away = button("Gone", "nowhere at all", anyone=True, once=False)
    rules = button("Rule", "rule", anyone=True, once=False)
    return Message("Which?", buttons=[away, rules, button("Twice", "twice", once=False)])


@command(inline=True)
async def done(_ctx: Context) -> Message:
    """Say what has a translation."""
    return Message(t("Done."))


async def fussy(ctx: Context, call_next: CallNext) -> Message | None:
    """Middleware that is wrong for some."""
    if ctx.rest == "raised around it":
        raise RuntimeError("a fault of middleware")
    if ctx.rest == "nothing around it":
        return None
    if ctx.rest == "words around it":
        return cast(Message, "words")
    return await call_next(ctx)


def setup(app: App) -> None:
    """Register all of it."""
    app.use(fussy)
    app.provide_each(Handle, handle)
    app.add(
        wrong,
        skewed,
        empty,
        torn,
        leak,
        twice,
        both,
        form,
        secretly,
        pet,
        rule,
        gift,
        stumble,
        wonder,
        bell,
        choose,
        done,
    )
