"""Middleware: what happens around every command."""

from bot import App, CallNext, Context, Message, command, t


async def politely(ctx: Context, call_next: CallNext) -> Message | None:
    """Adds a word to the answers of this module."""
    message = await call_next(ctx)
    if message is not None and ctx.spec.path == "bow":
        return message.replaced(runs=[*message.runs, t(" Thank you.")])
    return message


@command
async def bow(_ctx: Context) -> Message:
    """Bow."""
    return Message(t("You bow."))


def setup(app: App) -> None:
    """Register both."""
    app.use(politely)
    app.add(bow)
