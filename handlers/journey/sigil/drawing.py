"""A sigil as a whole: the layers in their order."""

from typing import Final

from bot.message import Text, t
from handlers.journey.moods import Mood, mood_text
from handlers.journey.sigil.figure import HEART, Figure
from handlers.journey.sigil.geometry import CENTRE, SIZE
from handlers.journey.sigil.ground import gradients, ground, sky
from handlers.journey.sigil.hearts import heart
from handlers.journey.sigil.palette import PALETTES
from handlers.journey.sigil.petals import petals, second_petals
from handlers.journey.sigil.rings import rings, runes
from handlers.journey.sigil.stars import beams, counter_star, crown, nodes, pearls, spikes, star
from handlers.journey.sigil.svg import circle, document
from handlers.journey.sigil.word_line import word_line

PEARLS_FROM: Final = 0.2
COUNTER_STAR_ABOVE: Final = 0.35
WORD_LINE_FROM: Final = 0.5
CROWN_FROM: Final = 0.65
BEAMS_FROM: Final = 0.8
SPIKES_FROM: Final = 0.9

_HEARTS: Final[dict[Mood, Text]] = {
    "ember": t("a flame"),
    "tide": t("three waves"),
    "dawn": t("a rising sun"),
    "grove": t("a sprout"),
    "ash": t("a triangle in a triangle"),
    "void": t("an eclipsed moon"),
}


def draw(seed: bytes, mood: Mood, depth: float, uid: str = "") -> str:
    """The sigil of a seed as SVG, 512 x 512: the same bytes everywhere and always.

    `depth` (0 to 1) adds layers, and bends to the word-line; it takes nothing away. `uid` (letters and digits) ends the ids
    inside, which are shared by a whole page: each of several pictures in one page needs its own.
    """
    figure, palette, centre = Figure.of(seed, mood), PALETTES[mood], (CENTRE, CENTRE)
    parts = [ground(uid), sky(figure, palette)]
    if depth >= BEAMS_FROM:
        parts.append(beams(figure, palette))
    parts += [rings(figure, palette), runes(figure, palette)]
    if depth >= SPIKES_FROM:
        parts.append(spikes(figure, palette))
    if depth >= PEARLS_FROM:
        parts.append(pearls(figure, palette))
    if depth >= CROWN_FROM:
        parts.append(crown(figure, palette))
    if depth > COUNTER_STAR_ABOVE or figure.points == 6:
        parts.append(counter_star(figure, palette))
    parts.append(star(figure, palette))
    if depth >= BEAMS_FROM:
        parts.append(second_petals(figure, palette))
    parts.append(petals(figure, mood, palette))
    if depth >= WORD_LINE_FROM:
        parts.append(word_line(figure, depth, palette))
    parts += [
        nodes(figure, palette),
        circle(centre, HEART, stroke=palette.line, stroke_width=1.3, fill=palette.outside),
        circle(centre, HEART, fill=f"url(#g{uid})"),
        heart(mood, palette, centre),
    ]
    return document(SIZE, SIZE, gradients(palette, uid), parts)


def alt(mood: Mood, depth: float) -> Text:
    """The words that stand for a sigil: what everybody sees of it, nothing that only its seed knows."""
    return t(
        "A round sigil of {mood}: {heart} in the middle, {figure}.",
        mood=mood_text(mood),
        heart=_HEARTS[mood],
        figure=_figure(depth),
    )


def _figure(depth: float) -> Text:
    if depth >= CROWN_FROM:
        return t("inside a richly layered star with a crown, a flowing line that mirrors itself, and a ring of runes")
    if depth >= WORD_LINE_FROM:
        return t("inside two stars, a flowing line that mirrors itself, and a ring of runes")
    if depth > COUNTER_STAR_ABOVE:
        return t("inside two stars and a ring of runes")
    return t("inside a star and a ring of runes")
