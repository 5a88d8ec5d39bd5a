"""oracle, and know add, ask, list, remove."""

from typing import Annotated

from annotated_types import Ge, MaxLen, MinLen

from bot import Context, Message, Pages, Rest, UserError, b, button, code, command, limit, needs, t
from bot.message.text import Part
from bot.model import Models
from bot.moderation.moderation import Moderation
from handlers.oracle import know
from handlers.oracle.consulting import Oracle
from handlers.oracle.embeddings import Embeddings
from handlers.oracle.know import Entry
from handlers.oracle.wording import excerpt, words

_PAGE = 10
_QUOTED, _SHOWN, _LISTED = 3, 400, 60
_SHARED = (needs.moderator, needs.place("group", "channel"))


@command(limit("10/minute"), private=True)
async def oracle(
    ctx: Context,
    question: Annotated[str, Rest, MaxLen(500)],
    *,
    models: Models,
    moderation: Moderation,
    embeddings: Embeddings,
) -> Message:
    """Be answered from what you wrote and what this server knows: with sources, nothing invented.

    Args:
        question: What you would like to know.
    """
    return await Oracle(models, moderation, embeddings).consult(ctx, question)


@command(*_SHARED, limit("20/minute"))
async def add(ctx: Context, text: Annotated[str, Rest, MinLen(3), MaxLen(2000)], *, moderation: Moderation) -> Message:
    """Let me know something about this server: everybody here can ask for it.

    Args:
        text: What I should know; a title may come first, like Raids | Every Friday at eight.
    """
    if (await moderation.judge(text, public=True)).level == "severe":
        raise UserError("I would not say that to anybody, so I do not keep it.", code="severe")
    title, said = know.titled(text)
    number = await ctx.write(know.add, ctx.place.home, said, title)
    return Message(t("I know that now, as number {number}.", number=b(number)))


@command(limit("20/minute"))
async def ask(ctx: Context, question: Annotated[str, Rest, MaxLen(300)]) -> Message:
    """Ask what this server knows.

    Args:
        question: What you would like to know.
    """
    about = words(question)
    found = await ctx.read(know.find, ctx.place.home, about, _QUOTED)
    if not found:
        return Message(
            t("This server knows nothing about that. {line} shows what there is.", line=code(t("know list")))
        )
    lines: list[Part] = []
    for one in found:
        lines += ["\n"] * bool(lines) + [_told(one, excerpt(one.words, about, _SHOWN))]
    return Message(*lines)


@command(limit("20/minute"), name="list")
async def list_(ctx: Context, page: int = 1) -> Message:
    """See what this server knows.

    Args:
        page: Which page.
    """
    known = await ctx.read(know.everything, ctx.place.home)
    lines = [_told(one, excerpt(one.words, (), _LISTED)) for one in known]
    return Pages(lines, _PAGE).message("know list", page, title=t("What this server knows:"))


@command(*_SHARED, limit("20/minute"))
async def remove(ctx: Context, number: Annotated[int, Ge(1)]) -> Message:
    """Let me forget something about this server.

    Args:
        number: Its number in the list.
    """
    await ctx.write(know.remove, ctx.place.home, number)
    return Message(
        t("I no longer know number {number}.", number=b(number)),
        buttons=[button(t("What I know"), "know list", once=False)],
    )


def _told(one: Entry, said: str) -> Part:
    if not one.title:
        return t("[{number}] “{words}”", number=one.number, words=said)
    return t("[{number}] {title}: “{words}”", number=one.number, title=b(one.title), words=said)
