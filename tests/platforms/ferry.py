"""A plugin that asks for a choice."""

from pathlib import Path
from typing import Literal

from bot import App, Context, Message, command, named, t


@command
async def ferry(ctx: Context) -> Message:
    """Cross the river."""
    return Message(t("→ {side}", side=named(await ctx.ask(t("Which bank?"), Literal["left", "right"]))))


def setup(app: App) -> None:
    """Register it."""
    app.translations(Path(__file__).parent / "ferry_locale")
    app.add(ferry)
