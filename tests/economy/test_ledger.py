"""Gifts, accounts, statements and who has received most, on both databases."""

import pytest

from bot.errors import UserError
from bot.store import Memory, Tx
from bot.store.events import events_after, seal_due
from bot.users import User
from economy.audit import audit, total
from economy.ledger import Account, Receipt, balance_of
from economy.statement import Line, statement, top
from economy.support import DAY, forget
from tests.economy import books
from tests.economy.books import HOME, LEDGER, NOW, PER_GIVER, WELCOME, Books
from tests.features import ADA, ADA_TOO, BOB, CLEO


def best(tx: Tx, n: int, platform: str, home: str = "") -> list[tuple[str, int]]:
    return [(one.name, one.received) for one in top(tx, n, platform, home)]


def lines(tx: Tx, user: User, page: int, per_page: int) -> tuple[list[Line], int]:
    return statement(tx, tx.person(user), user.platform, page, per_page)


def test_the_welcome_comes_once(ledger: Books) -> None:
    assert ledger.write(balance_of, ADA) == 0
    assert [ledger.write(books.account, ADA) for _ in range(3)] == [Account(WELCOME)] * 3
    assert ledger.write(total) == 0


def test_a_run_that_is_resumed_gives_once(ledger: Books) -> None:
    async def run(resumed: bool) -> Receipt:
        return await Memory(ledger.store, "discord:1", resumed).write(LEDGER.move, ADA, BOB, 5)

    assert [ledger.wait(run(resumed)) for resumed in (False, True, True)] == [Receipt(WELCOME - 5, 5, 5)] * 3
    assert ledger.write(balance_of, BOB) == WELCOME + 5


def test_nobody_blesses_themselves_on_any_platform(ledger: Books) -> None:
    ledger.write(books.link, ADA, ADA_TOO)
    before = ledger.write(books.state, [ADA])
    with pytest.raises(UserError) as refused:
        ledger.write(books.give, "k", ADA, ADA_TOO, 1)
    assert refused.value.code == "self"
    assert ledger.write(books.state, [ADA]) == before


def test_of_one_giver_so_much_counts_in_a_day(ledger: Books) -> None:
    """Two who pass the same blessings back and forth all day gain no more than that."""
    receipts = [ledger.write(books.give, f"{n}", *pair, 50) for n, pair in enumerate([(ADA, BOB), (BOB, ADA)] * 5)]
    assert [one.counted for one in receipts[::2]] == [50, PER_GIVER - 50, 0, 0, 0]
    assert [one.received for one in receipts[::2]] == [50, *[PER_GIVER] * 4]
    assert ledger.write(books.account, BOB) == Account(WELCOME, 0, PER_GIVER, PER_GIVER)
    assert ledger.write(books.give, "cleo", CLEO, BOB, 50) == Receipt(WELCOME - 50, 50, PER_GIVER + 50)
    assert ledger.write(best, 9, "discord", HOME) == [("Bob", PER_GIVER + 50), ("Ada", PER_GIVER)]


def test_the_next_day_counts_anew_and_old_days_are_forgotten(ledger: Books) -> None:
    def give_on(tx: Tx, key: str, day: int, amount: int) -> int:
        tx.now = NOW + day * DAY
        return books.give(tx, key, ADA, BOB, amount).counted

    gifts = [(0, 40), (0, 30), (1, 30)]
    assert [ledger.write(give_on, f"k{n}", *gift) for n, gift in enumerate(gifts)] == [40, 20, 30]
    assert [ledger.write(forget, NOW + day * DAY) for day in (0, 1, 1)] == [0, 0, 0], "today is never forgotten"

    def forget_on(tx: Tx, day: int) -> int:
        tx.now = NOW + day * DAY
        return forget(tx, tx.now)

    assert [ledger.write(forget_on, day) for day in (1, 1, 2)] == [1, 0, 1]
    assert ledger.write(audit) == {}


def test_what_is_earned_counts_and_a_welcome_or_a_price_does_not(ledger: Books) -> None:
    def pay(tx: Tx, key: str) -> bool:
        return LEDGER.pay(tx, tx.person(ADA), 30, key, "price")

    assert [ledger.write(books.reward, "k", ADA, 20), ledger.write(books.reward, "k", ADA, 20)] == [True, False]
    assert [ledger.write(pay, "p"), ledger.write(pay, "p")] == [True, False]
    assert ledger.write(books.account, ADA) == Account(WELCOME + 20 - 30, 0, 20, 0)
    assert ledger.write(audit) == {}


def test_linking_moves_everything_and_mints_nothing(ledger: Books) -> None:
    ledger.write(books.give, "k1", ADA, BOB, 30)
    ledger.write(books.give, "k2", BOB, ADA_TOO, 50)
    ledger.write(books.give, "k3", BOB, ADA, 5)
    ledger.write(books.link, ADA, ADA_TOO)
    expected = Account(WELCOME - 30 + 5 + WELCOME + 50, 0, 55, 55)
    assert [ledger.write(books.account, user) for user in (ADA, ADA_TOO)] == [expected, expected]
    assert ledger.write(books.give, "k4", BOB, ADA, 40).counted == PER_GIVER - 55, "what was given today adds up too"
    assert ledger.write(best, 9, "twitch", HOME) == [("ada_live", PER_GIVER), ("Bob", 30)]
    assert ledger.write(audit) == {}


def test_linking_two_who_are_new_gives_one_welcome(ledger: Books) -> None:
    ledger.write(books.link, ADA, ADA_TOO)
    assert ledger.write(books.account, ADA_TOO) == Account(WELCOME)
    assert ledger.write(total) == 0


def test_linking_with_somebody_unheard_of_keeps_the_balance(ledger: Books) -> None:
    ledger.write(books.give, "k1", ADA, BOB, 30)
    ledger.write(books.link, ADA_TOO, ADA)
    assert ledger.write(books.account, ADA_TOO) == Account(WELCOME - 30)


def test_linking_waits_for_what_is_held(ledger: Books) -> None:
    ledger.write(books.hold, "h", ADA_TOO, 5, NOW + 1)
    with pytest.raises(UserError) as refused:
        ledger.write(books.link, ADA, ADA_TOO)
    assert refused.value.code == "open_hold"
    ledger.write(books.settle, "h", 5)
    ledger.write(books.link, ADA, ADA_TOO)
    assert ledger.write(books.account, ADA) == Account(WELCOME - 5)


def test_who_was_looked_up_before_a_link_is_found_after_it(ledger: Books) -> None:
    """A link in between strands nothing, neither what is given nor what is held, over a chain of links."""

    def late(tx: Tx, who: int) -> None:
        LEDGER.reward(tx, who, 7, "late", "test")
        LEDGER.hold(tx, who, 3, "late", NOW + 1)

    gone = ledger.write(lambda tx: tx.person(ADA_TOO))
    ledger.write(books.account, ADA_TOO)
    ledger.write(books.link, BOB, ADA_TOO)
    ledger.write(books.link, ADA, BOB)
    ledger.write(late, gone)
    assert ledger.write(books.account, ADA) == Account(WELCOME + 7, 3, 7, 0)
    assert ledger.write(books.settle, "late", 3)
    assert ledger.write(books.account, ADA).balance == WELCOME + 4
    assert ledger.write(audit) == {}


def test_top_is_people_by_what_they_received_and_as_they_are_known_here(ledger: Books) -> None:
    ledger.write(books.give, "k1", BOB, ADA, 30)
    ledger.write(books.give, "k2", CLEO, ADA, 20)
    ledger.write(books.give, "k3", ADA, CLEO, 10)
    ledger.write(books.link, ADA, ADA_TOO)
    assert ledger.write(best, 2, "twitch") == [("ada_live", 50), ("Cleo", 10)]
    assert ledger.write(best, 1, "twitch", HOME) == [("ada_live", 50)]
    assert ledger.write(best, 9, "twitch", "telegram:elsewhere") == []


def test_a_statement_is_read_in_pages(ledger: Books) -> None:
    ledger.write(books.give, "k1", ADA, BOB, 30)
    ledger.write(books.reward, "k2", ADA, 7)
    ledger.write(books.give, "k3", BOB, ADA, 2)
    first, count = ledger.write(lines, ADA, 1, 3)
    assert [(one.reason, one.amount, one.balance, one.other) for one in first] == [
        ("blessing", 2, 79, "Bob"),
        ("daily", 7, 77, ""),
        ("blessing", -30, 70, "Bob"),
    ]
    assert count == 4
    assert [one.at for one in first] == [NOW] * 3
    last, count = ledger.write(lines, ADA, 2, 3)
    assert [(one.reason, one.amount) for one in last] == [("welcome", WELCOME)]
    assert ledger.write(lines, CLEO, 1, 3) == ([], 0)
    assert ledger.write(lines, ADA, 10**9, 3) == ledger.write(lines, ADA, 10**18 - 1, 8) == ([], 4)


def test_events_have_numbers_only(ledger: Books) -> None:
    for _ in range(2):
        ledger.write(books.give, "k1", ADA, BOB, 5)
        ledger.write(books.reward, "k2", ADA, 5)
    ledger.wait(seal_due(ledger.store))
    found = ledger.write(events_after, 0)
    assert [event.kind for event in found] == ["blessing.given", "blessing.earned"]
    assert all(isinstance(value, int) for event in found for value in event.body.values())


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_transfer"])
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET id = id + 100"])
def test_history_cannot_be_changed(ledger: Books, table: str, change: str) -> None:
    ledger.write(books.give, "k", ADA, BOB, 5)
    with pytest.raises(Exception, match="append-only"):
        ledger.sql(change.format(table))
