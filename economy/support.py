"""How much of a gift counts: of one giver, a receiver gains only so much in a day, or two friends would give each other
any level by passing the same blessings back and forth."""

import sqlalchemy as sa

from bot.store import Tx, insert, param
from economy.posting import Ref
from economy.tables import support

DAY = 86_400_000_000
FORGOTTEN = 1000
"""Rows that one transaction removes at most."""

_give = insert(support).values(
    day=param("day", sa.BigInteger),
    receiver=param("receiver", sa.BigInteger),
    giver=param("giver", sa.BigInteger),
    amount=param("amount", sa.BigInteger),
)
_KEY = ["day", "receiver", "giver"]
_SUM = {"amount": support.c.amount + _give.excluded.amount}
_GIVE = _give.on_conflict_do_update(index_elements=_KEY, set_=_SUM).returning(support.c.amount)

_KEPT, _GONE, _SINCE = param("kept", sa.BigInteger), param("gone", sa.BigInteger), param("day", sa.BigInteger)
_RECEIVING = sa.select(support.c.day, _KEPT, support.c.giver, support.c.amount).where(
    support.c.day >= _SINCE, support.c.receiver == _GONE, support.c.giver != _KEPT
)
_GIVING = sa.select(support.c.day, support.c.receiver, _KEPT, support.c.amount).where(
    support.c.day >= _SINCE, support.c.giver == _GONE, support.c.receiver != _KEPT
)


def _moving(rows: sa.Select[tuple[int, int, int, int]]) -> sa.sql.Insert:
    moved = insert(support).from_select([*_KEY, "amount"], rows)
    return moved.on_conflict_do_update(index_elements=_KEY, set_={"amount": support.c.amount + moved.excluded.amount})


_MOVE_RECEIVING, _MOVE_GIVING = _moving(_RECEIVING), _moving(_GIVING)
_DROP = support.delete().where(support.c.day >= _SINCE, sa.or_(support.c.receiver == _GONE, support.c.giver == _GONE))
_old = (
    sa.select(support.c.day, support.c.receiver, support.c.giver)
    .where(support.c.day < param("day", sa.BigInteger))
    .limit(FORGOTTEN)
)
_FORGET = (
    support.delete()
    .where(sa.tuple_(support.c.day, support.c.receiver, support.c.giver).in_(_old))
    .returning(support.c.day)
)


def count(tx: Tx, receiver: Ref, giver: Ref, amount: int, most: int) -> int:
    """The part of `amount` that counts when of one giver `most` count in a day (UTC)."""
    given = int(tx.execute(_GIVE, day=tx.now // DAY, receiver=receiver.id, giver=giver.id, amount=amount)[0][0])
    return max(0, min(amount, most - (given - amount)))


def move(tx: Tx, kept: Ref, gone: Ref) -> None:
    """What two accounts were given and gave today is one account's; what they gave each other is nothing."""
    today = tx.now // DAY
    tx.execute(_MOVE_RECEIVING, kept=kept.id, gone=gone.id, day=today)
    tx.execute(_MOVE_GIVING, kept=kept.id, gone=gone.id, day=today)
    tx.execute(_DROP, gone=gone.id, day=today)


def forget(tx: Tx, before: int) -> int:
    """Remove days that ended before `before` (µs), at most `FORGOTTEN` rows; how many they were."""
    return len(tx.execute(_FORGET, day=min(before, tx.now) // DAY))
