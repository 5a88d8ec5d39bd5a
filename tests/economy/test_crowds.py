"""Many at once, on both databases: nobody spends twice, and no gift is lost."""

import sqlalchemy as sa

from bot.store import Tx, param
from bot.users import User
from economy.accounts import MINT, open_account
from economy.audit import audit
from economy.errors import InsufficientError
from economy.ledger import Account, Receipt
from economy.posting import post
from economy.tables import entry
from tests.economy import books
from tests.economy.books import LEDGER, WELCOME, Books
from tests.features import ADA, BOB

CROWD = 1000
_ENTRIES = sa.select(sa.func.count()).where(entry.c.account == param("account", sa.BigInteger))


def leave(tx: Tx, user: User, amount: int) -> None:
    """They have this much and no more."""
    mint, _ = open_account(tx, MINT)
    ref = LEDGER.open(tx, tx.person(user))
    post(tx, f"leave:{ref.id}", "test", {ref: amount - WELCOME, mint: WELCOME - amount})


def entries(tx: Tx, user: User) -> int:
    ref = LEDGER.open(tx, tx.person(user))
    return int(tx.execute(_ENTRIES, account=ref.id)[0][0])


def test_a_thousand_gifts_from_one_with_enough_for_ten(ledger: Books) -> None:
    ledger.write(leave, ADA, 10)
    ledger.write(books.account, BOB)

    async def one(key: int) -> Receipt:
        return await ledger.store.write(books.give, str(key), ADA, BOB, 1)

    found = ledger.outcomes(*map(one, range(CROWD)))
    assert sum(isinstance(outcome, Receipt) for outcome in found) == 10
    assert sum(isinstance(outcome, InsufficientError) for outcome in found) == CROWD - 10
    assert ledger.write(books.account, ADA).balance == 0
    assert ledger.write(books.account, BOB).balance == WELCOME + 10
    assert ledger.write(audit) == {}


def test_a_thousand_people_bless_one_streamer(ledger: Books) -> None:
    ledger.write(books.account, BOB)
    people = [User("twitch", f"viewer-{n}", f"viewer{n}") for n in range(CROWD)]

    async def one(number: int) -> Receipt:
        return await ledger.store.write(books.give, str(number), people[number], BOB, 2)

    found = ledger.outcomes(*map(one, range(CROWD)))
    assert [outcome for outcome in found if not isinstance(outcome, Receipt)] == []
    assert ledger.write(books.account, BOB) == Account(WELCOME + 2 * CROWD, 0, 2 * CROWD, 2 * CROWD)
    assert ledger.write(entries, BOB) == CROWD + 1
    assert ledger.write(audit) == {}
