"""The ledger: whatever people do, the sum is zero, nobody is below zero, and every key has its effect once."""

import asyncio
import itertools
import sqlite3
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import UserError
from bot.store import Memory, Tx, people
from bot.store.events import events_after
from bot.users import User
from economy.ledger import Ledger, Receipt, balance_of, merge, top
from economy.posting import InsufficientError, KeyReusedError, open_account, post, total
from tests.features import ADA, ADA_TOO, BOB, CLEO, Features

WELCOME = 100
LEDGER = Ledger(WELCOME)
AUDIT = {
    "unbalanced transfers": "SELECT count(*) FROM "
    "(SELECT 1 FROM ledger_entry GROUP BY transfer HAVING sum(amount) <> 0)",
    "transfers without entries": "SELECT count(*) FROM ledger_transfer t WHERE NOT EXISTS "
    "(SELECT 1 FROM ledger_entry e WHERE e.transfer = t.id)",
    "balance drift": "SELECT count(*) FROM ledger_account a WHERE NOT hot AND balance <> "
    "(SELECT coalesce(sum(amount), 0) FROM ledger_entry e WHERE e.account = a.id)",
    "overdrawn": "SELECT count(*) FROM ledger_account WHERE NOT unbounded AND balance < 0",
    "sum of all entries": "SELECT coalesce(sum(amount), 0) FROM ledger_entry",
}
_fresh = itertools.count(1)


def give(tx: Tx, key: str, giver: User, to: User, amount: int) -> Receipt:
    tx.key = key
    return LEDGER.move(tx, giver, to, amount)


def link(tx: Tx, kept: User, gone: User) -> None:
    one, other = tx.person(kept), tx.person(gone)
    merge(tx, one, other)
    people.merge(tx, one, other)


def audit(features: Features) -> dict[str, int]:
    with sqlite3.connect(features.path) as connection:
        found = {name: connection.execute(sql).fetchone()[0] for name, sql in AUDIT.items()}
    connection.close()
    return {name: number for name, number in found.items() if number}


@dataclass
class Model:
    """What ought to be: balances, and what each key did."""

    balances: dict[int, int] = field(default_factory=dict)
    keys: dict[int, tuple[int, int, int]] = field(default_factory=dict)

    def give(self, key: int, giver: int, to: int, amount: int) -> object:
        """The balance that is kept, or the error."""
        if giver == to:
            return UserError
        held = {who: self.balances.get(who, WELCOME) for who in (giver, to)}
        if key in self.keys:
            if self.keys[key] != (giver, to, amount):
                return KeyReusedError
        elif held[giver] < amount:
            return InsufficientError
        else:
            self.keys[key] = (giver, to, amount)
            held[giver], held[to] = held[giver] - amount, held[to] + amount
        self.balances |= held
        return held[giver]


gifts = st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(0, 3), st.integers(1, 150))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(gifts, max_size=12))
async def test_random_gifts_and_repeated_keys(features: Features, moves: list[tuple[int, int, int, int]]) -> None:
    run, model = next(_fresh), Model()
    users = [User("discord", f"{run}-{n}", f"u{n}") for n in range(4)]
    queued = [features.store.write(give, f"{run}-{k}", users[a], users[b], n) for k, a, b, n in moves]
    done = await asyncio.gather(*queued, return_exceptions=True)
    for move, outcome in zip(moves, done, strict=True):
        expected = model.give(*move)
        assert (outcome.balance if isinstance(outcome, Receipt) else type(outcome)) == expected
    for who, balance in model.balances.items():
        assert await features.store.read(balance_of, users[who]) == balance
    assert await features.store.read(total) == 0
    assert audit(features) == {}


async def test_the_welcome_comes_once(features: Features) -> None:
    assert await features.store.read(balance_of, ADA) == 0
    assert [await features.store.write(LEDGER.holds, ADA) for _ in range(3)] == [WELCOME] * 3
    assert await features.store.read(total) == 0


async def test_a_run_that_is_resumed_gives_once(features: Features) -> None:
    for resumed in (False, True, True):
        receipt = await Memory(features.store, "discord:1", resumed).write(LEDGER.move, ADA, BOB, 5)
        assert receipt == Receipt(WELCOME - 5)
    assert await features.store.read(balance_of, BOB) == WELCOME + 5


async def test_nobody_blesses_themselves_on_any_platform(features: Features) -> None:
    await features.store.write(link, ADA, ADA_TOO)
    with pytest.raises(UserError) as refused:
        await features.store.write(give, "k", ADA, ADA_TOO, 1)
    assert refused.value.code == "self"


async def test_too_little_is_refused_and_leaves_nothing(features: Features) -> None:
    with pytest.raises(InsufficientError) as refused:
        await features.store.write(give, "k", ADA, BOB, WELCOME + 1)
    assert f"{WELCOME} ✦" in str(refused.value)
    assert await features.store.read(balance_of, BOB) == 0
    assert await features.store.write(give, "k", ADA, BOB, WELCOME) == Receipt(0)


@pytest.mark.parametrize("amount", [0, -5])
async def test_no_gift_takes(features: Features, amount: int) -> None:
    with pytest.raises(ValueError, match="cannot give"):
        await features.store.write(give, "k", ADA, BOB, amount)


async def test_a_posting_must_balance_and_have_a_key(features: Features) -> None:
    def wrong(tx: Tx, key: str, amount: int) -> bool:
        one, other = (open_account(tx, code)[0] for code in ("sys:a", "sys:b"))
        return post(tx, key, "test", {one: 5, other: amount})

    for key, amount in (("k", -4), ("", -5)):
        with pytest.raises(ValueError, match="no posting"):
            await features.store.write(wrong, key, amount)
    assert await features.store.write(wrong, "k", -5)


async def test_linking_moves_everything_and_mints_nothing(features: Features) -> None:
    await features.store.write(give, "k1", ADA, BOB, 30)
    await features.store.write(give, "k2", BOB, ADA_TOO, 50)
    await features.store.write(link, ADA, ADA_TOO)
    expected = WELCOME - 30 + WELCOME + 50
    assert [await features.store.read(balance_of, user) for user in (ADA, ADA_TOO)] == [expected, expected]
    assert await features.store.write(LEDGER.holds, ADA_TOO) == expected
    assert await features.store.read(total) == 0
    assert audit(features) == {}


async def test_linking_with_somebody_unheard_of_keeps_the_balance(features: Features) -> None:
    await features.store.write(give, "k1", ADA, BOB, 30)
    await features.store.write(link, ADA_TOO, ADA)
    assert await features.store.write(LEDGER.holds, ADA_TOO) == WELCOME - 30


async def test_top_names_people_as_they_are_known_here(features: Features) -> None:
    await features.store.write(give, "k1", BOB, ADA, 30)
    await features.store.write(give, "k2", CLEO, ADA, 20)
    await features.store.write(link, ADA, ADA_TOO)
    found = await features.store.read(top, 2, "twitch")
    assert [(one.name, one.balance) for one in found] == [("ada_live", 150), ("Cleo", 80)]


async def test_the_event_has_numbers_only(features: Features) -> None:
    await features.store.write(give, "k", ADA, BOB, 5)
    (event,) = await features.store.read(events_after, 0)
    assert event.kind == "blessing.given"
    assert event.body.keys() == {"giver", "receiver", "amount"}
    assert all(isinstance(value, int) for value in event.body.values())


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_transfer"])
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET id = id + 100"])
async def test_history_cannot_be_changed(features: Features, table: str, change: str) -> None:
    await features.store.write(give, "k", ADA, BOB, 5)
    connection = sqlite3.connect(features.path)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(change.format(table))
    connection.close()
