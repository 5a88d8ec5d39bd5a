"""How the codex looks in chat: a page with its picture, a line of a list, a list to pick from."""

from collections.abc import Sequence

from bot import Button, Context, Image, Message, Select, b, card, i, quote, select, t, when
from bot.languages import Languages
from bot.message import Choice, Text
from bot.message.text import Part, words
from handlers.journey.codex.leaf import Opened, Page
from handlers.journey.moods import COLOURS, EMOJI, mood_text
from handlers.journey.sigil.drawing import alt, draw
from handlers.journey.sigil.raster import PictureError, Pictures

_SNIPPET = 80


async def shown(
    one: Opened, ctx: Context, buttons: Sequence[Button], languages: Languages, pictures: Pictures
) -> Message:
    """A page as a message, with its picture."""
    head = t("Page {number}, chapter {chapter}", number=one.number, chapter=one.chapter)
    foot = t("{mood} {name}", mood=EMOJI[one.corrected], name=mood_text(one.corrected))
    colour = COLOURS[one.corrected]
    if one.forgotten:
        return Message(
            card=card(head, i(t("This page was forgotten.")), footer=foot, colour=colour), buttons=buttons, private=True
        )
    said: list[Part] = [when(one.at, "date"), "\n", b(one.question), "\n", quote(one.answer)]
    if one.reading:
        said += ["\n", i(one.reading)]
    try:
        png = await pictures.png(draw(one.seed, one.mood, one.depth))
        images = [
            Image(
                words([alt(one.mood, one.depth)], languages.translate(ctx.language)), png, name=f"page-{one.number}.png"
            )
        ]
    except PictureError:
        images = []
    return Message(card=card(head, *said, footer=foot, colour=colour), images=images, buttons=buttons, private=True)


def line(one: Page) -> Text:
    """A page in a list."""
    if one.forgotten:
        return t("{number} · {day} · forgotten", number=one.number, day=when(one.at, "date"))
    mood = t("{mood} {name}", mood=EMOJI[one.corrected], name=mood_text(one.corrected))
    return t("{number} · {day} · {mood}", number=b(one.number), day=when(one.at, "date"), mood=mood)


def found_line(one: Opened) -> Text:
    """A page among what was found."""
    return t("{number} · {day} · {answer}", number=b(one.number), day=when(one.at, "date"), answer=short(one.answer))


def short(text: str) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= _SNIPPET else f"{line[: _SNIPPET - 1]}…"


def open_one(choices: Sequence[Choice]) -> list[Select]:
    """A list of pages that can be opened, where there are any."""
    return [select(t("Open one"), "codex read", "page", choices, once=False)] if choices else []


def empty() -> Message:
    """Said to whom has no page yet."""
    return Message(t("Your codex is empty. Its first page is your answer to a whisper."), private=True)
