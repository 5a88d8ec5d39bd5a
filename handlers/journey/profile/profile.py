"""What somebody says of themselves, allows, and wishes for. Their words are sealed; they leave for nobody but themselves,
or for whoever asks when they have made their profile public.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypedDict, Unpack

from msgspec import Struct

from bot.store import Tx, notices
from bot.store.quiet import located
from bot.users import User
from handlers.journey.profile import tables

TEXT_VERSION: Final = 1
"""Of the text by which people agree that their words leave for the language model. Who agreed to another has not agreed."""
_HOUR: Final = timedelta(hours=1)
WORDS: Final = ("name", "purpose", "offering")


class Profile(Struct, frozen=True):
    """`zone` is an IANA name; `hour` (0 to 23 there) is when the daily whisper comes, None for never.

    `public`: others may look at it. `model`: their words may leave this machine for the language model.
    """

    name: str = ""
    purpose: str = ""
    offering: str = ""
    zone: str = notices.NOWHERE
    hour: int | None = None
    public: bool = False
    model: bool = False

    def __repr__(self) -> str:
        return "Profile(…)"


class Changes(TypedDict, total=False):
    """What can be changed; what is left out stays. An empty text takes words, or the zone, away."""

    name: str
    purpose: str
    offering: str
    zone: str
    hour: int | None
    public: bool
    model: bool


def read(tx: Tx, person: int) -> Profile:
    """Somebody's profile; what is usual for a stranger. Without a zone of its own it has that of their quiet hours."""
    rows = tx.execute(tables.READ, who=person)
    if not rows:
        return Profile(zone=_zone(tx, person, ""))
    name, purpose, offering, zone, hour, public, model, text_version, _ = rows[0]
    words = {kind: _opened(tx, person, kind, blob) for kind, blob in zip(WORDS, (name, purpose, offering), strict=True)}
    agreed = bool(model) and text_version == TEXT_VERSION
    return Profile(**words, zone=_zone(tx, person, zone), hour=hour, public=bool(public), model=agreed)


def change(tx: Tx, user: User, **changes: Unpack[Changes]) -> Profile:
    """Change some of it, each by itself. Returns all of it. A decision about the model is told as an event."""
    person = tx.person(user)
    tx.execute(tables.NEW, person=person, **_BLANK)
    for kind, value in changes.items():
        tx.execute(tables.PUT[kind], who=person, **_columns(tx, person, kind, value))
    if "model" in changes:
        tx.emit("profile.model", person=person, granted=int(changes["model"]), text_version=TEXT_VERSION)
    return read(tx, person)


def due(tx: Tx, now: int) -> list[int]:
    """The people who want a whisper each day and whose hour it is at `now` (microseconds since the epoch).

    It comes once a day also when the clocks are changed: an hour that is skipped is the one after it, one that is there twice
    the first of them.
    """
    moment = datetime.fromtimestamp(now / 1_000_000, UTC)
    return [person for person, zone, hour in tx.execute(tables.HOURS) if _is_on(moment, hour, _zone(tx, person, zone))]


def merge(tx: Tx, kept: int, gone: int) -> None:
    """Two people are one: each thing is what the one who stays has set, else what the other has.

    It is public only if it was for everybody who had set something; of two decisions about the model the newest counts.
    """
    theirs = tx.execute(tables.READ, who=gone)
    if not theirs:
        return
    mine = tx.execute(tables.READ, who=kept)
    tx.execute(tables.DROP, who=gone)
    tx.execute(tables.DROP, who=kept)
    row = _joined(_row(tx, kept, mine[0]), _row(tx, gone, theirs[0])) if mine else _row(tx, gone, theirs[0])
    sealed = {kind: _sealed(tx, kept, kind, row[kind]) for kind in WORDS}
    tx.execute(tables.NEW, person=kept, **row | sealed)


_BLANK: Final[dict[str, Any]] = {
    **dict.fromkeys(WORDS, b""),
    "zone": "",
    "hour": None,
    "public": 0,
    "model": 0,
    "model_text": 0,
    "model_at": 0,
}


def _columns(tx: Tx, person: int, kind: str, value: object) -> dict[str, object]:
    """The values of the statement that sets this."""
    if kind in WORDS:
        return {f"new_{kind}": _sealed(tx, person, kind, str(value))}
    if kind == "model":
        return {"new_model": int(bool(value)), "new_model_text": TEXT_VERSION, "new_model_at": tx.now}
    return {f"new_{kind}": int(value) if isinstance(value, bool) else value}


def _row(tx: Tx, person: int, row: tuple[Any, ...]) -> dict[str, Any]:
    """A row by the names of its columns, its words opened."""
    named = dict(zip(_BLANK, row, strict=True))
    return named | {kind: _opened(tx, person, kind, named[kind]) for kind in WORDS}


def _joined(mine: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    waking = mine if mine["hour"] is not None else theirs
    decided = max(mine, theirs, key=lambda row: row["model_at"])
    return {
        **{kind: mine[kind] or theirs[kind] for kind in WORDS},
        "hour": waking["hour"],
        "zone": (mine["zone"] or theirs["zone"]) if waking["hour"] is None else waking["zone"],
        "public": mine["public"] & theirs["public"],
        **{kind: decided[kind] for kind in ("model", "model_text", "model_at")},
    }


def _is_on(moment: datetime, hour: int, zone: str) -> bool:
    """Is it this hour there?"""
    there = moment.astimezone(located(zone))
    begin = there.replace(hour=hour, minute=0, second=0, microsecond=0, fold=0).astimezone(UTC)
    return begin <= moment < begin + _HOUR


def _zone(tx: Tx, person: int, named: str) -> str:
    return named or notices.wishes_of(tx, person).zone


def _sealed(tx: Tx, person: int, kind: str, words: str) -> bytes:
    return tx.keys.seal(words.encode(), "profile", kind, str(person)) if words else b""


def _opened(tx: Tx, person: int, kind: str, blob: bytes) -> str:
    return tx.keys.unseal(blob, "profile", kind, str(person)).decode() if blob else ""
