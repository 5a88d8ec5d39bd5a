"""Lengths of time as people write them: `90s`, `1h30m`, `2 days`, `1:30:00`."""

import re
from datetime import timedelta
from typing import Final

LONGEST: Final = timedelta(days=36_500)
_LONGEST_TEXT = 100
_SECOND = 1_000_000  # microseconds, in which everything here is counted: no rounding
_UNITS: Final = {
    "w": 604_800 * _SECOND,
    "d": 86_400 * _SECOND,
    "h": 3_600 * _SECOND,
    "m": 60 * _SECOND,
    "s": _SECOND,
}
_SPELLINGS: Final = {
    **{unit: unit for unit in _UNITS},
    **dict.fromkeys(("week", "weeks"), "w"),
    **dict.fromkeys(("day", "days"), "d"),
    **dict.fromkeys(("hr", "hrs", "hour", "hours"), "h"),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), "m"),
    **dict.fromkeys(("sec", "secs", "second", "seconds"), "s"),
}
_PART = re.compile(r"\s*([0-9]{1,9})(?:\.([0-9]{1,6}))?\s*([a-z]+)")
_CLOCK = re.compile(r"(?:([0-9]{1,6}):)?([0-9]{1,2}):([0-5][0-9])(?:\.([0-9]{1,6}))?")
_UNIT_APART = re.compile(r"\s*([0-9]{1,9}(?:\.[0-9]{1,6})?)\s+([A-Za-z]+)(?!\S)")


def duration(text: str) -> timedelta | None:
    """The length of time that is meant, at most a hundred years, or None. `1:30` is minutes and seconds."""
    text = text.strip().lower()
    if not text or len(text) > _LONGEST_TEXT:
        return None
    total = _clock(text) if ":" in text else _parts(text)
    return None if total is None or total > LONGEST // timedelta.resolution else timedelta(microseconds=total)


def canonical(span: timedelta) -> str:
    """The one way in which a length of time is written: `1d2h`, `90.5s` is `1m30.5s`, nothing is `0s`."""
    left, written = span // timedelta.resolution, ""
    for unit in ("d", "h", "m"):
        count, left = divmod(left, _UNITS[unit])
        written += f"{count}{unit}" if count else ""
    if not left and written:
        return written
    whole, part = divmod(left, _SECOND)
    return f"{written}{whole}" + (f".{part:06}".rstrip("0") if part else "") + "s"


def apart(text: str, at: int) -> tuple[str, int] | None:
    """A number and a word that is its unit (`2 days`), and where they end; None where there are no such two."""
    found = _UNIT_APART.match(text, at)
    return (found[0].strip(), found.end()) if found and duration(found[0]) is not None else None


def _parts(text: str) -> int | None:
    total = at = 0
    while at < len(text):
        part = _PART.match(text, at)
        unit = _SPELLINGS.get(part[3]) if part else None
        if part is None or unit is None:
            return None
        total += _amount(part[1], part[2], _UNITS[unit])
        at = part.end()
    return total


def _clock(text: str) -> int | None:
    found = _CLOCK.fullmatch(text)
    if found is None or (found[1] and int(found[2]) > 59):
        return None
    seconds = int(found[1] or 0) * 3_600 + int(found[2]) * 60
    return seconds * _SECOND + _amount(found[3], found[4], _SECOND)


def _amount(whole: str, part: str | None, unit: int) -> int:
    return int(whole) * unit + (int(part) * unit // 10 ** len(part) if part else 0)
