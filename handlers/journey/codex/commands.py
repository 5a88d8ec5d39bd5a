"""codex read, list, search, verify, forget: private, every one."""

import asyncio
from typing import Annotated

from annotated_types import Ge, Le, MaxLen, MinLen

from bot import Context, Message, Pages, Rest, User, UserError, b, button, command, i, limit, t, tn
from bot.languages import Languages
from bot.message import Choice
from bot.store import Tx, people
from handlers.journey.codex import pages
from handlers.journey.codex.rows import EVERY
from handlers.journey.codex.search import MOST, rank
from handlers.journey.codex.showing import empty, found_line, line, open_one, short, shown
from handlers.journey.sigil.raster import Pictures
from mirrors import Mirrors
from mirrors import words as own_words

_PAGE, _FOUND = 10, 10
_SEAL = 12

_HIGHEST = 10**9
Number = Annotated[int, Ge(1), Le(_HIGHEST)]


@command(limit("30/minute"), private=True)
async def read(
    ctx: Context, page: Annotated[int, Ge(0), Le(_HIGHEST)] = 0, *, languages: Languages, pictures: Pictures
) -> Message:
    """Read a page of your codex.

    Args:
        page: Its number; the newest when you do not say.
    """
    person = await ctx.read(people.person, ctx.author)
    count = (await ctx.read(pages.history, person, 1, 1))[1]
    if not count:
        return empty()
    one = await ctx.read(pages.page, person, page or count)
    turns = [(t("Older"), one.number - 1), (t("Newer"), one.number + 1)]
    buttons = [
        button(label, "codex read", {"page": number}, once=False) for label, number in turns if 1 <= number <= count
    ]
    return await shown(one, ctx, buttons, languages, pictures)


@command(limit("20/minute"), name="list", private=True)
async def list_(ctx: Context, page: int = 1) -> Message:
    """See the pages of your codex, the newest first.

    Args:
        page: Which part of the list.
    """
    person = await ctx.read(people.person, ctx.author)
    held, _ = await ctx.read(pages.history, person, 1, EVERY)
    if not held:
        return empty()
    leaves = Pages([line(one) for one in held], _PAGE)
    page = min(max(page, 1), leaves.count)
    message = leaves.message("codex list", page, title=t("Your codex:"), private=True)
    held = held[(page - 1) * _PAGE : page * _PAGE]
    choices = [Choice(str(one.number), t("Page {number}", number=one.number)) for one in held if not one.forgotten]
    return message.replaced(selects=open_one(choices))


@command(limit("10/minute"), private=True)
async def search(ctx: Context, words: Annotated[str, Rest, MinLen(1), MaxLen(200)]) -> Message:
    """Find pages of your codex by their words.

    Args:
        words: What to look for; a part of a word will do.
    """
    person = await ctx.read(people.person, ctx.author)
    mine = await ctx.read(pages.everything, person, MOST)
    found = [one for _, one in await asyncio.to_thread(rank, words, mine)][:_FOUND]
    if not found:
        return Message(t("No page of yours says {words}.", words=i(words)), private=True)
    lines = [part for one in found for part in ("\n", found_line(one))]
    choices = [Choice(str(one.number), t("Page {number}", number=one.number), short(one.question)) for one in found]
    return Message(b(t("Found in your codex:")), *lines, selects=open_one(choices), private=True)


@command(limit("10/minute"), private=True)
async def verify(ctx: Context) -> Message:
    """Check that every page of your codex is as it was sealed."""
    person = await ctx.read(people.person, ctx.author)
    broken = await ctx.read(pages.verify, person)
    if broken is not None:
        told = t("Page {number} of book {book} is not as it was sealed.", number=b(broken.number), book=broken.book)
        return Message(told, private=True)
    _, count = await ctx.read(pages.history, person, 1, 1)
    if not count:
        return empty()
    return Message(
        tn("{n} page, and it is as it was sealed.", "{n} pages, and each is as it was sealed.", count), private=True
    )


@command(limit("20/minute"), private=True)
async def forget(
    ctx: Context, page: Number, sure: bool = False, seal: Annotated[str, MaxLen(64)] = "", *, mirrors: Mirrors
) -> Message:
    """Erase the words of a page for good, from your mirrors too; its place and its mood stay.

    Args:
        page: Its number.
        sure: Yes, when you are sure.
        seal: The first signs of its hash; a page with another one is not erased.
    """
    if not sure:
        person = await ctx.read(people.person, ctx.author)
        one = await ctx.read(pages.page, person, page)
        if one.forgotten:
            raise UserError("Page {number} was forgotten.", code="forgotten", number=page)
        yes = button(t("Erase"), "codex forget", {"page": page, "sure": True, "seal": one.hash[:_SEAL]}, style="danger")
        asked = t("Erase the words and the picture of page {number} for good?", number=b(page))
        return Message(asked, "\n", i(short(one.question)), private=True, buttons=[yes])
    await ctx.write(_forget, ctx.author, page, seal)
    await mirrors.unlearn(ctx)
    return Message(t("Page {number} is forgotten. Your codex still holds together.", number=b(page)), private=True)


def _forget(tx: Tx, user: User, number: int, seal: str) -> int:
    """Since the question was asked, two people may have become one, and the page another number."""
    gone = pages.forget(tx, tx.person(user), number)
    if not gone.hash.startswith(seal):
        raise UserError("The pages of your codex have other numbers now. Look again.", code="renumbered")
    own_words.forget(tx, tx.person(user), own_words.page(gone.book, gone.leaf))
    return gone.number
