"""What is drawn after an answer was sent: its sigil from the seed of its page, and the emblems that were earned."""

from typing import get_args

from bot.drawings import Draw
from handlers.journey.codex.leaf import THOUSAND, Page, thousandths
from handlers.journey.moods import Mood
from handlers.journey.sigil.art import emblem
from handlers.journey.sigil.drawing import draw
from handlers.journey.sigil.raster import Pictures

_EMBLEM = 256


def sigil_of(page: Page) -> str:
    """How the sigil of a page is drawn: for `Image.draw`."""
    return f"sigil:{page.mood}/{thousandths(page.depth)}/{page.seed.hex()}"


def emblem_of(archetype: str) -> str:
    """How an emblem is drawn: for `Image.draw`."""
    return f"emblem:{archetype}"


def draw_sigil(pictures: Pictures) -> Draw:
    """Draws what `sigil_of` says."""

    async def drawn(what: str) -> bytes:
        mood, depth, seed = what.split("/")
        known: dict[str, Mood] = {one: one for one in get_args(Mood)}
        return await pictures.png(draw(bytes.fromhex(seed), known[mood], int(depth) / THOUSAND))

    return drawn


def draw_emblem(pictures: Pictures) -> Draw:
    """Draws what `emblem_of` says."""

    async def drawn(what: str) -> bytes:
        return await pictures.png(emblem(what), _EMBLEM)

    return drawn
