"""Quiet hours: minutes of the day in a time zone, over midnight too, right on the days when the clocks are changed."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

DAY = 24 * 60
LONGEST = 20 * 60
"""In minutes. What stays open must be longer than any change of the clocks, or there would be days without an end."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


class Quiet(Struct, frozen=True):
    """From `start` until before `end`, minutes of the day in `zone` (IANA). They differ, and are `LONGEST` apart at most."""

    start: int
    end: int
    zone: str

    @property
    def length(self) -> int:
        """In minutes, on a day without a change of the clocks; 0 when they are the same."""
        return (self.end - self.start) % DAY

    def holds(self, at: int) -> bool:
        """Is it quiet at this time (µs since the epoch)?"""
        return self._at(_moment(at).astimezone(located(self.zone)))

    def over(self, at: int) -> int:
        """This time, or the end of the quiet hours that it falls into: never inside of others, at most 25 hours later."""
        zone = located(self.zone)
        now = _moment(at)
        local = now.astimezone(zone)
        if not self._at(local):
            return at
        for days in range(4):
            date = (local + timedelta(days=days)).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
            for fold in (0, 1):  # an hour that is there twice; one that is skipped is read as that much later
                end = (date + self.end * _MINUTE).replace(tzinfo=zone, fold=fold).astimezone(UTC)
                if end > now and not self._at(end.astimezone(zone)):
                    return (end - _EPOCH) // timedelta(microseconds=1)
        return at

    def _at(self, local: datetime) -> bool:
        minute = local.hour * 60 + local.minute
        if self.start <= self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


@lru_cache(maxsize=1024)
def located(zone: str) -> ZoneInfo:
    """The zone of this name; UTC when this machine no longer knows it."""
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def _moment(at: int) -> datetime:
    return _EPOCH + timedelta(microseconds=at)
