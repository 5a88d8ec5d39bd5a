"""The context: who asks, where, and what is known of them."""

from bot import App, Context, Message, command, t


@command(name="whoami")
async def me(ctx: Context) -> Message:
    """See what a command knows of you."""
    standing = await ctx.standing()
    read = t("others can read it") if ctx.overheard else t("nobody else reads it")
    where = t("in private") if ctx.place.direct else t("in public")
    return Message(t("{who}, {level}, {where}: {read}.", who=ctx.author, level=standing.level, where=where, read=read))


@command
async def echo(ctx: Context) -> Message:
    """Repeat the message that this replies to."""
    said = ctx.about
    return Message(t("Reply to something.") if said is None else t("{who}: {text}", who=said.author, text=said.text))


def setup(app: App) -> None:
    """Register the commands."""
    app.add(me, echo)
