"""A plugin with commands that cannot work, for the tests of `soulfra check`."""

from bot import App, Context, Message, command, t


@command(name="Shout!")
async def shout(ctx: Context, loud: dict[str, str]) -> Message:
    return Message(t("{who}", who=ctx.author), str(loud))


def setup(app: App) -> None:
    """Register it."""
    app.add(shout)
