"""Whatever people do with whispers, on two platforms and in two processes at once, while time moves: it is what the rules say.

`World` is the rules told once more, by going through all that somebody ever did; a step compares what happens with it.
"""

import asyncio
import itertools
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.errors import UserError
from bot.security.keyring import Keyring
from bot.store import Store, Tx, people
from bot.users import User
from config.load import load_data
from config.whispers import CATEGORIES, Category, Whispers
from handlers.journey.whispers import rows
from handlers.journey.whispers.choosing import NO_REPEAT, Leaning, level
from handlers.journey.whispers.whispering import Asked, Skipped, Whispering, merge
from tests import servers

BANK = load_data(Whispers, "whispers.toml")
WHISPERING = Whispering(BANK)
HOUR = 3_600_000_000
START = 1_700_000_000_000_000
OFF = st.sampled_from([-1, 0, 1])
WHO, CATEGORY = st.integers(0, 2), st.none() | st.sampled_from(CATEGORIES)
SETTINGS = settings(
    max_examples=12,
    stateful_step_count=30,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class Houses:
    """Two processes on one database, with one clock."""

    def __init__(self, database: Path | str, folder: Path) -> None:
        self.now, self.where = START, database
        self.loop = asyncio.new_event_loop()
        keys = Keyring.open(folder / "keys")
        opening = [Store.open(database, keys, servers.HOUSE, clock=lambda: self.now) for _ in range(2)]
        self.stores = [self.wait(one) for one in opening]

    def wait(self, what: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(what)

    def at_once(self, *calls: tuple[Any, ...]) -> list[Any]:
        """`(fn, …)` each, in turn by the one and the other process; results or errors."""

        async def one(store: Store, fn: Any, *args: Any) -> Any:
            return await store.write(fn, *args)

        async def together() -> list[Any]:
            turns = zip(itertools.cycle(self.stores), calls, strict=False)
            return await asyncio.gather(*(one(store, *call) for store, call in turns), return_exceptions=True)

        return list(self.wait(together()))

    def close(self) -> None:
        for store in self.stores:
            self.wait(store.close())
        self.loop.close()


@dataclass
class Past:
    """One whisper of somebody."""

    order: int
    id: str
    category: str
    asked: int
    state: str = "open"
    ended: int = 0


@dataclass
class World:
    """One person, by the rules."""

    past: list[Past] = field(default_factory=list)

    def open(self, now: int) -> Past | None:
        return next((one for one in self.past if one.state == "open" and now - one.asked <= 48 * HOUR), None)

    def ends(self) -> list[Past]:
        ended = [one for one in self.past if one.state in {"answered", "skipped"}]
        return sorted(ended, key=lambda one: (one.ended, one.order))

    def locked_until(self) -> int:
        """Everything."""
        streak: list[int] = []
        for one in self.ends():
            streak = [] if one.state == "answered" else [*streak, one.ended]
        near = [at for at in streak if streak[-1] - at < 7 * 24 * HOUR]
        hours = {0: 0, 1: 0, 2: 0, 3: 12, 4: 24, 5: 48}.get(len(near), 72)
        return near[-1] + hours * HOUR if hours else 0

    def resting(self) -> dict[str, int]:
        """Until when each category that was skipped rests."""
        return {one.category: one.ended + 24 * HOUR for one in self.ends() if one.state == "skipped"}

    def left(self, now: int, category: str | None) -> set[str]:
        """What may come next."""
        recent = {one.id for one in sorted(self.past, key=lambda one: one.order)[-NO_REPEAT:]}
        locked = {name for name, until in self.resting().items() if until > now}
        answered = sum(one.state == "answered" for one in self.past)
        return {
            one.id
            for one in BANK.whisper
            if one.id not in recent
            and one.category not in locked
            and category in (None, one.category)
            and one.level <= level(answered)
        }

    def borders(self) -> list[int]:
        """When something changes."""
        return [self.locked_until(), *self.resting().values(), *(one.asked + 48 * HOUR for one in self.past)]


def link(tx: Tx, kept: User, gone: User) -> None:
    """As `Identity.redeem` does it."""
    tx.alone()
    one, other = tx.person(kept), tx.person(gone)
    merge(tx, one, other)
    people.merge(tx, one, other)


def end(tx: Tx, user: User) -> str:
    """An answer."""
    return WHISPERING.answered(tx, tx.person(user)).id


def newest(tx: Tx, user: User) -> int:
    """The row of what they were asked last: of two that were asked at once, the database alone knows the order."""
    return int(tx.execute(rows.RECENT, who=tx.person(user), n=1)[0][0])


class Machine(RuleBasedStateMachine):
    """0 and 1 are one human on two platforms, who may link them; 2 is somebody else."""

    houses: ClassVar[Houses]
    games: ClassVar[Iterator[int]] = itertools.count(1)

    @initialize()
    def start(self) -> None:
        game = next(self.games)
        self.users = [User(one, f"{game}-{n}", f"u{n}") for n, one in enumerate(("discord", "twitch", "telegram"))]
        self.worlds = [World(), World(), World()]

    @property
    def now(self) -> int:
        return self.houses.now

    # --- time ----------------------------------------------------------------------------------------------------------

    @rule(hours=st.sampled_from([0.25, 1, 11, 12, 24, 48, 72, 170]))
    def time_passes(self, hours: float) -> None:
        self.houses.now += round(hours * HOUR)

    @rule(who=WHO, which=st.integers(0, 9), off=OFF)
    def to_a_border(self, who: int, which: int, off: int) -> None:
        """To the microsecond before, at and after which something changes."""
        ahead = sorted({at for at in self.worlds[who].borders() if at + off > self.now})
        if ahead:
            self.houses.now = ahead[which % len(ahead)] + off
            self.ask(who, None)

    # --- people --------------------------------------------------------------------------------------------------------

    @rule(who=WHO, category=CATEGORY)
    def ask(self, who: int, category: Category | None) -> None:
        self.asked(who, category, self.houses.at_once(self.asking(who, category))[0])

    @rule(categories=st.lists(st.tuples(WHO, CATEGORY), min_size=2, max_size=5))
    def ask_at_once(self, categories: list[tuple[int, Category | None]]) -> None:
        """On all platforms and in both processes: one of them opens it, for the others it is open."""
        found = self.houses.at_once(*(self.asking(who, category) for who, category in categories))
        turns = zip(categories, found, strict=True)
        for (who, category), one in sorted(turns, key=lambda turn: order(turn[1])):
            self.asked(who, category, one)

    @rule(who=WHO)
    def answer(self, who: int) -> None:
        self.ended(who, "answered", self.houses.at_once((end, self.users[who]))[0])

    @rule(who=WHO)
    def skip(self, who: int) -> None:
        self.ended(who, "skipped", self.houses.at_once((WHISPERING.skip, self.users[who]))[0])

    @rule(who=WHO, category=CATEGORY, off=OFF)
    def skip_and_come_back(self, who: int, category: Category | None, off: int) -> None:
        """For the same category, about when it rests no more."""
        self.ask(who, category)
        if was := self.worlds[who].open(self.now):
            self.skip(who)
            self.houses.now += 24 * HOUR + off
            self.ask(who, was.category)  # type: ignore[arg-type]

    @rule(who=WHO, times=st.integers(2, 4), hours=st.sampled_from([0, 25, 83, 84]), off=OFF)
    def skip_in_a_row(self, who: int, times: int, hours: int, off: int) -> None:
        """Skips in a row are rare by chance; then about when everything rests no more."""
        for _ in range(times):
            self.ask(who, None)
            self.skip(who)
            self.houses.now += hours * HOUR
        if (until := self.worlds[who].locked_until() + off) > self.now:
            self.ask(who, None)
            self.houses.now = until
            self.ask(who, None)

    @rule(first=WHO, second=WHO)
    def end_at_once(self, first: int, second: int) -> None:
        """One answers and skips, or skips on two platforms: an open whisper ends once."""
        calls = [(end, self.users[first]), (WHISPERING.skip, self.users[second])]
        found = self.houses.at_once(*calls)
        turns = [(first, "answered", found[0]), (second, "skipped", found[1])]
        for turn in sorted(turns, key=lambda one: isinstance(one[2], UserError)):
            self.ended(*turn)

    @rule(who=WHO, other=WHO)
    def ask_while_skipping(self, who: int, other: int) -> None:
        """Asked for elsewhere at the same time, the category that is skipped does not come back."""
        was = self.worlds[who].open(self.now)
        if was is None or self.worlds[who] is not self.worlds[other]:
            return
        skipped, found = self.houses.at_once(
            (WHISPERING.skip, self.users[who]),
            self.asking(other, was.category),  # type: ignore[arg-type]
        )
        if isinstance(found, Asked):
            assert (found.id, found.again) == (was.id, True), (found, was, self.now)
        else:
            assert refused(found) == "locked", found
        self.ended(who, "skipped", skipped)

    @precondition(lambda self: self.worlds[0] is not self.worlds[1])
    @rule(wait=st.integers(0, 3))
    def link(self, wait: int) -> None:
        if wait:
            return
        one, other = self.worlds[:2]
        open_ = sorted([n for n in one.past + other.past if n.state == "open"], key=lambda n: (n.asked, n.order))
        for old in open_[:-1]:
            old.state = "expired"
        self.houses.at_once((link, *self.users[:2]))
        one.past += other.past
        self.worlds[1] = one

    @invariant()
    def one_is_open(self) -> None:
        rows = "SELECT count(*) FROM whisper WHERE state = 'open' GROUP BY person HAVING count(*) > 1"
        assert servers.sql(self.houses.where, rows) == []

    # --- what ought to be ------------------------------------------------------------------------------------------------

    def asking(self, who: int, category: Category | None) -> tuple[Any, ...]:
        return WHISPERING.ask, self.users[who], category, Leaning()

    def asked(self, who: int, category: Category | None, found: Any) -> None:
        world = self.worlds[who]
        if was := world.open(self.now):
            assert isinstance(found, Asked), found
            assert (found.id, found.again) == (was.id, True), (found, was, self.now)
            return
        resting = world.resting().get(category or "", 0)
        if max(world.locked_until(), resting) > self.now:
            assert refused(found) == "locked", found
        elif left := world.left(self.now, category):
            assert isinstance(found, Asked), found
            assert found.id in left
            assert not found.again
            for old in world.past:
                old.state = "expired" if old.state == "open" else old.state
            world.past.append(
                Past(self.houses.at_once((newest, self.users[who]))[0], found.id, found.category, self.now)
            )
        else:
            assert refused(found) == "no_whisper", found

    def ended(self, who: int, how: str, found: Any) -> None:
        world = self.worlds[who]
        was = world.open(self.now)
        if was is None:
            assert refused(found) == "no_open_whisper", found
            return
        was.state, was.ended = how, self.now
        if how == "skipped":
            assert found == Skipped(was.category, max(0, world.locked_until() - self.now) / 1_000_000)
        else:
            assert found == was.id


def order(found: Any) -> int:
    """What was asked for at once: refused before one of them was asked, asked, or asked before."""
    return 1 + found.again if isinstance(found, Asked) else 0


def refused(found: Any) -> str:
    """The code of the refusal."""
    assert isinstance(found, UserError), found
    return found.code
