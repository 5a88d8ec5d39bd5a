"""journey: somebody's whole path on one picture, or in one line where there are no pictures."""

from collections import Counter
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from bot import Context, Image, Message, b, button, command, limit, t, tn
from bot.drawings import Draw
from bot.languages import Languages
from bot.message.text import words
from bot.store import Tx
from bot.users import User
from handlers.journey.archetypes.gathering import gather
from handlers.journey.archetypes.metrics import DAY, measure
from handlers.journey.archetypes.unlocking import Unlocking, earned
from handlers.journey.moods import MOODS
from handlers.journey.revelation.saga import facts
from handlers.journey.sigil.card import WIDTH, Journey, blocks, card
from handlers.journey.sigil.raster import Pictures

DAYS = 84
"""Twelve weeks."""


class Way(Struct, frozen=True):
    """`Journey`, and how many pages there are."""

    journey: Journey
    pages: int


@command(limit("20/minute"), private=True)
async def journey(ctx: Context, *, unlocking: Unlocking, languages: Languages) -> Message:
    """See your whole way so far: your days, your moods, what you have become."""
    way = await ctx.read(_way, ctx.author, [one.id for one in unlocking.catalogue.written])
    said = tn("{n} page", "{n} pages", way.pages, n=b(way.pages))
    streak = tn("{n} day in a row", "{n} days in a row", way.journey.streak, n=b(way.journey.streak))
    alt = words([t("A card of your way: {line}", line=said)], languages.translate(ctx.language))
    return Message(
        t("{pages}, {streak}.\n{line}", pages=said, streak=streak, line=blocks(way.journey)),
        private=True,
        buttons=[button(t("Your codex"), "codex list", once=False), button(t("Archetypes"), "archetypes", once=False)],
        then=Message(images=[Image(alt, name="journey.png", draw=_drawing_of(way.journey))], private=True),
    )


def draw_journey(pictures: Pictures) -> Draw:
    """Draws what `journey` says."""

    async def drawn(what: str) -> bytes:
        return await pictures.png(card(msgspec.json.decode(what, type=Journey)), WIDTH)

    return drawn


def _drawing_of(one: Journey) -> str:
    return f"journey:{msgspec.json.encode(one).decode()}"


def _way(tx: Tx, user: User, every: Sequence[str]) -> Way:
    person = tx.person(user)
    pages = facts(tx, person)
    measured = measure(gather(tx, person, facts), tx.now)
    days, today = Counter(one.at // DAY for one in pages), tx.now // DAY
    return Way(
        Journey(
            [days[day] for day in range(today - DAYS + 1, today + 1)],
            {mood: round(measured[f"weight.{mood}"], 3) for mood in MOODS},
            list(earned(tx, person)),
            int(measured["streak"]),
            every,
        ),
        len(pages),
    )
