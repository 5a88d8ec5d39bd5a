"""Telegram's inline mode and deep links, reached by the same model."""

from bot import App, Context, Message, command, t


@command(inline=True)
async def weather(_ctx: Context, place: str = "here") -> Message:
    """Tell the weather; as `@bot weather Rome` in any chat too. It writes nothing.

    Args:
        place: Where.
    """
    return Message(t("It rains in {place}.", place=place))


@command
async def share(ctx: Context) -> Message:
    """Get an address that asks for the weather in Rome."""
    address = ctx.link("weather-Rome")
    return Message(t("{address}", address=address or "-"))


def setup(app: App) -> None:
    """Register the commands."""
    app.add(weather, share)
