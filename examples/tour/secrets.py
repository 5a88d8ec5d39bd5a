"""Secrets: words that nobody else may read, on any platform."""

from typing import Annotated

from bot import App, Context, Message, Rest, Secret, command, t


@command(private=True)
async def confide(_ctx: Context, words: Annotated[str, Rest, Secret]) -> Message:
    """Confide something; typed where others read, it is refused and not kept.

    Args:
        words: What nobody else may read.
    """
    return Message(t("I heard {count} characters.", count=len(words)))


def setup(app: App) -> None:
    """Register the command."""
    app.add(confide)
