"""Asking, answering and skipping: the rules, decided from rows inside transactions.

One whisper is open at a time and expires after 48 hours. What skips lock is in `locks`.
"""

import re

from msgspec import Struct

from bot.errors import UserError
from bot.message import Text
from bot.store import Tx
from bot.store.tx import Rows
from bot.users import User
from config.whispers import Category, Whisper, Whispers
from handlers.journey.whispers import locks, rows
from handlers.journey.whispers.choosing import NO_REPEAT, Leaning, Past, choose
from handlers.journey.whispers.locks import HOUR

OPEN_FOR = 48 * HOUR
LEAST_WORDS = 3
_UNSPACED = re.compile(r"[\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
"""Letters of scripts that write without spaces between words (Thai, Lao, Burmese, Khmer, Japanese, Chinese)."""


class Asked(Struct, frozen=True):
    """The open whisper. `id` is that of the bank; `again` when it had been open before; `written` when a model worded it."""

    id: str
    category: Category
    text: str
    again: bool = False
    written: bool = False

    @property
    def words(self) -> Text | str:
        """What is shown: the bank's text in the language of who reads it, a model's as it is."""
        return self.text if self.written else Text(self.text)


class Answered(Struct, frozen=True):
    """A whisper that was answered. `row` counts all that were ever asked, `text` is what was asked."""

    row: int
    id: str
    category: Category
    text: str


class Skipped(Struct, frozen=True):
    """What a skip locks: a category, and everything for so many seconds (0: not everything)."""

    category: str
    locked: float


class Wording(Struct, frozen=True):
    """What a model made of the whisper of this id."""

    id: str
    text: str


class Whispering:
    """The transactions of the whispers, over one bank."""

    def __init__(self, bank: Whispers) -> None:
        self._bank = bank
        self._texts = {one.id: one.text for one in bank.whisper}

    def ask(
        self, tx: Tx, user: User, category: Category | None, leaning: Leaning, wording: Wording | None = None
    ) -> Asked:
        """The open whisper, or a new one. Raises `UserError` while it is locked, and when nothing is left.

        `wording` is taken when it is still one of the whisper whose turn it is.
        """
        return self.ask_person(tx, tx.person(user), category, leaning, wording)

    def ask_person(
        self, tx: Tx, person: int, category: Category | None, leaning: Leaning, wording: Wording | None = None
    ) -> Asked:
        """`ask`, of a person."""
        tell_expired(tx, tx.execute(rows.EXPIRE, who=person, oldest=tx.now - OPEN_FOR, now=tx.now))
        if found := self._open(tx, person):
            return found
        chosen = self.next(tx, person, category, leaning)
        text = wording.text if wording and wording.id == chosen.id else chosen.text
        made = tx.execute(rows.ASK, person=person, name=chosen.id, category=chosen.category, text=text, now=tx.now)
        if not made:  # another process was faster
            return self.ask_person(tx, person, category, leaning)
        tx.emit("whisper.asked", person=person, whisper=made[0][0], name=chosen.id)
        return Asked(chosen.id, chosen.category, text, written=text != chosen.text)

    def next(self, tx: Tx, person: int, category: Category | None, leaning: Leaning) -> Whisper:
        """The whisper whose turn it is, until one is asked. Raises `UserError` like `ask`."""
        locked = locks.resting(tx, person)
        locks.refuse(tx, max(locks.locked_until(tx, person), locked.get(category or "", 0)))
        recent = tx.execute(rows.RECENT, who=person, n=NO_REPEAT)
        past = Past(
            recent=[name for _, name in recent],
            asked=[name for (name,) in tx.execute(rows.LAST_ASKED, who=person)],
            answered=tx.execute(rows.ANSWERED, who=person)[0][0],
            last="".join(name for *_, name in tx.execute(rows.LAST_ANSWERED, who=person)),
            locked=locked.keys(),
        )
        seed = tx.keys.digest(f"whisper/{person}/{recent[0][0] if recent else 0}".encode())
        chosen = choose(self._bank, past, leaning, category, seed)
        if chosen is None:
            raise UserError("You have heard these whispers lately. Try another category, or later.", code="no_whisper")
        return chosen

    def open(self, tx: Tx, user: User) -> Asked:
        """The open whisper. Raises `UserError` when there is none."""
        found = self._open(tx, tx.person(user))
        if found is None:
            raise _none_open()
        return found

    def answered(self, tx: Tx, person: int) -> Answered:
        """End the open whisper; who calls this keeps the words. Raises `UserError` when there is none."""
        ended = _end(tx, person, "answered")
        tx.emit("whisper.answered", person=person, whisper=ended.row)
        return ended

    def skip(self, tx: Tx, user: User) -> Skipped:
        """Put the open whisper aside. Raises `UserError` when there is none."""
        person = tx.person(user)
        ended = _end(tx, person, "skipped")
        tx.emit("whisper.skipped", person=person, whisper=ended.row)
        return Skipped(ended.category, max(0, locks.locked_until(tx, person) - tx.now) / 1_000_000)

    def shown(self, name: str, category: Category, text: str) -> Asked:
        """A whisper that is open, from its row."""
        return Asked(name, category, text, again=True, written=text != self._texts.get(name))

    def has_open(self, tx: Tx, person: int) -> bool:
        """Is there one to be answered?"""
        return self._open(tx, person) is not None

    def _open(self, tx: Tx, person: int) -> Asked | None:
        found = tx.execute(rows.OPEN, who=person)
        if not found or found[0][-1] < tx.now - OPEN_FOR:
            return None
        return self.shown(*found[0][1:4])


def enough(words: str) -> None:
    """Raises `UserError` for an answer that is too short to be one."""
    if len(words.split()) + len(_UNSPACED.findall(words)) < LEAST_WORDS:
        raise UserError("Give it three words at least.", code="too_short")


def tell_expired(tx: Tx, ended: Rows) -> None:
    """An event for each of these whispers: its row and its person."""
    for row, person in ended:
        tx.emit("whisper.expired", person=person, whisper=row)


def merge(tx: Tx, kept: int, gone: int) -> None:
    """Two people are one: of two open whispers the older expires, everything else comes along."""
    both = tx.execute(rows.OPEN, who=kept) + tx.execute(rows.OPEN, who=gone)
    for row, *_ in sorted(both, key=lambda one: (one[-1], one[0]))[:-1]:
        tell_expired(tx, tx.execute(rows.EXPIRE_ONE, row=row, now=tx.now))
    tx.execute(rows.MOVE, kept=kept, gone=gone)
    for (at,) in tx.execute(rows.TAKE_DAILY, gone=gone):
        tx.execute(rows.CLAIM, who=kept, now=at, before=at)


def _end(tx: Tx, person: int, how: str) -> Answered:
    """End the open whisper. Raises `UserError` when none is open."""
    ended = tx.execute(rows.END, who=person, oldest=tx.now - OPEN_FOR, how=how, now=tx.now)
    if not ended:
        raise _none_open()
    return Answered(*ended[0])


def _none_open() -> UserError:
    return UserError("No whisper is open. Ask for one with whisper.", code="no_open_whisper")
