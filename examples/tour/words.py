"""Languages: templates are translated by catalogues; each person reads their own language."""

from pathlib import Path

from bot import App, Context, Message, command, t, tn


@command
async def lamps(ctx: Context, count: int = 2) -> Message:
    """Light some lamps.

    Args:
        count: How many.
    """
    said = tn("One lamp burns, {who}.", "{n} lamps burn, {who}.", count, who=ctx.author)
    return Message(said, t(" You read {language}.", language=ctx.language or "en"))


def setup(app: App) -> None:
    """Register the command and its catalogues: `words_locale/de.po`."""
    app.translations(Path(__file__).parent / "words_locale")
    app.add(lamps)
