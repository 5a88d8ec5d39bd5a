"""whisper and skip: private, because what they are about is."""

from bot import Context, Message, b, command, limit, named, on, t
from bot.counts import duration
from config.whispers import Category
from handlers.journey.whispers.asking import Asking
from handlers.journey.whispers.showing import shown


@command(limit("10/minute"), private=True, triggers=[on.redemption("Whisper")])
async def whisper(ctx: Context, category: Category | None = None, *, asking: Asking) -> Message:
    """Be asked something that is worth an answer.

    Args:
        category: What it should be about.
    """
    wording = None
    if asking.writes(ctx.language) and (draft := await ctx.write(asking.draft, ctx.author, category, ctx.language)):
        wording = await ctx.step(asking.vary, draft, ctx.language)
    asked = await ctx.write(asking.ask, ctx.author, category, wording)
    return shown(asked, t("This one is still open: ") if asked.again else "")


@command(private=True)
async def skip(ctx: Context, *, asking: Asking) -> Message:
    """Put the open whisper aside; its category then rests for a day."""
    skipped = await ctx.write(asking.whispering.skip, ctx.author)
    if skipped.locked:
        text = t("Put aside. All whispers rest now, for {time}.", time=b(duration(skipped.locked)))
    else:
        text = t("Put aside. Whispers of {category} rest for a day.", category=b(named(skipped.category)))
    return Message(text, private=True)
