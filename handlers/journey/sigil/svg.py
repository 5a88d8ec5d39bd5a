"""The few elements of SVG that the pictures are made of, as strings. Nothing from outside comes into them but numbers."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, TypeAlias

from handlers.journey.sigil.geometry import Point, number, pair

Look: TypeAlias = str | float
"""The value of an attribute: a colour or a keyword, or a number."""
_TOKEN: Final = re.compile(r"[MLCQZ]|-?\d+(?:\.\d+)?")


def element(name: str, **look: Look) -> str:
    """An element without content; `stroke_width=2` becomes `stroke-width="2.00"`."""
    return f"<{name}{_attributes(look)}/>"


def path(data: str, **look: Look) -> str:
    """A path. Inside of a `group` only what differs from it is given."""
    return f'<path d="{data}"{_attributes(look)}/>'


def circle(centre: Point, radius: float, **look: Look) -> str:
    """A circle."""
    return f'<circle cx="{number(centre[0])}" cy="{number(centre[1])}" r="{number(radius)}"{_attributes(look)}/>'


def group(parts: Iterable[str], **look: Look) -> str:
    """Elements that share a look."""
    return f"<g{_attributes(look)}>{''.join(parts)}</g>"


def gradient(id: str, *stops: tuple[float, str, float]) -> str:  # noqa: A002
    """A radial gradient: offset, colour and opacity of each stop. The id is one for the whole page it is put into."""
    inner = (element("stop", offset=at, stop_color=colour, stop_opacity=opacity) for at, colour, opacity in stops)
    return f'<radialGradient id="{id}">{"".join(inner)}</radialGradient>'


def document(width: int, height: int, defs: Iterable[str], parts: Iterable[str]) -> str:
    """A whole picture; what it shows is drawn with lines that have round ends and no filling, unless it says otherwise."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f"<defs>{''.join(defs)}</defs>"
        f"{group(parts, fill='none', stroke_linecap='round', stroke_linejoin='round')}</svg>"
    )


def placed(data: str, centre: Point, scale: float = 1.0) -> str:
    """Path data that was written around 0 0, moved and scaled. It may hold M, L, C, Q and Z, all in absolute coordinates."""
    moved: list[str] = []
    for run in _runs(data):
        if isinstance(run, str):
            moved.append(run)
        else:
            moved.append(" ".join(pair((centre[0] + x * scale, centre[1] + y * scale)) for x, y in run))
    return "".join(moved)


@lru_cache(maxsize=512)
def _runs(data: str) -> tuple[str | tuple[Point, ...], ...]:
    """Path data as commands, and the points behind each."""
    runs: list[str | tuple[Point, ...]] = []
    numbers: list[float] = []
    for token in [*_TOKEN.findall(data), "Z"]:
        if not token.isalpha():
            numbers.append(float(token))
            continue
        if numbers:
            runs.append(tuple(zip(numbers[::2], numbers[1::2], strict=True)))
            numbers = []
        runs.append(token)
    return tuple(runs[:-1])


def _attributes(look: dict[str, Look]) -> str:
    return "".join(f' {name.replace("_", "-")}="{_value(value)}"' for name, value in look.items())


def _value(value: Look) -> str:
    return value if isinstance(value, str) else number(value)
