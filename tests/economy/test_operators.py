"""What operators do is a new transfer, never a change; on both databases."""

import pytest

from bot.errors import UserError
from bot.store import Tx
from economy.audit import audit
from economy.ledger import Account
from economy.statement import Line, statement
from tests.economy import books
from tests.economy.books import LEDGER, NOW, WELCOME, Books
from tests.features import ADA, ADA_TOO, BOB, CLEO


def grant(tx: Tx, key: str, amount: int, why: str = "") -> Account:
    tx.key = key
    return LEDGER.minted(tx, CLEO, ADA, amount, why)


def newest(tx: Tx) -> Line:
    return statement(tx, tx.person(ADA), "discord", 1, 1)[0][0]


def here(ledger: Books) -> list[tuple[int]]:
    return ledger.sql("SELECT amount FROM ledger_received ORDER BY account")


def test_a_grant_is_minted_once_and_counts_for_no_level(ledger: Books) -> None:
    assert [ledger.write(grant, "k", 50, "the contest") for _ in range(2)] == [Account(WELCOME + 50)] * 2
    line = ledger.write(newest)
    assert (line.reason, line.amount, line.other, line.note) == ("grant", 50, "", "the contest")
    assert ledger.write(audit) == {}


def test_why_is_sealed(ledger: Books) -> None:
    ledger.write(grant, "k", 50, "the contest")
    ((body,),) = ledger.sql("SELECT body FROM ledger_note")
    assert b"contest" not in bytes(body)


def test_a_gift_is_taken_back_with_what_it_counted(ledger: Books) -> None:
    ledger.write(books.give, "k", ADA, BOB, 30)
    number = ledger.write(books.newest)
    assert here(ledger) == [(30,)]
    assert ledger.write(books.reverse, number, CLEO) > number
    assert [ledger.write(books.account, user) for user in (ADA, BOB)] == [Account(WELCOME)] * 2
    assert here(ledger) == [(0,)]
    line = ledger.write(newest)
    assert (line.reason, line.amount, line.other, line.note) == ("reversal", 30, "Bob", "it was a mistake")
    assert ledger.write(audit) == {}


def test_a_price_is_given_back(ledger: Books) -> None:
    ledger.write(books.hold, "h", ADA, 30, NOW + 1)
    ledger.write(books.settle, "h", 30)
    ledger.write(books.reverse, ledger.write(books.newest), CLEO)
    assert ledger.write(books.account, ADA) == Account(WELCOME)


def test_what_was_given_before_a_link_is_taken_from_who_it_is_now(ledger: Books) -> None:
    ledger.write(books.give, "k", BOB, ADA_TOO, 30)
    number = ledger.write(books.newest)
    ledger.write(books.link, ADA, ADA_TOO)
    ledger.write(books.reverse, number, CLEO)
    assert [ledger.write(books.account, user) for user in (ADA, BOB)] == [Account(WELCOME)] * 2
    assert ledger.write(audit) == {}


def test_a_reversal_that_cannot_be(ledger: Books) -> None:
    ledger.write(books.give, "k1", ADA, BOB, 30)
    given = ledger.write(books.newest)
    ledger.write(books.give, "k2", BOB, CLEO, WELCOME + 30)
    spent = refused(ledger, given)
    ledger.write(books.reverse, ledger.write(books.newest), CLEO)
    taken_back = ledger.write(books.newest)
    ledger.write(books.reverse, given, CLEO)
    ledger.write(books.give, "k3", ADA_TOO, ADA, 1)
    own = ledger.write(books.newest)
    ledger.write(books.link, ADA, ADA_TOO)
    codes = [spent, *(refused(ledger, number) for number in (10**6, taken_back, given, own))]
    assert codes == ["spent", "no_transfer", "is_reversal", "already_reversed", "nothing_left"]
    assert ledger.write(audit) == {}


def test_of_many_who_take_it_back_at_once_one_does(ledger: Books) -> None:
    ledger.write(books.give, "k", ADA, BOB, 30)
    given = ledger.write(newest).id
    found = ledger.outcomes(*(ledger.store.write(books.reverse, given, CLEO) for _ in range(20)))
    codes = [one.code for one in found if isinstance(one, UserError)]
    assert codes == ["already_reversed"] * 19
    assert [ledger.write(books.account, user) for user in (ADA, BOB)] == [Account(WELCOME)] * 2
    assert ledger.write(audit) == {}


def refused(ledger: Books, number: int) -> str:
    """With which code; nothing has changed then."""
    before = ledger.write(books.state, [ADA, BOB, CLEO])
    with pytest.raises(UserError) as error:
        ledger.write(books.reverse, number, CLEO)
    assert ledger.write(books.state, [ADA, BOB, CLEO]) == before
    return error.value.code
