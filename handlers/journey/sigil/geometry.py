"""Points and paths on a canvas of 512 x 512. Pure, and the same to the last digit on every machine.

Angles are turns: 0 points up, 0.25 to the right, 1 is once around. Sine and cosine are computed here with sums and products only,
because those of the C libraries differ in their last digits.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, TypeAlias

Point: TypeAlias = tuple[float, float]
SIZE: Final = 512
CENTRE: Final = 256.0
_TURN: Final = 6.283185307179586
_KAPPA: Final = 0.5522847498307936
"""How far the handles of four curves reach that make a circle of radius 1."""


@lru_cache(maxsize=4096)
def direction(turn: float) -> Point:
    """(sine, cosine) of an angle, by their series around the nearest quarter."""
    turn %= 1.0
    quarter = int(turn * 4 + 0.5)
    x = (turn - quarter / 4) * _TURN
    y = x * x
    sine = x * (1 - y / 6 * (1 - y / 20 * (1 - y / 42 * (1 - y / 72 * (1 - y / 110 * (1 - y / 156))))))
    cosine = 1 - y / 2 * (1 - y / 12 * (1 - y / 30 * (1 - y / 56 * (1 - y / 90 * (1 - y / 132 * (1 - y / 182))))))
    return ((sine, cosine), (cosine, -sine), (-sine, -cosine), (-cosine, sine))[quarter % 4]


def polar(turn: float, radius: float, centre: Point = (CENTRE, CENTRE)) -> Point:
    """The point at an angle and a distance from the centre."""
    sine, cosine = direction(turn)
    return centre[0] + radius * sine, centre[1] - radius * cosine


def around(count: int, radius: float, start: float = 0.0) -> list[Point]:
    """So many points at equal distances on a circle, from `start` turns on."""
    return [polar(start + i / count, radius) for i in range(count)]


def mirrored(points: Iterable[Point]) -> list[Point]:
    """The same points on the other side of the vertical axis."""
    return [(SIZE - x, y) for x, y in points]


def number(value: float) -> str:
    """With two decimals, by way of a whole number of hundredths: no -0.00, nothing that depends on the machine."""
    return f"{round(value * 100) / 100:.2f}"


def pair(point: Point) -> str:
    """A point as path data: two `number`s, written out because half of a drawing's time is spent here."""
    return f"{round(point[0] * 100) / 100:.2f} {round(point[1] * 100) / 100:.2f}"


def polyline(points: Iterable[Point]) -> str:
    """Path data of straight lines through points."""
    return "M" + "L".join(map(pair, points))


def polygon(points: Iterable[Point]) -> str:
    """The same, closed."""
    return polyline(points) + "Z"


def bow(start: Point, control: Point, end: Point) -> str:
    """Path data of one quadratic curve."""
    return f"M{pair(start)}Q{pair(control)} {pair(end)}"


def cubic(first: Point, second: Point, end: Point) -> str:
    """Path data that goes on with one cubic curve."""
    return f"C{pair(first)} {pair(second)} {pair(end)}"


def lens(start: Point, left: Point, end: Point, right: Point) -> str:
    """Path data of a leaf: out by one bow and back by another."""
    return f"M{pair(start)}Q{pair(left)} {pair(end)}Q{pair(right)} {pair(start)}Z"


def spline(points: Sequence[Point]) -> str:
    """Path data of a smooth curve through points (Catmull-Rom, as cubic curves)."""
    path = [f"M{pair(points[0])}"]
    for i in range(len(points) - 1):
        before, here, there = points[max(0, i - 1)], points[i], points[i + 1]
        after = points[min(len(points) - 1, i + 2)]
        out = here[0] + (there[0] - before[0]) / 5, here[1] + (there[1] - before[1]) / 5
        back = there[0] - (after[0] - here[0]) / 5, there[1] - (after[1] - here[1]) / 5
        path.append(cubic(out, back, there))
    return "".join(path)


def disc(x: float, y: float, radius: float) -> str:
    """Path data of a circle in curves, for shapes that are moved and scaled as path data."""
    k = radius * _KAPPA
    west, east, north, south = x - radius, x + radius, y - radius, y + radius
    return (
        f"M{pair((x, north))}C{pair((x + k, north))} {pair((east, y - k))} {pair((east, y))}"
        f"C{pair((east, y + k))} {pair((x + k, south))} {pair((x, south))}"
        f"C{pair((x - k, south))} {pair((west, y + k))} {pair((west, y))}"
        f"C{pair((west, y - k))} {pair((x - k, north))} {pair((x, north))}Z"
    )
