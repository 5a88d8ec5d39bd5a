"""A plugin that the tour has no use for: a reward that is never granted."""

from bot import App, Context, Message, UserError, command, on


@command(triggers=[on.redemption("Toll")])
async def toll(ctx: Context) -> Message:
    """Pay and be turned away."""
    raise UserError("Not today, {who}.", who=ctx.author)


def setup(app: App) -> None:
    """Register the command."""
    app.add(toll)
