"""vault put, get, list, forget: private, every one."""

from typing import Annotated

from annotated_types import MaxLen

from bot import Context, Message, Pages, Rest, Secret, Suggest, b, code, command, limit, select, t
from handlers.naming import near
from handlers.vault import records

_PAGE = 20


async def _mine(ctx: Context, typed: str) -> list[str]:
    """The author's own names alone."""
    return near(await ctx.read(records.names, ctx.author), typed)


NewName = Annotated[str, MaxLen(64)]
Name = Annotated[str, Rest, MaxLen(80), Suggest(_mine)]
"""Longer than a new one: a merge may have added to it."""


@command(limit("20/minute"), private=True, ask_missing=True)
async def put(ctx: Context, name: NewName, words: Annotated[str, Rest, Secret, MaxLen(1500)]) -> Message:
    """Keep words, encrypted, for you alone; what had this name before is replaced.

    Args:
        name: What to call it; a name of several words goes in quotes.
        words: What to keep. The chat platform sees what you type, nobody else does.
    """
    again = await ctx.write(records.put, ctx.author, name, words)
    said = "{name} has new words now." if again else "Kept, encrypted, as {name}. Read it with {line}."
    return Message(t(said, name=b(name), line=code(t("vault get {name}", name=name))), private=True)


@command(limit("20/minute"), private=True)
async def get(ctx: Context, name: Name) -> Message:
    """Read a keepsake.

    Args:
        name: What you called it.
    """
    words = await ctx.read(records.get, ctx.author, name)
    return Message(b(name), "\n", words, private=True)


@command(limit("20/minute"), name="list", private=True)
async def list_(ctx: Context, page: int = 1) -> Message:
    """See the names of your keepsakes, and open one.

    Args:
        page: Which page.
    """
    names = await ctx.read(records.names, ctx.author)
    if not names:
        return Message(t("Your vault is empty. Fill it with {line}.", line=code(t("vault put"))), private=True)
    pages = Pages([t("· {name}", name=name) for name in names], _PAGE)
    page = min(max(page, 1), pages.count)
    shown = names[(page - 1) * _PAGE : page * _PAGE]
    message = pages.message("vault list", page, title=t("In your vault:"), private=True)
    return message.replaced(selects=[select(t("Open one"), "vault get", "name", shown, once=False)])


@command(limit("20/minute"), private=True)
async def forget(ctx: Context, name: Name) -> Message:
    """Erase a keepsake for good.

    Args:
        name: What you called it.
    """
    await ctx.write(records.forget, ctx.author, name)
    return Message(t("{name} is erased.", name=b(name)), private=True)
