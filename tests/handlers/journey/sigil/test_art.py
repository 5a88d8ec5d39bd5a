"""Emblems: one for each archetype, of its own."""

import re

import pytest

from handlers.journey.sigil.art import emblem
from handlers.journey.sigil.emblems import EMBLEMS
from handlers.journey.sigil.geometry import SIZE
from tests.handlers.journey.sigil.pictures import names, places, shapes

ARCHETYPES = (
    "wanderer",
    "lanternkeeper",
    "gleaner",
    "breadsharer",
    "forgeheart",
    "ferrykeeper",
    "dawnwatcher",
    "weaver",
    "potter",
    "stargazer",
    "lighthouse",
    "gardener",
    "mirrorwright",
    "chronicler",
)
"""As config/archetypes.toml has them, in its order."""


def test_every_archetype_has_an_emblem() -> None:
    assert tuple(EMBLEMS) == ARCHETYPES
    assert len({emblem(one) for one in ARCHETYPES}) == len(ARCHETYPES)


@pytest.mark.parametrize("archetype", ARCHETYPES)
def test_an_emblem_is_a_small_picture_without_text_inside_its_canvas(archetype: str) -> None:
    svg = emblem(archetype)
    assert len(svg) <= 10_000
    assert set(names(svg)) == {"svg", "defs", "radialGradient", "stop", "g", "rect", "circle", "path"}
    assert min(places(svg)) >= 0
    assert max(places(svg)) <= SIZE
    assert re.findall(r'id="([^"]+)"', svg) == re.findall(r"url\(#([^)]+)\)", svg) == [f"a-{archetype}"]
    assert len(shapes(svg)) > 6


def test_an_archetype_of_an_operators_own_has_the_plain_one() -> None:
    svg = emblem("baker")
    assert svg == emblem("brewer")
    assert svg not in {emblem(one) for one in ARCHETYPES}
    assert (min(places(svg)) >= 0, max(places(svg)) <= SIZE) == (True, True)
    assert re.findall(r'id="([^"]+)"', svg) == re.findall(r"url\(#([^)]+)\)", svg) == ["plain"]
