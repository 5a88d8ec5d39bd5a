"""A journey as one picture for where pictures are shown, and as one line of blocks for where they are not."""

from collections.abc import Collection, Mapping, Sequence
from math import ceil
from typing import Final

from msgspec import Struct

from handlers.journey.moods import EMOJI, Mood
from handlers.journey.sigil.art import medallion, medallion_gradients
from handlers.journey.sigil.days import calendar, latest
from handlers.journey.sigil.digits import digits
from handlers.journey.sigil.donut import donut, leading, shares
from handlers.journey.sigil.emblems import EMBLEMS
from handlers.journey.sigil.geometry import polygon
from handlers.journey.sigil.palette import HONEY, PALETTES, Palette
from handlers.journey.sigil.svg import circle, document, element, gradient, group, path, placed

WIDTH: Final = 1200
HEIGHT: Final = 630
_EMBLEM: Final = 35.0
"""The radius of an emblem at most; its own is 228."""
_APART: Final = 2.2
"""From one emblem to the next, in radiuses, where there are so many that they get smaller."""
_ABREAST: Final = 20
_SPARK: Final = "M0 -20Q2 -2 20 0Q2 2 0 20Q-2 2 -20 0Q-2 -2 0 -20Z"
_BLOCKS: Final = "▁▃▅▇█"
_LINE_DAYS: Final = 28


class Journey(Struct, frozen=True):
    """What somebody did: answers a day (the last 84, today at the end), weights of moods, earned archetypes, days in a row.

    `every` are the archetypes that there are, in the order in which they are shown.
    """

    days: Sequence[int]
    moods: Mapping[Mood, float]
    archetypes: Sequence[str]
    streak: int
    every: Sequence[str] = tuple(EMBLEMS)


def card(journey: Journey) -> str:
    """1200 x 630 as SVG, without a word in it. An earned archetype that there is no longer is left out."""
    palette = PALETTES[leading(journey.moods) or "ash"]
    ground = gradient("card", (0, palette.inside, 1), (1, palette.outside, 1))
    defs = [ground, *medallion_gradients(journey.every)]
    parts = [
        _ground(palette),
        calendar(journey.days, journey.streak, (62, 62), palette),
        _streak(journey.streak),
        donut(journey.moods, (956, 208), 124, palette),
        _emblems(journey.every, set(journey.archetypes)),
    ]
    return document(WIDTH, HEIGHT, defs, parts)


def blocks(journey: Journey) -> str:
    """At most 120 characters: the last four weeks, the moods by weight, earned archetypes of all, and the streak."""
    week = "".join(_block(min(count, 4) / 4) for count in latest(journey.days)[-_LINE_DAYS:])
    parts = shares(journey.moods)
    most = max(parts.values(), default=1.0)
    moods = "".join(f"{EMOJI[mood]}{_block(share / most)}" for mood, share in sorted(parts.items(), key=_by_share))
    earned = len(set(journey.every) & set(journey.archetypes))
    return " · ".join(filter(None, (week, moods, f"🏅{earned}/{len(journey.every)}", f"📅{journey.streak}")))


def _by_share(part: tuple[Mood, float]) -> float:
    return -part[1]


def _block(share: float) -> str:
    """A block of a height from 0 to 1; the lowest is for nothing alone."""
    return _BLOCKS[max(int(share > 0), int(share * (len(_BLOCKS) - 1) + 0.5))]


def _ground(palette: Palette) -> str:
    """The background, a frame, and the line between what was and what was earned."""
    corners = "".join(placed("M0 -9L9 0L0 9L-9 0Z", (x, y)) for x in (24, WIDTH - 24) for y in (24, HEIGHT - 24))
    frame = polygon([(24, 24), (WIDTH - 24, 24), (WIDTH - 24, HEIGHT - 24), (24, HEIGHT - 24)])
    return (
        element("rect", width=f"{WIDTH}", height=f"{HEIGHT}", fill="url(#card)")
        + path(frame, stroke=palette.line, stroke_width=1.6, stroke_opacity=0.5)
        + path("M62 424L1138 424", stroke=palette.line, stroke_width=1.4, stroke_opacity=0.35)
        + path(corners, fill=palette.outside, stroke=palette.line, stroke_width=1.8)
    )


def _streak(days: int) -> str:
    """The number of days in a row under a spark; it gets smaller as it gets longer."""
    number, scale = digits(days, (674, 240), 2.2 if days < 100 else 1.5), 1.5 if days else 0.8
    return (
        circle((674, 130), 46, stroke=HONEY.line, stroke_width=1.4, stroke_opacity=0.5)
        + path(placed(_SPARK, (674, 130), scale), fill=HONEY.accent, stroke=HONEY.line, stroke_width=2.2)
        + path(number, stroke=HONEY.line, stroke_width=6, stroke_opacity=1 if days else 0.35)
    )


def _emblems(every: Sequence[str], earned: Collection[str]) -> str:
    """All of them in a row, or in several where they are many; those that are still to be earned dimmed."""
    rows = ceil(len(every) / _ABREAST)
    abreast = max(2, ceil(len(every) / rows))
    radius = min(_EMBLEM, (WIDTH - 124) / (_APART * (abreast - 1) + 2), 160 / (_APART * (rows - 1) + 2))
    pitch = (WIDTH - 124 - 2 * radius) / (abreast - 1)
    drawn = ""
    for i, id_ in enumerate(every):
        row, column = divmod(i, abreast)
        centre = (62 + radius + column * pitch, 512 + (row - (rows - 1) / 2) * _APART * radius)
        one = medallion(id_, centre, radius / 228)
        drawn += one if id_ in earned else group([one], opacity=0.32)
    return drawn
