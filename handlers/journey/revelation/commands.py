"""answer, revelation latest, revelation mood: private, because what they are about is."""

from typing import Annotated

from annotated_types import Ge, MaxLen

from bot import Context, Message, Rest, command, limit
from bot.languages import Languages
from bot.moderation.crisis import help_message
from handlers.journey.moods import Mood
from handlers.journey.revelation import saga, showing
from handlers.journey.revelation.saga import LONGEST, Saga
from handlers.journey.whispers.whispering import Whispering

_ANSWER_WITHIN = 600.0


@command(limit("10/minute"), private=True)
async def answer(
    ctx: Context,
    words: Annotated[str, Rest, MaxLen(LONGEST)] = "",
    *,
    whispering: Whispering,
    revealing: Saga,
    languages: Languages,
) -> Message:
    """Answer the whisper that is open. Your words are kept sealed, for you alone.

    Args:
        words: Your answer, three words or more; without them I ask you.
    """
    question = None
    if not words:
        asked = await ctx.read(whispering.open, ctx.author)
        words = await ctx.ask(asked.words, Annotated[str, MaxLen(LONGEST)], timeout=_ANSWER_WITHIN)
        question = asked.text
    revealed = await revealing.reveal(ctx, words, question)
    if revealed is None:
        return help_message(ctx.language)
    catalogue, translate = revealing.unlocking.catalogue, languages.translate(ctx.language)
    return showing.shown(ctx.author, revealed, catalogue, ctx.language, translate)


@command(private=True)
async def latest(ctx: Context, *, languages: Languages) -> Message:
    """See your latest revelation again."""
    return showing.again(await ctx.read(saga.newest, ctx.author), languages.translate(ctx.language))


@command(private=True)
async def mood(ctx: Context, page: Annotated[int, Ge(1)], mood: Mood) -> Message:
    """Say what an answer felt like, when I read it differently.

    Args:
        page: The number of the page.
        mood: What it felt like.
    """
    return showing.corrected(await ctx.write(saga.correct, ctx.author, page, mood))
