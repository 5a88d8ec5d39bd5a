"""Live messages: more than one answer, progress, text that grows, reactions."""

from collections.abc import AsyncIterator

from bot import App, Context, Message, command, t


@command
async def bake(ctx: Context) -> Message:
    """Bake bread; one message shows how far it is."""
    async with ctx.progress(t("Baking"), total=3) as oven:
        for _ in range(3):
            await oven.step(note=t("turning the loaf"))
    return Message(t("Bread."))


@command
async def tell(ctx: Context) -> Message:
    """Hear a story while it is being told."""
    return await ctx.stream(_story(), title=t("A story:"))


async def _story() -> AsyncIterator[str]:
    for word in ("Once ", "there ", "was ", "a ", "house."):
        yield word


@command
async def wave(ctx: Context) -> Message:
    """Be waved at."""
    await ctx.react("👍")
    shown = await ctx.reply(Message(t("One moment.")))
    await shown.edit(Message(t("There you are.")))
    return Message(t("Hello {who}.", who=ctx.author), private=True, pointer=t("I have waved at {who}.", who=ctx.author))


def setup(app: App) -> None:
    """Register the commands."""
    app.add(bake, tell, wave)
