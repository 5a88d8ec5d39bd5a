"""whisper, answer, skip: private, because what they are about is."""

from typing import Annotated

from annotated_types import MaxLen

from bot import Context, Message, Rest, Secret, b, button, code, command, i, limit, on, t
from bot.counts import duration
from bot.languages import Languages
from config.whispers import Category
from handlers.whispers.whispering import Whispering

_Answer = Annotated[str, Secret, MaxLen(2000)]
Words = Annotated[str, Rest, Secret, MaxLen(2000)]
_ANSWER_WITHIN = 600.0


@command(limit("10/minute"), private=True, triggers=[on.redemption("Whisper")])
async def whisper(
    ctx: Context, category: Category | None = None, *, whispering: Whispering, languages: Languages
) -> Message:
    """Be asked something that is worth an answer.

    Args:
        category: What it should be about.
    """
    asked = await ctx.write(whispering.ask, ctx.author, category)
    lead = t("This one is still open: ") if asked.again else ""
    return Message(
        lead,
        i(languages.translate(ctx.language)(asked.text)),
        t("\nAnswer with {answer} and your words, where only I can read them.", answer=code(t("answer"))),
        private=True,
        buttons=[button(t("Answer"), "answer", style="primary", once=False), button(t("Skip"), "skip")],
    )


@command(private=True)
async def answer(ctx: Context, words: Words = "", *, whispering: Whispering, languages: Languages) -> Message:
    """Answer the whisper that is open. Your words are kept sealed.

    Args:
        words: Your answer, three words or more; without them I ask you.
    """
    if not words:
        asked = await ctx.read(whispering.open, ctx.author)
        words = await ctx.ask(i(languages.translate(ctx.language)(asked)), _Answer, timeout=_ANSWER_WITHIN)
    given = await ctx.write(whispering.answer, ctx.author, words)
    return Message(t("Kept, sealed, for you. You have answered {n} so far.", n=b(given)), private=True)


@command(private=True)
async def skip(ctx: Context, *, whispering: Whispering) -> Message:
    """Put the open whisper aside; its category then rests for a day."""
    skipped = await ctx.write(whispering.skip, ctx.author)
    if skipped.locked:
        text = t("Put aside. All whispers rest now, for {time}.", time=b(duration(skipped.locked)))
    else:
        text = t("Put aside. Whispers of {category} rest for a day.", category=b(skipped.category))
    return Message(text, private=True)
