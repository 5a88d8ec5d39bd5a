"""What the tests of pictures look at: the elements of an SVG, and every place that it names."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_SHAPES = {"path", "circle", "rect"}


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314  (our own)


def names(svg: str) -> list[str]:
    return [one.tag.rpartition("}")[2] for one in parsed(svg).iter()]


def shapes(svg: str) -> list[str]:
    """Each shape as its own text, without the look it inherits."""
    found = (one for one in parsed(svg).iter() if one.tag.rpartition("}")[2] in _SHAPES)
    return [ET.tostring(one, "unicode") for one in found]


def places(svg: str) -> Iterator[float]:
    """All coordinates of paths, and the edges of all circles."""
    for one in parsed(svg).iter():
        yield from map(float, _NUMBER.findall(one.get("d", "")))
        if one.get("r"):
            for middle in (float(one.get("cx")), float(one.get("cy"))):
                yield middle - float(one.get("r"))
                yield middle + float(one.get("r"))
