"""vault put, get, list, forget: private, every one."""

from typing import Annotated

from annotated_types import MaxLen

from bot import Context, Message, Rest, Secret, b, code, command, limit, t
from handlers.vault import records

NewName = Annotated[str, MaxLen(64)]
Name = Annotated[str, Rest, MaxLen(80)]
"""Longer than a new one: a merge may have added to it."""


@command(limit("20/minute"), private=True)
async def put(ctx: Context, name: NewName, words: Annotated[str, Rest, Secret, MaxLen(1500)]) -> Message:
    """Keep words, encrypted, for you alone; what had this name before is replaced.

    Args:
        name: What to call it; a name of several words goes in quotes.
        words: What to keep. The chat platform sees what you type, nobody else does.
    """
    again = await ctx.write(records.put, ctx.author, name, words)
    said = "{name} has new words now." if again else "Kept, encrypted, as {name}. Read it with {line}."
    return Message(t(said, name=b(name), line=code(f"vault get {name}")), private=True)


@command(limit("20/minute"), private=True)
async def get(ctx: Context, name: Name) -> Message:
    """Read a keepsake.

    Args:
        name: What you called it.
    """
    words = await ctx.read(records.get, ctx.author, name)
    return Message(b(name), "\n", words, private=True)


@command(limit("20/minute"), name="list", private=True)
async def list_(ctx: Context) -> Message:
    """See the names of your keepsakes."""
    names = await ctx.read(records.names, ctx.author)
    if not names:
        return Message(t("Your vault is empty. Fill it with {line}.", line=code("vault put")), private=True)
    return Message(t("In your vault:"), *(t("\n· {name}", name=name) for name in names), private=True)


@command(limit("20/minute"), private=True)
async def forget(ctx: Context, name: Name) -> Message:
    """Erase a keepsake for good.

    Args:
        name: What you called it.
    """
    await ctx.write(records.forget, ctx.author, name)
    return Message(t("{name} is erased.", name=b(name)), private=True)
