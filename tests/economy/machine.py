"""Whatever people do, in any order and at once: after each step the ledger is what the model says, and the audit finds nothing.

A rare mistake has a rule of its own (`too_late`, `settled_at_once`), or chance would miss it.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, NoReturn

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from bot.errors import UserError
from bot.store import Store
from bot.users import User
from economy.errors import InsufficientError, KeyReusedError
from economy.ledger import Receipt
from tests.economy import books
from tests.economy.books import NOW, Books, Model

AMOUNT, WHO = st.integers(1, 40), st.integers(0, 3)
FAR, PAST = NOW + 3_600_000_000, NOW - 1
SETTINGS = settings(
    max_examples=15,
    stateful_step_count=20,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class WrongError(AssertionError):
    """The ledger is not what it ought to be."""


@dataclass
class Given:
    """Something that was carried out: a gift, or a reward where there is no giver."""

    key: str
    giver: int | None
    to: int
    amount: int
    counted: int
    number: int
    ends: tuple[int, int]
    reversed: bool = False


@dataclass
class Held:
    """A hold, and whether it can still be settled."""

    key: str
    who: int
    amount: int
    late: bool
    open: bool = True


class Machine(RuleBasedStateMachine):
    """`books` is the ledger under test; `first` is the first thing that was wrong: a failing run is repeated."""

    books: ClassVar[Books]
    first: ClassVar[str] = ""
    games: ClassVar[Iterator[int]] = itertools.count(1)
    done, holds = Bundle("done"), Bundle("holds")

    @staticmethod
    async def give(store: Store, key: str, giver: User, to: User, amount: int) -> Receipt:
        """How a gift is carried out; a mistake may do it otherwise."""
        return await store.write(books.give, key, giver, to, amount)

    # --- people --------------------------------------------------------------------------------------------------------

    @initialize()
    def start(self) -> None:
        game = next(self.games)
        self.users = [User("discord", f"{game}-{n}", f"u{n}") for n in range(4)]
        self.keys = (f"{game}/{n}" for n in itertools.count())
        self.model = Model()
        for n, user in enumerate(self.users):
            self.books.write(books.account, user)
            self.model.change(n, books.WELCOME)

    @rule(who=WHO, amount=AMOUNT, target=done)
    def reward(self, who: int, amount: int) -> Given:
        key = next(self.keys)
        self.expect(self.books.write(books.reward, key, self.users[who], amount), True)
        self.model.change(who, amount, amount)
        return Given(key, None, who, amount, amount, self.books.write(books.newest), self.ends(who, who))

    @rule(giver=WHO, to=WHO, amount=AMOUNT, target=done)
    def gift(self, giver: int, to: int, amount: int) -> Any:
        key = next(self.keys)
        wrong, counted = self.model.gift(giver, to, amount)
        receipt = self.outcome(self.send(key, giver, to, amount), wrong)
        if wrong:
            return multiple()
        expected = Receipt(self.model.account(giver).available, counted, self.model.account(to).received)
        self.expect(receipt, expected)
        return Given(key, giver, to, amount, counted, self.books.write(books.newest), self.ends(giver, to))

    @rule(giver=WHO, to=WHO, amount=AMOUNT, n=st.integers(2, 5), same=st.booleans())
    def burst(self, giver: int, to: int, amount: int, n: int, same: bool) -> None:
        """`same`: one key, as when a platform delivers a command again."""
        if self.model.who(giver) == self.model.who(to):
            return
        keys = [next(self.keys)] * n if same else [next(self.keys) for _ in range(n)]
        users = self.users[giver], self.users[to]
        found = self.books.outcomes(*(self.give(self.books.store, key, *users, amount) for key in keys))
        for one in found:
            if not isinstance(one, Receipt | InsufficientError):
                self.wrong(repr(one))
        before = self.model.account(giver).available
        for _ in range(1 if same else n):
            self.model.gift(giver, to, amount)
        good = sum(isinstance(one, Receipt) for one in found)
        fits = min(before // amount, n)
        self.expect(good, (n if fits else 0) if same else fits)

    @rule(to=WHO, amount=AMOUNT)
    def crowd(self, to: int, amount: int) -> None:
        """Everybody blesses one of them at once."""
        self.at_once([(giver, to) for giver in range(4)], amount)

    @rule(giver=WHO, amount=st.integers(20, 120))
    def spread(self, giver: int, amount: int) -> None:
        """One of them blesses everybody at once, with more than there may be."""
        self.at_once([(giver, to) for to in range(4)], amount)

    # --- keys ----------------------------------------------------------------------------------------------------------

    @rule(given=done)
    def redelivered(self, given: Given) -> None:
        if self.stands(given):
            self.send_again(given, given.amount, None)

    @rule(given=done)
    def key_with_other_content(self, given: Given) -> None:
        if self.stands(given):
            self.send_again(given, given.amount + 1, KeyReusedError)

    # --- holds ---------------------------------------------------------------------------------------------------------

    @rule(who=WHO, amount=AMOUNT, late=st.booleans(), target=holds)
    def hold(self, who: int, amount: int, late: bool) -> Any:
        key, one = next(self.keys), self.model.who(who)
        wrong = InsufficientError if self.model.account(one).available < amount else None
        made = self.outcome(
            self.books.outcomes(self.write(books.hold, key, self.users[who], amount, PAST if late else FAR)), wrong
        )
        if wrong:
            return multiple()
        self.expect(made, True)
        self.model.held[one] += amount
        return Held(key, one, amount, late)

    @rule(held=holds, amount=st.integers(0, 40))
    def settle(self, held: Held, amount: int) -> None:
        expected = held.open and amount <= held.amount and (amount == 0 or not held.late)
        self.expect(self.outcome(self.books.outcomes(self.write(books.settle, held.key, amount)), None), expected)
        if expected:
            self.settled(held, amount)

    @rule(who=WHO)
    def promised(self, who: int) -> None:
        """What is held cannot be spent."""
        if available := self.model.account(who).available:
            self.hold(who, available, False)
            self.gift(who, (who + 1) % 4, 1)

    @rule(who=WHO)
    def too_late(self, who: int) -> None:
        held = self.hold(who, 1, True)
        if isinstance(held, Held):
            self.settle(held, 1)

    @rule(who=WHO, amount=AMOUNT, n=st.integers(2, 4))
    def settled_at_once(self, who: int, amount: int, n: int) -> None:
        held = self.hold(who, amount, False)
        if isinstance(held, Held):
            found = self.books.outcomes(*(self.write(books.settle, held.key, amount) for _ in range(n)))
            self.expect(sorted(map(repr, found)), [*["False"] * (n - 1), "True"])
            self.settled(held, amount)

    # --- the house -----------------------------------------------------------------------------------------------------

    @rule(kept=WHO, gone=WHO)
    def merge(self, kept: int, gone: int) -> None:
        one, other = self.model.who(kept), self.model.who(gone)
        if one == other:
            return
        wrong = UserError if self.model.held[other] else None
        found = self.books.outcomes(self.write(books.link, self.users[kept], self.users[gone]))
        self.outcome(found, wrong)
        if not wrong:
            self.model.merge(one, other)

    @rule(given=done)
    def reverse(self, given: Given) -> None:
        to, giver = self.model.who(given.to), None if given.giver is None else self.model.who(given.giver)
        fits = self.model.account(to).available >= given.amount
        wrong = None if fits and not given.reversed and giver != to else UserError
        self.outcome(self.books.outcomes(self.write(books.reverse, given.number, self.users[0])), wrong)
        if not wrong:
            given.reversed = True
            self.model.change(to, -given.amount, -given.counted, 0 if giver is None else -given.counted)
            if giver is not None:
                self.model.change(giver, given.amount)

    @invariant()
    def agrees(self) -> None:
        wrong, accounts = self.books.write(books.state, self.users)
        self.expect(wrong, {})
        self.expect(accounts, [self.model.account(n) for n in range(len(self.users))])

    # --- helpers -------------------------------------------------------------------------------------------------------

    async def write(self, fn: Any, *args: object) -> Any:
        return await self.books.store.write(fn, *args)

    def at_once(self, pairs: list[tuple[int, int]], amount: int) -> None:
        pairs = [(giver, to) for giver, to in pairs if self.model.who(giver) != self.model.who(to)]
        found = self.books.outcomes(
            *(self.give(self.books.store, next(self.keys), self.users[a], self.users[b], amount) for a, b in pairs)
        )
        done = {pair: isinstance(one, Receipt) for pair, one in zip(pairs, found, strict=True)}
        for pair in pairs:
            if done[pair]:
                self.expect(self.model.gift(*pair, amount)[0], None)
        for (giver, _), one in zip(pairs, found, strict=True):
            if not isinstance(one, Receipt):
                self.expect((type(one), self.model.account(giver).available < amount), (InsufficientError, True))

    def send(self, key: str, giver: int, to: int, amount: int) -> list[Any]:
        return self.books.outcomes(self.give(self.books.store, key, self.users[giver], self.users[to], amount))

    def send_again(self, given: Given, amount: int, wrong: type[Exception] | None) -> None:
        if given.giver is None:
            found = self.books.outcomes(self.write(books.reward, given.key, self.users[given.to], amount))
            if not wrong:
                self.expect(found, [False])
        else:
            found = self.send(given.key, given.giver, given.to, amount)
        self.outcome(found, wrong)

    def stands(self, given: Given) -> bool:
        """A key names accounts: after a merge the same people are others."""
        return given.ends == self.ends(given.to if given.giver is None else given.giver, given.to)

    def ends(self, giver: int, to: int) -> tuple[int, int]:
        return self.model.who(giver), self.model.who(to)

    def settled(self, held: Held, amount: int) -> None:
        held.open = False
        who = self.model.who(held.who)
        self.model.held[who] -= held.amount
        self.model.change(who, -amount)

    def outcome(self, found: list[Any], wrong: type[Exception] | None) -> Any:
        """The only outcome, which is this error or none."""
        (one,) = found
        if wrong is None and isinstance(one, BaseException):
            self.wrong(f"refused: {one!r}")
        if wrong is not None and not isinstance(one, wrong):
            self.wrong(f"expected {wrong.__name__}, got {one!r}")
        return one

    def expect(self, found: object, expected: object) -> None:
        if found != expected:
            self.wrong(f"{found} instead of {expected}")

    def wrong(self, what: str) -> NoReturn:
        Machine.first = Machine.first or what
        raise WrongError(what)
