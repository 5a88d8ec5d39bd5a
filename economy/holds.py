"""Holds: an amount is promised first and paid later, or not at all. Until then it cannot be spent otherwise.

A hold is settled once, by whoever comes first: its state is part of the condition. Past its time it can only be released;
the sweeper does that for those whose process has died.
"""

from collections import Counter

import sqlalchemy as sa

from bot.store import Store, Tx, insert, param
from economy.accounts import PEOPLE, account_at
from economy.errors import KeyMissingError, KeyReusedError
from economy.posting import Leg, Ref, carry_out, change, check_amount, enter
from economy.tables import hold as holds

SWEPT = 500
"""Holds that one transaction releases at most."""

_HOLD = (
    insert(holds)
    .values(
        key=param("key"),
        account=param("payer", sa.BigInteger),
        payee=param("payee", sa.BigInteger),
        amount=param("amount", sa.BigInteger),
        state="pending",
        expires=param("expires", sa.BigInteger),
    )
    .on_conflict_do_nothing(index_elements=["key"])
    .returning(holds.c.id)
)
_HELD = sa.select(holds.c.account, holds.c.payee, holds.c.amount).where(holds.c.key == param("key"))
_ON = holds.update().where(holds.c.key == param("hold")).values(account=param("payer", sa.BigInteger))
_SETTLE = (
    holds.update()
    .where(
        holds.c.key == param("hold"),
        holds.c.state == "pending",
        holds.c.amount >= param("paid", sa.BigInteger),
        sa.or_(param("paid", sa.BigInteger) == 0, holds.c.expires > param("now", sa.BigInteger)),
    )
    .values(state=param("became"))
    .returning(holds.c.id, holds.c.account, holds.c.payee, holds.c.amount)
)
# written out: a plan made for any state could not use the index of those that are pending
_PENDING = sa.literal_column("'pending'", sa.Text)
_due = (
    sa.select(holds.c.id)
    .where(holds.c.state == _PENDING, holds.c.expires <= param("now", sa.BigInteger))
    .order_by(holds.c.expires)
    .limit(SWEPT)
)
_EXPIRE = (
    holds.update()
    .where(holds.c.id.in_(_due), holds.c.state == "pending")
    .values(state="voided")
    .returning(holds.c.account, holds.c.amount)
)


def hold(tx: Tx, key: str, payer: Ref, payee: Ref, amount: int, expires: int) -> bool:
    """Promise `amount` of a person's account to `payee` until `expires` (µs). False: this key has held it before.

    Raises `InsufficientError`, `KeyReusedError`, `KeyMissingError`, `ZeroError`, `FractionError`, `TooLargeError`.
    """
    if not key:
        raise KeyMissingError("a hold needs a key")
    check_amount(amount)
    if not tx.execute(_HOLD, key=key, payer=payer.id, payee=payee.id, amount=amount, expires=expires):
        if tuple(tx.execute(_HELD, key=key)[0]) != (payer.id, payee.id, amount):
            raise KeyReusedError(key)
        return False
    state = change(tx, payer.id, Leg(held=amount))
    if state.id != payer.id:  # merged since the payer was looked up
        tx.execute(_ON, hold=key, payer=state.id)
    return True


def settle(tx: Tx, key: str, amount: int, *, reason: str = "price") -> bool:
    """Pay `amount` of what is held under `key`, and release the rest; 0 releases all of it.

    True for the one who settled it. False, and nothing has changed: it was settled before, it has expired (0 is still taken
    then), less is held, or nothing was ever held under this key.
    """
    if amount:
        check_amount(amount)
    rows = tx.execute(_SETTLE, hold=key, paid=amount, now=tx.now, became="posted" if amount else "voided")
    if not rows:
        return False
    number, payer, other, held = rows[0]
    payee = account_at(tx, other) if amount else None
    if payee is None or payee.id == payer:  # nothing is paid, or they have become one
        change(tx, payer, Leg(held=-held))
        return True
    transfer = enter(tx, f"settle:{key}", reason, [number, amount], kind="settle", hold=number)
    if transfer is None:
        raise KeyReusedError(key)
    carry_out(tx, transfer, {Ref(PEOPLE, payer, 0): Leg(-amount, held=-held), payee: Leg(amount)})
    return True


def sweep(tx: Tx) -> int:
    """Release holds past their time, at most `SWEPT`; how many they were."""
    due = tx.execute(_EXPIRE, now=tx.now)
    freed: Counter[int] = Counter()
    for account, amount in due:
        freed[account] += amount
    for account in sorted(freed):
        change(tx, account, Leg(held=-freed[account]))
    return len(due)


async def sweep_all(store: Store) -> None:
    """Until nothing is due."""
    while await store.write(sweep) == SWEPT:
        pass
