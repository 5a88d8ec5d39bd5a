"""Looks: runs of styled text. What people wrote is an argument and stays words."""

from datetime import UTC, datetime
from typing import Annotated

from bot import App, Context, Message, Rest, b, code, command, emoji, i, link, pre, quote, s, spoiler, t, u, when

OPENING = datetime(2026, 12, 24, 18, 0, tzinfo=UTC)


@command
async def looks(ctx: Context, words: Annotated[str, Rest] = "**words**") -> Message:
    """See every look that a text can have.

    Args:
        words: What to show in all of them.
    """
    return Message(
        t("{who}: {bold} {italic} {under}", who=ctx.author, bold=b(words), italic=i(words), under=u(words)),
        t(" {strike} {hidden} {code}\n", strike=s(words), hidden=spoiler(words), code=code(words)),
        quote(words),
        pre("print('hello')", "python"),
        t(
            "{star} {page} opens ",
            star=emoji("⭐", twitch="Kappa"),
            page=link("the house", "https://example.org/house"),
        ),
        when(OPENING),
    )


def setup(app: App) -> None:
    """Register the command."""
    app.add(looks)
