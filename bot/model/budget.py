"""How many tokens a person may use in a day (UTC), over restarts and over processes."""

import sqlalchemy as sa
from msgspec import Struct

from bot.store import Tx, insert, param
from bot.store.schema import model_use as use

_DAY = 86_400_000_000
_UNLIMITED = 2**62
_person = param("who", sa.BigInteger)
_day = param("today", sa.BigInteger)
_tokens = param("used", sa.BigInteger)
_over = use.c.day < _day
SPEND = (
    insert(use)
    .values(person=_person, day=_day, tokens=_tokens)
    .on_conflict_do_update(
        index_elements=[use.c.person],
        set_={
            "day": sa.case((_over, _day), else_=use.c.day),
            "tokens": sa.case((_over, _tokens), else_=use.c.tokens + _tokens),
        },
        where=sa.or_(_over, use.c.tokens + _tokens <= param("most", sa.BigInteger)),
    )
    .returning(use.c.tokens)
)
USED = sa.select(use.c.tokens).where(use.c.person == _person, use.c.day >= _day)
TAKE = sa.delete(use).where(use.c.person == _person).returning(use.c.day, use.c.tokens)


class Budget(Struct, frozen=True):
    """`day_tokens` for each person and day. What is asked is estimated before (`bot.model.cost`) and not corrected after."""

    day_tokens: int

    def spend(self, tx: Tx, person: int, tokens: int) -> bool:
        """Use so many; False, and nothing is used, when that is more than what is left today."""
        if tokens < 0:
            raise ValueError("tokens are used, not given")
        if tokens > self.day_tokens:
            return False
        return _spend(tx, person, tx.now // _DAY, tokens, self.day_tokens)

    def left(self, tx: Tx, person: int) -> int:
        """So many can be used today."""
        used = tx.execute(USED, who=person, today=tx.now // _DAY)
        return max(0, self.day_tokens - int(used[0][0])) if used else self.day_tokens


def merge(tx: Tx, kept: int, gone: int) -> None:
    """What both used today is used."""
    for day, tokens in tx.execute(TAKE, who=gone):
        if day >= tx.now // _DAY:
            _spend(tx, kept, day, tokens, _UNLIMITED)


def _spend(tx: Tx, person: int, day: int, tokens: int, most: int) -> bool:
    return bool(tx.execute(SPEND, who=person, today=day, used=tokens, most=most))
