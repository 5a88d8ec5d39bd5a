"""Two people turn out to be one: their accounts become one, and the sum of all stays what it is."""

import sqlalchemy as sa

from bot.errors import UserError
from bot.store import Tx, insert, param
from economy import support
from economy.accounts import code_of, find_accounts, open_account, open_accounts
from economy.posting import Leg, Ref, carry_out, enter
from economy.tables import account, received

_LOCK = (  # the row is ours until the commit, so that what is read of it stays true
    account.update()
    .where(account.c.id == param("account", sa.BigInteger))
    .values(version=account.c.version)
    .returning(account.c.balance, account.c.held, account.c.received, account.c.tipped)
)
_CLOSE = account.update().where(account.c.id == param("gone", sa.BigInteger)).values(moved=param("kept", sa.BigInteger))
_rows = sa.select(received.c.home, param("kept", sa.BigInteger), received.c.amount).where(
    received.c.account == param("gone", sa.BigInteger)
)
_moving = insert(received).from_select(["home", "account", "amount"], _rows)
_MOVE_RECEIVED = _moving.on_conflict_do_update(
    index_elements=["home", "account"], set_={"amount": received.c.amount + _moving.excluded.amount}
)
_DROP_RECEIVED = received.delete().where(received.c.account == param("gone", sa.BigInteger))


def merge(tx: Tx, welcome: int, kept: int, gone: int) -> None:
    """The person `gone` is `kept` from now on: balance, what was received and what was given today add up.

    Two who had no account yet have one with a single welcome. The account that goes stays, empty, and leads to the other.
    Raises `UserError` (`open_hold`) while a command of the one who goes has something held.
    """
    found = find_accounts(tx, kept, gone)
    if not found:
        open_accounts(tx, welcome, kept, kept)
    ours, theirs = (found.get(person) or open_account(tx, code_of(person), person)[0] for person in (kept, gone))
    support.move(tx, ours, theirs)
    states = {ref: tx.execute(_LOCK, account=ref.id)[0] for ref in sorted((ours, theirs))}
    balance, held, counted, tipped = states[theirs]
    if held:
        raise UserError(
            "Something of yours is still running. Wait until it is done, then link again.", code="open_hold"
        )
    if balance or counted:
        _move(tx, ours, theirs, Leg(balance, 0, counted, tipped))
    tx.execute(_MOVE_RECEIVED, kept=ours.id, gone=theirs.id)
    tx.execute(_DROP_RECEIVED, gone=theirs.id)
    tx.execute(_CLOSE, kept=ours.id, gone=theirs.id)


def _move(tx: Tx, ours: Ref, theirs: Ref, all_of_it: Leg) -> None:
    number = enter(tx, f"merge:{theirs.id}", "merge", [ours.id])
    if number is None:
        raise RuntimeError(f"account {theirs.id} was merged before")
    leg = all_of_it
    carry_out(tx, number, {ours: leg, theirs: Leg(-leg.amount, 0, -leg.received, -leg.tipped)})
