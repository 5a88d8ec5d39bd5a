"""What skips lock, and until when.

A skip locks its category for a day; from the third skip within seven days on, each locks everything, for 12 hours and then
twice as long each time, up to 72. An answer ends the streak.
"""

from bot.counts import duration
from bot.errors import UserError
from bot.store import Tx
from handlers.journey.whispers import rows

HOUR = 3_600_000_000
CATEGORY_LOCK = 24 * HOUR
STREAK, STREAK_WITHIN = 3, 7 * 24 * HOUR
FIRST_LOCK, LONGEST_LOCK = 12 * HOUR, 72 * HOUR


def resting(tx: Tx, person: int) -> dict[str, int]:
    """The categories that are locked, and until when, in microseconds since the epoch."""
    return {name: ended + CATEGORY_LOCK for name, ended, _ in reversed(_skips(tx, person, CATEGORY_LOCK))}


def locked_until(tx: Tx, person: int) -> int:
    """When everything is open again after a streak of skips, in microseconds since the epoch; 0 without a streak."""
    answered = [row[:2] for row in tx.execute(rows.LAST_ANSWERED, who=person)]
    late = [
        ended
        for _, ended, row in _skips(tx, person, STREAK_WITHIN + LONGEST_LOCK)
        if not answered or (ended, row) > answered[0]
    ]
    streak = sum(at > late[0] - STREAK_WITHIN for at in late)
    if streak < STREAK:
        return 0
    return int(late[0]) + min(FIRST_LOCK << (streak - STREAK), LONGEST_LOCK)


def refuse(tx: Tx, until: int) -> None:
    """Raises `UserError` while something is locked."""
    if until > tx.now:
        wait = duration((until - tx.now) / 1_000_000)
        raise UserError("The whispers rest for a while. Come back in {time}.", code="locked", time=wait)


def _skips(tx: Tx, person: int, within: int) -> list[tuple[str, int, int]]:
    """Category, time and row of the skips of late, the newest first."""
    return [(name, at, row) for name, at, row in tx.execute(rows.SKIPPED, who=person, since=tx.now - within)]
