"""The codex as a plugin by itself, with a command that writes a page."""

from typing import Annotated

from bot import App, Context, Message, Rest, command
from bot.store import Tx
from bot.users import User
from handlers.journey import codex
from handlers.journey.codex import pages
from handlers.journey.sigil.raster import Pictures
from mirrors import words as own_words
from tests.handlers.journey.codex.shelf import draft


def seal(tx: Tx, user: User, words: str) -> None:
    person = tx.person(user)
    page = pages.seal(tx, person, draft(words))
    own_words.keep(tx, person, own_words.page(page.book, page.leaf), words)


@command(private=True)
async def confide(ctx: Context, words: Annotated[str, Rest]) -> Message:
    """Write a page.

    Args:
        words: What it says.
    """
    await ctx.write(seal, ctx.author, words)
    return Message("Sealed.", private=True)


def setup(app: App) -> None:
    app.provide(Pictures())
    codex.setup(app)
    app.add(confide)
