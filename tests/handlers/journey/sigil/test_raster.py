"""Pictures as PNG: the same bytes each time, two at once, kind about what cannot be drawn."""

import asyncio
import struct
import threading

import pytest

from handlers.journey.sigil.card import Journey, card
from handlers.journey.sigil.drawing import draw
from handlers.journey.sigil.raster import AT_ONCE, PictureError, Pictures

SVG = draw(b"seed", "grove", 0.9)


async def test_the_same_picture_has_the_same_bytes() -> None:
    pictures = Pictures()
    first, again = await pictures.png(SVG, 96), await pictures.png(SVG, 96)
    assert first == again
    assert first.startswith(b"\x89PNG")
    assert struct.unpack(">II", first[16:24]) == (96, 96)


async def test_the_height_follows_the_width() -> None:
    drawn = await Pictures().png(card(Journey([], {}, [], 0)), 240)
    assert struct.unpack(">II", drawn[16:24]) == (240, 126)


async def test_at_most_two_are_drawn_at_once() -> None:
    before = _drawing()
    pictures = Pictures()
    drawn = await asyncio.gather(*(pictures.png(SVG, 64) for _ in range(5)))
    assert len(set(drawn)) == 1
    assert len(_drawing() - before) == AT_ONCE == 2


@pytest.mark.parametrize(
    ("svg", "size"), [("", 64), ("a secret, not a picture", 64), ("<svg>a secret", 64), (SVG, 0), (SVG, -1)]
)
async def test_what_cannot_be_drawn_is_an_error_that_says_nothing_of_it(
    svg: str, size: int, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(PictureError) as caught:
        await Pictures().png(svg, size)
    assert caught.value.code == "picture"
    assert caught.value.__suppress_context__
    assert f"{len(svg)} characters" in caplog.text
    assert "secret" not in caplog.text + str(caught.value)


def _drawing() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name.startswith("pictures")}
