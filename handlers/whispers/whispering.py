"""Asking, answering and skipping: the rules, decided from rows inside transactions.

One whisper is open at a time and expires after 48 hours. A skip locks its category for a day; from the third skip
within seven days on, each locks everything, for 12 hours and then twice as long each time, up to 72. An answer ends the
streak.
"""

from collections.abc import Sequence

from msgspec import Struct

from bot.counts import duration
from bot.errors import UserError
from bot.store import Tx
from bot.users import User
from config.whispers import Category, Whisper
from handlers.whispers import rows
from mirrors import words as own_words

HOUR = 3_600_000_000
OPEN_FOR = 48 * HOUR
CATEGORY_LOCK = 24 * HOUR
STREAK, STREAK_WITHIN = 3, 7 * 24 * HOUR
FIRST_LOCK, LONGEST_LOCK = 12 * HOUR, 72 * HOUR
NO_REPEAT = 30
LEAST_WORDS = 3


class Asked(Struct, frozen=True):
    """The open whisper; `again` when it had been open before."""

    text: str
    again: bool


class Skipped(Struct, frozen=True):
    """What a skip locks: a category, and everything for so many seconds (0: not everything)."""

    category: str
    locked: float


class Whispering:
    """The transactions of the whispers, over one catalogue."""

    def __init__(self, catalogue: Sequence[Whisper]) -> None:
        self._catalogue = catalogue

    def ask(self, tx: Tx, user: User, category: Category | None) -> Asked:
        """The open whisper, or a new one. Raises `UserError` while it is locked."""
        person = tx.person(user)
        tx.execute(rows.EXPIRE, who=person, oldest=tx.now - OPEN_FOR, now=tx.now)
        found = tx.execute(rows.OPEN, who=person)
        if found:
            return Asked(found[0][1], again=True)
        chosen = self._choose(tx, person, category)
        made = tx.execute(
            rows.ASK, person=person, name=chosen.id, category=chosen.category, text=chosen.text, now=tx.now
        )
        if not made:  # another process was faster
            return Asked(tx.execute(rows.OPEN, who=person)[0][1], again=True)
        tx.emit("whisper.asked", person=person, whisper=made[0][0], name=chosen.id)
        return Asked(chosen.text, again=False)

    @staticmethod
    def open(tx: Tx, user: User) -> str:
        """The text of the open whisper. Raises `UserError` when there is none."""
        found = tx.execute(rows.OPEN, who=tx.person(user))
        if not found or found[0][2] < tx.now - OPEN_FOR:
            raise _none_open()
        return str(found[0][1])

    def answer(self, tx: Tx, user: User, words: str) -> int:
        """Keep the answer, sealed. Returns how many answers this person has given. Raises `UserError`."""
        if len(words.split()) < LEAST_WORDS:
            raise UserError("Give it three words at least.", code="too_short")
        person = tx.person(user)
        number, _ = _end(tx, person, "answered")
        tx.emit("whisper.answered", person=person, whisper=number)
        return own_words.keep(tx, person, "whisper", words)

    def skip(self, tx: Tx, user: User) -> Skipped:
        """Put the open whisper aside. Raises `UserError` when there is none."""
        person = tx.person(user)
        number, category = _end(tx, person, "skipped")
        tx.emit("whisper.skipped", person=person, whisper=number)
        return Skipped(category, max(0, locked_until(tx, person) - tx.now) / 1_000_000)

    def _choose(self, tx: Tx, person: int, category: Category | None) -> Whisper:
        """By seed, among the category that was not asked for the longest time. Raises `UserError`."""
        _refuse(tx, locked_until(tx, person))
        locked = {name: ended + CATEGORY_LOCK for name, ended in reversed(_skips(tx, person, CATEGORY_LOCK))}
        if category:
            _refuse(tx, locked.get(category, 0))
        recent = {name for (name,) in tx.execute(rows.RECENT, who=person, n=NO_REPEAT)}
        fresh = [
            one
            for one in self._catalogue
            if one.id not in recent and one.category not in locked and category in (None, one.category)
        ]
        if not fresh:
            raise UserError("You have heard these whispers lately. Try another category, or later.", code="no_whisper")
        last: dict[str, int] = dict(tx.execute(rows.LAST_ASKED, who=person))
        oldest = min(last.get(one.category, 0) for one in fresh)
        pool = [one for one in fresh if last.get(one.category, 0) == oldest]
        seed = tx.keys.digest(f"whisper/{person}/{tx.now}".encode())
        return pool[int.from_bytes(seed, "big") % len(pool)]


def locked_until(tx: Tx, person: int) -> int:
    """When everything is open again after a streak of skips, in microseconds since the epoch; 0 without a streak."""
    answered = tx.execute(rows.LAST_ANSWERED, who=person)[0][0]
    skips = [at for _, at in _skips(tx, person, STREAK_WITHIN + LONGEST_LOCK) if at > answered]
    streak = sum(at > skips[0] - STREAK_WITHIN for at in skips)
    if streak < STREAK:
        return 0
    return int(skips[0]) + min(FIRST_LOCK << (streak - STREAK), LONGEST_LOCK)


def merge(tx: Tx, kept: int, gone: int) -> None:
    """Two people are one: of two open whispers the older expires, everything else comes along."""
    both = sorted(tx.execute(rows.OPEN, who=kept) + tx.execute(rows.OPEN, who=gone), key=lambda row: row[2])
    for number, _, _ in both[:-1]:
        tx.execute(rows.EXPIRE_ONE, row=number, now=tx.now)
    tx.execute(rows.MOVE, kept=kept, gone=gone)


def _skips(tx: Tx, person: int, within: int) -> list[tuple[str, int]]:
    """Category and time of the skips of late, the newest first."""
    return [(name, at) for name, at in tx.execute(rows.SKIPPED, who=person, since=tx.now - within)]


def _end(tx: Tx, person: int, how: str) -> tuple[int, str]:
    """End the open whisper. Returns its row and category. Raises `UserError` when none is open."""
    ended = tx.execute(rows.END, who=person, oldest=tx.now - OPEN_FOR, how=how, now=tx.now)
    if not ended:
        raise _none_open()
    return ended[0][0], ended[0][1]


def _none_open() -> UserError:
    return UserError("No whisper is open. Ask for one with whisper.", code="no_open_whisper")


def _refuse(tx: Tx, until: int) -> None:
    if until > tx.now:
        wait = duration((until - tx.now) / 1_000_000)
        raise UserError("The whispers rest for a while. Come back in {time}.", code="locked", time=wait)
