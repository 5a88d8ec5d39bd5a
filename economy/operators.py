"""What operators do: grant blessings, and take a transfer back by another one. Nothing in the ledger is ever changed."""

import sqlalchemy as sa

from bot.errors import UserError
from bot.store import Tx, insert, param
from economy.accounts import MINT, account_at, open_account
from economy.errors import InsufficientError
from economy.posting import Leg, Ref, carry_out, check_amount, claim, enter
from economy.tables import entry, note, transfer

_TRANSFER = sa.select(transfer.c.kind, transfer.c.home).where(transfer.c.id == param("transfer", sa.BigInteger))
_ENTRIES = sa.select(entry.c.account, entry.c.amount, entry.c.received, entry.c.tipped).where(
    entry.c.transfer == param("transfer", sa.BigInteger)
)
_NOTE = insert(note).values(
    transfer=param("transfer", sa.BigInteger),
    author=param("author", sa.BigInteger),
    body=param("body", sa.LargeBinary),
)
_NOTED = sa.select(note.c.body).where(note.c.transfer == param("transfer", sa.BigInteger))


def grant(tx: Tx, author: int, to: Ref, amount: int, why: str) -> bool:
    """Mint `amount` for an account, once for the write that this is; it counts for no level. Raises as `post` does."""
    check_amount(amount)
    mint, _ = open_account(tx, MINT)
    number = claim(tx, tx.key, "grant", {mint: -amount, to: amount})
    if number is None:
        return False
    carry_out(tx, number, {mint: Leg(-amount), to: Leg(amount)})
    _write(tx, number, author, why)
    tx.emit("blessing.granted", transfer=number, by=author)
    return True


def reverse(tx: Tx, author: int, number: int, why: str) -> int:
    """Take a transfer back by a new one, whose number is returned.

    It goes to whom the accounts belong now. Raises `UserError`: `no_transfer`, `is_reversal`, `nothing_left` (it was between
    accounts that are one now), `already_reversed`, `spent` (who received it has not that much any more).
    """
    found = tx.execute(_TRANSFER, transfer=number)
    if not found:
        raise UserError("There is no transfer {number}.", code="no_transfer", number=number)
    kind, home = found[0]
    if kind == "reverse":
        raise UserError("A reversal cannot be taken back: grant it instead.", code="is_reversal")
    legs = _opposite(tx, number)
    if not legs:
        raise UserError("That stays within one account: there is nothing to take back.", code="nothing_left")
    made = enter(tx, f"reverse:{number}", "reversal", [], kind="reverse", home=home)
    if made is None:
        raise UserError("Transfer {number} was taken back before.", code="already_reversed", number=number)
    try:
        carry_out(tx, made, legs, home)
    except InsufficientError as error:
        raise UserError("Who received it has not that much any more.", code="spent") from error
    _write(tx, made, author, why)
    tx.emit("blessing.reversed", transfer=number, by=author)
    return made


def note_of(tx: Tx, number: int) -> str:
    """Why an operator made this transfer; "" for those of everybody else."""
    found = tx.execute(_NOTED, transfer=number)
    return tx.keys.unseal(found[0][0], "ledger_note", str(number)).decode() if found else ""


def _write(tx: Tx, number: int, author: int, why: str) -> None:
    if why:
        tx.execute(_NOTE, transfer=number, author=author, body=tx.keys.seal(why.encode(), "ledger_note", str(number)))


def _opposite(tx: Tx, number: int) -> dict[Ref, Leg]:
    legs: dict[Ref, Leg] = {}
    for account, amount, received, tipped in tx.execute(_ENTRIES, transfer=number):
        ref = account_at(tx, account)
        leg = legs.get(ref, Leg())
        legs[ref] = Leg(leg.amount - amount, 0, leg.received - received, leg.tipped - tipped)
    return {ref: leg for ref, leg in legs.items() if leg.amount}
