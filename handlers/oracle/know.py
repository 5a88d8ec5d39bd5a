"""What a server knows, in a transaction: added and removed by its moderators, looked for by everybody there."""

from collections.abc import Sequence

from msgspec import Struct

from bot import UserError
from bot.store import Tx
from handlers.oracle import tables
from handlers.oracle.fulltext import query

MOST = 500
"""Entries of one server."""


class Entry(Struct, frozen=True):
    """What a server knows. `number` is what people call it; `at` is in microseconds since the epoch."""

    number: int
    title: str
    words: str
    at: int


_TITLE = 80


def titled(text: str) -> tuple[str, str]:
    """Title and words of what a moderator typed: `Raids | Every Friday at eight.`; without a title it is "". Pure."""
    title, bar, said = (part.strip() for part in text.partition(" | "))
    return (title, said) if bar and said and 0 < len(title) <= _TITLE else ("", text.strip())


def add(tx: Tx, home: str, words: str, title: str = "") -> int:
    """Know this from now on; its number. Raises `UserError` with code full at the 501st entry."""
    given = tx.execute(tables.NUMBER, home=home, most=MOST)
    if not given:
        raise UserError("This server knows {most} things already. Remove one first.", code="full", most=MOST)
    number = int(given[0][0])
    tx.execute(tables.ADD, home=home, number=number, title=title, words=words, now=tx.now)
    tx.emit("knowledge.added", home=home, number=number)
    return number


def remove(tx: Tx, home: str, number: int) -> str:
    """Know it no more; its title. Raises `UserError` with code unknown_entry when there is none."""
    gone = tx.execute(tables.REMOVE, home=home, number=number)
    if not gone:
        raise UserError("I know nothing by the number {number} here.", code="unknown_entry", number=number)
    tx.execute(tables.LESS, home=home)
    tx.emit("knowledge.removed", home=home, number=number)
    return str(gone[0][0])


def everything(tx: Tx, home: str) -> list[Entry]:
    """All that a server knows, by number."""
    return [Entry(*row) for row in tx.execute(tables.ALL, home=home)]


def find(tx: Tx, home: str, words: Sequence[str], most: int) -> list[Entry]:
    """The entries with any of these words (`wording.words`), the best first."""
    if not words:
        return []
    return [Entry(*row) for row in tx.execute(tables.FIND, home=home, query=query(words), most=most)]


def moved(tx: Tx, platform: str, old: str, new: str) -> None:
    """A place has another id now: what is known follows, unless something was ever known under the new one."""
    former, home = f"{platform}:{old}", f"{platform}:{new}"
    if not tx.execute(tables.HELD, home=home):
        tx.execute(tables.MOVE, old=former, home=home)
        tx.execute(tables.MOVE_SHELF, old=former, home=home)
