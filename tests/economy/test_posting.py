"""What can never be right is refused with a code of its own, and nothing changes."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.store import Tx
from economy import errors
from economy.accounts import MINT, open_account
from economy.posting import MOST, Leg, Ref, carry_out, claim, post
from tests.economy import books
from tests.economy.books import LEDGER, WELCOME, Books
from tests.features import ADA, BOB, CLEO

Legs = Callable[[Ref, Ref], dict[Ref, Any]]
WRONG: dict[str, tuple[type[errors.PostingError], Legs]] = {
    "no_legs": (errors.NoLegsError, lambda one, other: {}),
    "unbalanced": (errors.UnbalancedError, lambda one, other: {one: -5, other: 4}),
    "zero_amount": (errors.ZeroError, lambda one, other: {one: 0, other: 0}),
    "fraction": (errors.FractionError, lambda one, other: {one: -0.5, other: 0.5}),
    "too_large": (errors.TooLargeError, lambda one, other: {one: -(2**63), other: 2**63}),
    "unknown_account": (errors.UnknownAccountError, lambda one, other: {one: -5, Ref(0, 10**6, 0): 5}),
}


def posted(tx: Tx, key: str, legs: Legs) -> bool:
    one, other = (LEDGER.open(tx, tx.person(user)) for user in (ADA, BOB))
    return post(tx, key, "test", legs(one, other))


@pytest.mark.parametrize("code", WRONG)
def test_what_can_never_be_right(ledger: Books, code: str) -> None:
    kind, legs = WRONG[code]
    before = ledger.write(books.state, [ADA, BOB])
    with pytest.raises(kind) as refused:
        ledger.write(posted, "k", legs)
    assert refused.value.code == code
    assert ledger.write(books.state, [ADA, BOB]) == before
    assert ledger.write(posted, "k", lambda one, other: {one: -5, other: 5}), "its key is free"


def test_a_key_is_for_one_content(ledger: Books) -> None:
    with pytest.raises(errors.KeyMissingError) as missing:
        ledger.write(posted, "", lambda one, other: {one: -5, other: 5})
    assert ledger.write(posted, "k", lambda one, other: {one: -5, other: 5})
    assert not ledger.write(posted, "k", lambda one, other: {other: 5, one: -5})
    with pytest.raises(errors.KeyReusedError) as reused:
        ledger.write(posted, "k", lambda one, other: {one: -6, other: 6})
    assert (missing.value.code, reused.value.code) == ("key_missing", "key_reused")
    assert ledger.write(books.account, ADA).balance == WELCOME - 5


@pytest.mark.parametrize(
    ("amount", "code"), [(0, "zero_amount"), (-5, "zero_amount"), (0.5, "fraction"), (2**63, "too_large")]
)
def test_no_gift_takes(ledger: Books, amount: Any, code: str) -> None:
    before = ledger.write(books.state, [ADA, BOB])
    with pytest.raises(errors.PostingError) as refused:
        ledger.write(books.give, "k", ADA, BOB, amount)
    assert refused.value.code == code
    assert ledger.write(books.state, [ADA, BOB]) == before


def test_the_largest_amount_is_carried_out(ledger: Books) -> None:
    assert ledger.write(books.reward, "k", ADA, MOST)
    assert ledger.write(books.account, ADA).balance == WELCOME + MOST


def test_accounts_are_locked_in_one_order(ledger: Books) -> None:
    """Whatever order the legs have: two transactions that wait for each other would cost a second."""

    def locked(tx: Tx) -> list[Ref]:
        refs = [LEDGER.open(tx, tx.person(user)) for user in (ADA, BOB, CLEO)]
        last = Ref(1, refs[0].id, 0)  # as a system account that keeps a balance would be
        legs = {last: -1, refs[2]: -1, refs[1]: 2}
        number = claim(tx, "k", "test", legs)
        assert number is not None
        return list(carry_out(tx, number, {ref: Leg(amount) for ref, amount in legs.items()}))

    found = ledger.write(locked)
    assert found == sorted(found)
    assert found[-1].rank == 1


def test_whoever_is_told_of_too_little_hears_what_they_can_spend(ledger: Books) -> None:
    assert ledger.write(books.hold, "h", ADA, 30, books.NOW + 1)
    with pytest.raises(errors.InsufficientError) as refused:
        ledger.write(books.give, "k", ADA, BOB, WELCOME - 29)
    assert refused.value.code == "insufficient"
    assert f"{WELCOME - 30} ✦" in str(refused.value)
    assert f"{WELCOME - 29} ✦" in str(refused.value)


def test_the_mint_has_entries_only(ledger: Books) -> None:
    """So that everybody can be paid at the same time."""

    def mint(tx: Tx) -> tuple[bool, dict[Ref, Any]]:
        one, _ = open_account(tx, MINT)
        ada = LEDGER.open(tx, tx.person(ADA))
        number = claim(tx, "k", "test", {one: -1, ada: 1})
        assert number is not None
        return bool(one.hot), carry_out(tx, number, {one: Leg(-1), ada: Leg(1)})

    hot, locked = ledger.write(mint)
    assert hot
    assert len(locked) == 1
