"""What is promised is paid once, in time, or not at all; on both databases."""

import pytest

from bot.store import Tx
from economy.accounts import open_account
from economy.audit import audit
from economy.errors import InsufficientError, KeyReusedError, PostingError
from economy.holds import SWEPT, hold, settle, sweep, sweep_all
from economy.ledger import Account
from tests.economy import books
from tests.economy.books import LEDGER, NOW, WELCOME, Books
from tests.features import ADA, BOB

SOON, PAST = NOW + 1, NOW


def test_a_hold_is_paid_in_part_and_the_rest_is_free(ledger: Books) -> None:
    assert ledger.write(books.hold, "h", ADA, 30, SOON)
    assert ledger.write(books.account, ADA) == Account(WELCOME, 30)
    assert ledger.write(books.settle, "h", 20)
    assert ledger.write(books.account, ADA) == Account(WELCOME - 20)
    assert ledger.sql("SELECT kind, reason, hold FROM ledger_transfer WHERE hold IS NOT NULL") == [
        ("settle", "price", 1)
    ]
    assert ledger.write(audit) == {}


def test_nothing_paid_leaves_no_transfer(ledger: Books) -> None:
    ledger.write(books.hold, "h", ADA, 30, SOON)
    assert ledger.write(books.settle, "h", 0)
    assert ledger.write(books.account, ADA) == Account(WELCOME)
    assert ledger.sql("SELECT reason FROM ledger_transfer") == [("welcome",)]


@pytest.mark.parametrize(("expires", "amount"), [(SOON, 31), (PAST, 1), (PAST, 30)])
def test_neither_too_much_nor_too_late(ledger: Books, expires: int, amount: int) -> None:
    ledger.write(books.hold, "h", ADA, 30, expires)
    assert not ledger.write(books.settle, "h", amount)
    assert ledger.write(books.account, ADA) == Account(WELCOME, 30)
    assert ledger.write(books.settle, "h", 0), "it can still be released"


def test_a_hold_is_settled_once(ledger: Books) -> None:
    ledger.write(books.hold, "h", ADA, 30, SOON)
    assert [ledger.write(books.settle, "h", amount) for amount in (30, 30, 0)] == [True, False, False]
    assert not ledger.write(books.settle, "nobody's", 1)
    assert ledger.write(books.account, ADA) == Account(WELCOME - 30)


def test_a_key_holds_once(ledger: Books) -> None:
    assert [ledger.write(books.hold, "h", ADA, 30, SOON) for _ in range(2)] == [True, False]
    with pytest.raises(KeyReusedError):
        ledger.write(books.hold, "h", ADA, 31, SOON)
    assert ledger.write(books.account, ADA) == Account(WELCOME, 30)


def test_a_hold_needs_what_it_holds(ledger: Books) -> None:
    ledger.write(books.hold, "one", ADA, WELCOME, SOON)
    with pytest.raises(InsufficientError) as refused:
        ledger.write(books.hold, "two", ADA, 1, SOON)
    assert "0 ✦" in str(refused.value)
    for key, amount, code in (("", 1, "key_missing"), ("k", 0, "zero_amount"), ("k", 2**63, "too_large")):
        with pytest.raises(PostingError) as wrong:
            ledger.write(books.hold, key, ADA, amount, SOON)
        assert wrong.value.code == code


def test_a_person_can_be_paid_and_may_have_become_the_payer(ledger: Books) -> None:
    def promise(tx: Tx, key: str) -> None:
        ada, bob = (LEDGER.open(tx, tx.person(user)) for user in (ADA, BOB))
        hold(tx, key, ada, bob, 10, SOON)

    ledger.write(promise, "one")
    ledger.write(promise, "two")
    assert ledger.write(settle, "one", 10)
    assert ledger.write(books.account, BOB) == Account(WELCOME + 10)
    ledger.write(books.link, ADA, BOB)
    assert ledger.write(settle, "two", 10)
    assert ledger.write(books.account, ADA) == Account(2 * WELCOME)
    assert ledger.write(audit) == {}


def test_the_sweeper_releases_what_is_due_until_nothing_is(ledger: Books) -> None:
    def crash(tx: Tx, count: int) -> None:
        revenue, _ = open_account(tx, "sys:revenue")
        for user in (ADA, BOB):
            ref = LEDGER.open(tx, tx.person(user))
            for n in range(count // 2):
                hold(tx, f"{user.id}/{n}", ref, revenue, 1, PAST - n)

    rich = 10**6
    for user in (ADA, BOB):
        ledger.write(books.reward, f"rich-{user.id}", user, rich)
    ledger.write(crash, SWEPT + 20)
    ledger.write(books.hold, "runs", ADA, 5, SOON)
    ledger.wait(sweep_all(ledger.store))
    assert [ledger.write(books.account, user).held for user in (ADA, BOB)] == [5, 0]
    assert ledger.write(sweep) == 0
    assert ledger.write(audit) == {}
