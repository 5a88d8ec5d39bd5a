"""The emblems of the archetypes as shapes, drawn around 0 0 in a field of 90 to each side. Data only; `art` draws them.

Each has a manner: `line`, `thin` (a finer line), `fill` (the accent, outlined), `soft` (the accent, half through, outlined), `dark`
(the ground, outlined), `light` (bright, without an outline), `glow` (the same, half through).
"""

from typing import Final, Literal, TypeAlias

from msgspec import Struct

from handlers.journey.sigil.geometry import disc
from handlers.journey.sigil.ornaments import FLAME, WAVES, discs, foot, rays, stars
from handlers.journey.sigil.palette import HONEY, PALETTES, Palette
from handlers.journey.sigil.svg import placed

Manner: TypeAlias = Literal["line", "thin", "fill", "soft", "dark", "light", "glow"]
Shapes: TypeAlias = tuple[tuple[Manner, str], ...]


class Emblem(Struct, frozen=True):
    """`rank` is how far along the way an archetype comes: 1 in the first days, 2 in weeks, 3 in months."""

    rank: int
    palette: Palette
    shapes: Shapes


EMBLEMS: Final[dict[str, Emblem]] = {
    "wanderer": Emblem(
        1,
        PALETTES["ash"],
        (
            ("fill", foot(-28, 34, -1)),
            ("soft", foot(28, -12, 1)),
            ("thin", "M-70 74C-40 90 40 90 70 74"),
            ("light", stars((-46, -56, 1.1), (-70, -20, 0.6), (68, 40, 0.7), (40, -80, 0.6))),
        ),
    ),
    "lanternkeeper": Emblem(
        1,
        PALETTES["ember"],
        (
            ("line", "M-20 -64C-20 -94 20 -94 20 -64"),
            ("soft", "M-30 -48L-38 46L38 46L30 -48Z"),
            ("light", placed(FLAME, (0, 8), 1.25)),
            ("thin", "M-16 -48L-20 46M16 -48L20 46"),
            ("fill", "M-34 -48L-18 -66L18 -66L34 -48ZM-46 46L46 46L46 62L-46 62Z"),
            ("line", rays((0, 4), 60, 80, 0.17, 0.25, 0.33, 0.67, 0.75, 0.83)),
        ),
    ),
    "gleaner": Emblem(
        1,
        PALETTES["tide"],
        (
            (
                "soft",
                (
                    "M-14 52L-64 4Q-80 -16 -60 -32Q-64 -56 -38 -56Q-32 -76 -12 -68"
                    "Q0 -82 12 -68Q32 -76 38 -56Q64 -56 60 -32Q80 -16 64 4L14 52Z"
                ),
            ),
            (
                "thin",
                (
                    "M-5 50C-22 20 -48 -8 -60 -32M-2 50C-12 14 -28 -24 -38 -56M0 50L-12 -68"
                    "M0 50L12 -68M2 50C12 14 28 -24 38 -56M5 50C22 20 48 -8 60 -32"
                ),
            ),
            ("fill", "M-24 50L24 50C22 62 18 70 12 72L-12 72C-18 70 -22 62 -24 50Z"),
            ("fill", discs((-58, 56, 8), (60, 60, 10), (42, 76, 5), (-40, 74, 5))),
        ),
    ),
    "breadsharer": Emblem(
        1,
        HONEY,
        (
            ("fill", "M-82 36C-96 -10 -66 -44 -14 -42L-24 -24L-9 -8L-23 10L-12 36Z"),
            ("fill", "M82 36C96 -10 66 -44 20 -42L9 -26L23 -8L8 10L20 36Z"),
            (
                "line",
                "M-70 2C-68 -12 -60 -22 -50 -26M-52 8C-50 -8 -44 -18 -34 -24M70 2C68 -12 60 -22 50 -26M52 8C50 -8 46 -18 38 -24",
            ),
            ("line", "M-78 54L78 54"),
            (
                "thin",
                "M-50 66L50 66M-26 -58C-36 -68 -16 -76 -26 -88M0 -54C-10 -66 10 -76 0 -90M26 -58C16 -68 36 -76 26 -88",
            ),
            ("light", discs((0, 28, 3), (-4, -8, 2.2), (3, 10, 2.6))),
        ),
    ),
    "forgeheart": Emblem(
        2,
        PALETTES["ember"],
        (
            (
                "fill",
                "M-82 14L58 14L58 24C48 34 34 38 22 40L20 54L38 70L38 78L-38 78L-38 70L-20 54L-22 40C-46 38 -70 30 -82 14Z",
            ),
            ("soft", "M5 -52L12 -45L62 -95L55 -102Z"),
            ("fill", "M-36 -50L-13 -73L32 -28L9 -5Z"),
            ("light", stars((-30, -8, 1), (-58, -22, 0.8), (52, -12, 1), (74, -34, 0.7), (-72, -50, 0.6))),
            ("line", "M-10 4L-26 -4M38 2L52 -4M-34 6L-44 2"),
        ),
    ),
    "ferrykeeper": Emblem(
        2,
        PALETTES["tide"],
        (
            ("soft", "M7 -76C42 -46 58 -14 60 16L7 16Z"),
            ("soft", "M-7 -58C-28 -34 -42 -10 -46 16L-7 16Z"),
            ("line", "M0 26L0 -86"),
            ("light", "M0 -86L-20 -80L0 -72Z"),
            ("fill", "M-72 26L72 26C64 48 50 56 34 56L-34 56C-50 56 -64 48 -72 26Z"),
            ("thin", "M-62 38L62 38"),
            ("line", WAVES),
        ),
    ),
    "dawnwatcher": Emblem(
        2,
        PALETTES["dawn"],
        (
            ("dark", "M-62 66L-62 -16C-62 -104 62 -104 62 -16L62 66Z"),
            ("soft", "M-46 66L-46 -14C-46 -82 46 -82 46 -14L46 66Z"),
            ("fill", "M-30 30C-30 -10 30 -10 30 30Z"),
            ("line", "M-46 30L46 30"),
            ("line", rays((0, 26), 40, 54, 0, 0.1, 0.9, 0.19, 0.81)),
            ("thin", "M-28 66L-8 30M28 66L8 30M-20 50L20 50M-13 39L13 39"),
            ("fill", "M-76 66L76 66L76 78L-76 78Z"),
            ("light", stars((-80, -46, 0.8), (80, -46, 0.8))),
        ),
    ),
    "weaver": Emblem(
        2,
        PALETTES["grove"],
        (
            ("thin", "".join(f"M{x} -58L{x} 60" for x in range(-48, 49, 12))),
            ("soft", "M-54 14L54 14L54 60L-54 60Z"),
            (
                "thin",
                "".join(
                    f"M-54 {y}" + "".join(f"L{x} {y - 8 * (i % 2)}" for i, x in enumerate(range(-42, 55, 12), 1))
                    for y in (31, 44, 57)
                ),
            ),
            ("line", "M-66 -78L-66 78M66 -78L66 78"),
            ("fill", "M-78 -66L78 -66L78 -54L-78 -54ZM-78 60L78 60L78 72L-78 72Z"),
            ("line", "M34 -16C52 -16 62 0 54 14"),
            ("fill", "M-40 -16C-18 -34 18 -34 40 -16C18 2 -18 2 -40 -16Z"),
            ("dark", "M-17 -21L17 -21L17 -11L-17 -11Z"),
        ),
    ),
    "potter": Emblem(
        2,
        PALETTES["ash"],
        (
            ("line", "M-20 -52C-66 -62 -70 -14 -50 -8M20 -52C66 -62 70 -14 50 -8"),
            (
                "soft",
                "M-22 -62L22 -62L18 -46C20 -34 58 -22 58 14C58 46 34 62 24 66L-24 66C-34 62 -58 46 -58 14C-58 -22 -20 -34 -18 -46Z",
            ),
            ("fill", "M-28 -74L28 -74L24 -60L-24 -60Z"),
            ("line", "M-57 8L57 8M-54 32L54 32"),
            ("fill", "".join(f"M{x - 9} 29L{x} 11L{x + 9} 29Z" for x in range(-36, 37, 18))),
            ("thin", "M-46 -18L46 -18M-42 50L42 50"),
            ("fill", "M-72 70L72 70L64 80L-64 80Z"),
        ),
    ),
    "stargazer": Emblem(
        2,
        PALETTES["void"],
        (
            ("line", "M-4 -8L-40 80M-4 -8L-4 82M-4 -8L34 80"),
            ("thin", "M-24 42L18 42"),
            ("soft", "M-60 17L-48 35L8 -6L-5 -24Z"),
            ("fill", "M-10 -31L10 -1L70 -42L47 -73Z"),
            ("line", "M43 -77L74 -36"),
            ("dark", disc(-4, -6, 8)),
            (
                "light",
                stars((-46, -50, 1.7), (-14, -80, 0.9), (72, 10, 1.1), (-76, -16, 0.7), (52, 44, 0.7), (-64, 58, 0.7)),
            ),
        ),
    ),
    "lighthouse": Emblem(
        3,
        PALETTES["dawn"],
        (
            ("glow", "M-14 -50L-92 -76L-92 -24ZM14 -50L92 -76L92 -24Z"),
            ("dark", "M-18 -36L18 -36L28 60L-28 60Z"),
            ("fill", "M-20 -18L20 -18L22.5 6L-22.5 6ZM-25 30L25 30L27 50L-27 50Z"),
            ("light", "M-12 -38L-12 -60L12 -60L12 -38Z"),
            ("line", "M-12 -38L-12 -60L12 -60L12 -38ZM0 -60L0 -38M-26 -37L26 -37"),
            ("fill", "M-19 -60L0 -82L19 -60Z"),
            ("dark", "M-62 68C-44 50 44 50 62 68Z"),
            ("line", placed(WAVES, (0, 6))),
        ),
    ),
    "gardener": Emblem(
        3,
        PALETTES["grove"],
        (
            (
                "soft",
                "M-18 16C-52 26 -76 -2 -60 -26C-70 -58 -34 -74 -16 -62C0 -92 46 -82 44 -56C74 -52 78 -12 56 2C48 24 22 22 14 14Z",
            ),
            ("fill", "M-9 8C-8 36 -10 50 -24 60L24 60C10 50 8 36 9 8L22 -12L14 -14L4 0L0 -22L-6 0L-18 -16L-24 -12Z"),
            (
                "fill",
                discs((-40, -32, 7), (-8, -50, 7), (28, -54, 7), (44, -22, 7), (-34, 0, 6), (22, -28, 6), (34, 4, 6)),
            ),
            ("line", "M-78 60L78 60"),
            (
                "line",
                "M-14 60C-20 74 -36 78 -54 78M-4 60C-6 72 -14 80 -22 86M4 60C6 72 14 80 22 86M14 60C20 74 36 78 54 78",
            ),
        ),
    ),
    "mirrorwright": Emblem(
        3,
        PALETTES["void"],
        (
            ("fill", "M-9 42L9 42L7 80C7 92 -7 92 -7 80Z"),
            ("fill", "M0 -86C36 -86 58 -58 58 -24C58 16 34 46 0 46C-34 46 -58 16 -58 -24C-58 -58 -36 -86 0 -86Z"),
            ("dark", "M0 -74C28 -74 46 -50 46 -22C46 10 26 34 0 34C-26 34 -46 10 -46 -22C-46 -50 -28 -74 0 -74Z"),
            ("soft", "M0 -74C28 -74 46 -50 46 -22C46 10 26 34 0 34Z"),
            ("line", "M-32 -30C-26 -40 -16 -40 -10 -30M32 -30C26 -40 16 -40 10 -30M0 -26L0 -8M-18 8C-10 18 10 18 18 8"),
            ("light", discs((-21, -27, 4), (21, -27, 4))),
            ("thin", "M-34 -52C-30 -58 -26 -62 -20 -64"),
            ("light", stars((-80, -60, 0.9), (80, -60, 0.9), (-74, 30, 0.7), (74, 30, 0.7))),
        ),
    ),
    "chronicler": Emblem(
        3,
        HONEY,
        (
            ("fill", "M-84 -20L-84 60C-56 50 -22 52 0 70C22 52 56 50 84 60L84 -20Z"),
            (
                "dark",
                "M0 -14C-22 -32 -52 -32 -74 -24L-74 48C-52 40 -22 42 0 58C22 42 52 40 74 48L74 -24C52 -32 22 -32 0 -14Z",
            ),
            ("line", "M0 -14L0 58"),
            (
                "thin",
                "".join(
                    f"M{s * 12} {y}C{s * 28} {y - 11} {s * 46} {y - 13} {s * 62} {y - 9}"
                    for s in (-1, 1)
                    for y in (2, 16, 30, 44)
                ),
            ),
            ("light", stars((0, -58, 2.1))),
            ("line", rays((0, -58), 26, 34, 0.125, 0.25, 0.75, 0.875) + rays((0, -58), 26, 30, 0)),
            ("light", discs((-60, -58, 3), (60, -58, 3), (-48, -76, 2), (48, -76, 2))),
        ),
    ),
}
"""By id, in the order in which they are shown: what comes first on the way stands first."""
PLAIN: Final = Emblem(
    1,
    HONEY,
    (
        ("thin", disc(0, 0, 64)),
        ("soft", "M0 -46L46 0L0 46L-46 0Z"),
        ("light", stars((0, 0, 2.4))),
        ("line", rays((0, 0), 74, 84, 0.125, 0.375, 0.625, 0.875)),
    ),
)
"""Of every archetype that has none of its own: one that an operator made."""
