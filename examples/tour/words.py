"""Languages: templates are translated by catalogues; each person reads their own language."""

from pathlib import Path
from typing import Literal

from bot import App, Context, Message, command, named, t, tn


@command
async def lamps(ctx: Context, count: int = 2, glass: Literal["clear", "amber"] = "clear") -> Message:
    """Light some lamps.

    Args:
        count: How many.
        glass: The colour of their glass.
    """
    said = tn("One lamp burns, {who}.", "{n} lamps burn, {who}.", count, who=ctx.author)
    of = t(" Their glass is {glass}.", glass=named(glass))
    return Message(said, of, t(" You read {language}.", language=ctx.language or "en"))


def setup(app: App) -> None:
    """Register the command and its catalogues: `words_locale/de.po`."""
    app.translations(Path(__file__).parent / "words_locale")
    app.add(lamps)
