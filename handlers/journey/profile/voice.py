"""How people, and servers, want to be spoken to: axes of tone, and which of the three voices is nearest."""

from typing import Final, Literal, TypeAlias, get_args

from msgspec import Struct, structs

from bot.store import Tx
from bot.users import User
from config.journey import Voice
from handlers.journey.profile import tables
from handlers.journey.profile.tables import Voices

Axis: TypeAlias = Literal["warmth", "formality", "brevity", "mysticism", "emoji"]
AXES: Final[tuple[Axis, ...]] = get_args(Axis)
VOICES: Final[tuple[Voice, ...]] = get_args(Voice)
WHOLE: Final = 100
"""Rows and people count in hundredths."""


class Tone(Struct, frozen=True):
    """Each from 0 to 1. As it is, it is the tone of who has set nothing."""

    warmth: float = 0.7
    formality: float = 0.3
    brevity: float = 0.4
    mysticism: float = 0.3
    emoji: float = 0.3


POINTS: Final[dict[Voice, dict[Axis, int]]] = {
    "warm": {"warmth": 90, "formality": 20, "mysticism": 20},
    "plain": {"warmth": 30, "formality": 60, "mysticism": 0},
    "mystic": {"warmth": 50, "formality": 40, "mysticism": 90},
}
"""Where each voice stands. Brevity and emoji belong to none: they choose among the readings of a voice."""


def nearest(tone: Tone) -> Voice:
    """The voice that stands nearest; of several as near, the first of `VOICES`."""
    return min(VOICES, key=lambda voice: _distance(tone, voice))


def tone(tx: Tx, person: int, home: str) -> Tone:
    """How somebody is spoken to in the server `home` ("" in private): each axis as they set it, else as the server has."""
    rows = tx.execute(tables.OF_SERVER.of, owner=home) if home else []
    return _toned(dict(rows + tx.execute(tables.OF_PERSON.of, owner=person)))


def of_server(tx: Tx, home: str) -> Tone:
    """How somebody who has set nothing is spoken to there."""
    return _toned(dict(tx.execute(tables.OF_SERVER.of, owner=home)))


def set_person(tx: Tx, user: User, axes: dict[Axis, int] | None) -> None:
    """Set these axes (0 to 100) for somebody; None takes away all that they have set."""
    _set(tx, tables.OF_PERSON, tx.person(user), axes)


def set_server(tx: Tx, home: str, axes: dict[Axis, int] | None) -> None:
    """The same for a server."""
    _set(tx, tables.OF_SERVER, home, axes)


def merge(tx: Tx, kept: int, gone: int) -> None:
    """Two people are one: each axis is as the one who stays has set it, else as the other has."""
    _move(tx, tables.OF_PERSON, gone, kept)


def moved(tx: Tx, platform: str, old: str, new: str) -> None:
    """A place has another id: its voice follows, unless there is one already."""
    _move(tx, tables.OF_SERVER, f"{platform}:{old}", f"{platform}:{new}")


def _set(tx: Tx, voices: Voices, owner: int | str, axes: dict[Axis, int] | None) -> None:
    if axes is None:
        tx.execute(voices.drop, owner=owner)
    for axis, value in (axes or {}).items():
        tx.execute(voices.put, owner=owner, which=axis, share=value)


def _move(tx: Tx, voices: Voices, old: int | str, new: int | str) -> None:
    for axis, value in tx.execute(voices.of, owner=old):
        tx.execute(voices.keep, owner=new, which=axis, share=value)
    tx.execute(voices.drop, owner=old)


def _toned(axes: dict[str, int]) -> Tone:
    return structs.replace(Tone(), **{axis: value / WHOLE for axis, value in axes.items()})


def _distance(tone: Tone, voice: Voice) -> float:
    there: dict[str, float] = structs.asdict(tone)
    return sum((there[axis] - value / WHOLE) ** 2 for axis, value in POINTS[voice].items())
