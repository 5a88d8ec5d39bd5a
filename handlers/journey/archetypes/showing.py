"""Archetypes as people see them: bars, what is said when one is earned, and their emblems as pictures."""

import logging
from collections.abc import Iterable, Sequence

from bot.message import Image, Part, Text, b, i, t, when
from bot.message.text import Translate, words
from handlers.journey.archetypes.catalogue import Catalogue
from handlers.journey.archetypes.unlocking import Earned, Progress
from handlers.journey.sigil.art import emblem
from handlers.journey.sigil.raster import PictureError, Pictures

CELLS = 10
SIZE = 256
"""Of an emblem, in pixels."""

log = logging.getLogger(__name__)


def bar(share: float) -> str:
    """A share from 0 to 1 as ten blocks; full only when it is all there."""
    filled = int(share * CELLS)
    return "▰" * filled + "▱" * (CELLS - filled)


def line(one: Progress, catalogue: Catalogue, language: str | None) -> Text:
    """An archetype in a list: since when it is theirs, or how far they are."""
    symbol, name = catalogue.by_id[one.id].symbol, b(catalogue.spoken(one.id, language).name)
    if one.earned_at is not None:
        return t("{symbol} {name}, since {day}", symbol=symbol, name=name, day=when(one.earned_at, "date"))
    shown = t("{bar} {percent} %", bar=bar(one.ratio), percent=int(one.ratio * 100))
    if not one.missing:
        return t("{symbol} {name} {share}", symbol=symbol, name=name, share=shown)
    first = ", ".join(catalogue.spoken(each, language).name for each in one.missing)
    return t("{symbol} {name} {share}, after {first}", symbol=symbol, name=name, share=shown, first=first)


def announced(earned: Sequence[Earned], catalogue: Catalogue, language: str | None) -> list[Part]:
    """What is said to somebody who has become these, for the end of a message: each begins a line. Nothing for none."""
    parts: list[Part] = []
    for one in earned:
        said, symbol = catalogue.spoken(one.id, language), catalogue.by_id[one.id].symbol
        parts += ["\n", t("{symbol} You have become: {name}.", symbol=symbol, name=b(said.name)), " ", i(said.text)]
        if one.reward:
            parts += [" ", t("+{amount} ✦", amount=b(one.reward))]
    return parts


async def emblems(
    archetypes: Iterable[str], catalogue: Catalogue, pictures: Pictures, language: str | None, translate: Translate
) -> list[Image]:
    """Their emblems, drawn. One that could not be drawn is left out: the words do without."""
    images = []
    for one in archetypes:
        try:
            data = await pictures.png(emblem(one), SIZE)
        except PictureError:
            log.warning("There is no picture of the archetype %s", one)
            continue
        name = catalogue.spoken(one, language).name
        images.append(Image(words([t("The emblem of {name}", name=name)], translate), data, name=f"{one}.png"))
    return images
