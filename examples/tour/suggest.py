"""Suggestions: completed while typing on Discord, "did you mean" elsewhere."""

from typing import Annotated

from bot import App, Context, Message, Suggest, command, t

STARS = ("Aldebaran", "Altair", "Antares", "Betelgeuse", "Sirius", "Vega")


async def stars(_ctx: Context, typed: str) -> list[str]:
    """Those that begin like what was typed."""
    return [star for star in STARS if star.casefold().startswith(typed.casefold()[:2])]


@command
async def star(_ctx: Context, name: Annotated[str, Suggest(stars)]) -> Message:
    """Look at a star.

    Args:
        name: Which one.
    """
    return Message(t("{name} shines.", name=name))


@command
async def watch(_ctx: Context, name: Annotated[str, Suggest(stars, free=True)]) -> Message:
    """Watch for a star; others than those that are suggested may be named.

    Args:
        name: Which one.
    """
    return Message(t("You watch for {name}.", name=name))


def setup(app: App) -> None:
    """Register the command."""
    app.add(star, watch)
