"""The last turns of somebody with the oracle, sealed: what "and why?" is about. Forgotten after a day."""

from collections.abc import Callable, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from bot.store import Tx
from handlers.oracle import tables

DAY: Final = 24 * 3_600_000_000
"""In microseconds."""
MOST: Final = 6


class Turn(Struct, frozen=True):
    """A question, what the oracle said, and the ids of the sources that it cited."""

    question: str
    answer: str
    ids: list[str] = []

    def __repr__(self) -> str:
        return "Turn(…)"


def keep(tx: Tx, person: int, turn: Turn) -> None:
    """Remember it for a day."""
    body = tx.keys.seal(msgspec.json.encode(turn), "oracle.turn", str(person), str(tx.now))
    tx.execute(tables.KEEP_TURN, who=person, now=tx.now, body=body)


def latest(tx: Tx, person: int) -> list[Turn]:
    """The last ones of today, the newest first."""
    found = tx.execute(tables.TURNS, who=person, since=tx.now - DAY, most=MOST)
    return [_DECODE(tx.keys.unseal(body, "oracle.turn", str(person), str(at))) for at, body in found]


def within(turns: Sequence[Turn], budget: int, tokens: Callable[[str], int]) -> list[Turn]:
    """Of turns, the newest first, as many as the budget has tokens for. Pure."""
    taken: list[Turn] = []
    for one in turns:
        budget -= tokens(one.question) + tokens(one.answer)
        if budget < 0:
            break
        taken.append(one)
    return taken


def forget(tx: Tx, before: int) -> int:
    """Remove at most 1,000 that are older than a day, however long other things are kept; how many there were."""
    return len(tx.execute(tables.FORGET_TURNS, before=max(before, tx.now - DAY)))


def merge(tx: Tx, kept: int, gone: int) -> None:
    """Two people are one: the turns of the one who goes are over."""
    del kept
    tx.execute(tables.DROP_TURNS, who=gone)


_DECODE = msgspec.json.Decoder(Turn).decode
