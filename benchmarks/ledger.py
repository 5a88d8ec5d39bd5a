"""A ledger command, from the invocation to the reply object, beside a raw driver that executes the same statements.

python -m benchmarks.ledger     prints the table for both databases; ends with 1 when a goal is missed

Durable as in production (SQLite synchronous=FULL, PostgreSQL with fsync); rounds of both are interleaved, each on a database of
its own in the same state. PostgreSQL is that of SOULFRA_TEST_POSTGRES, else one made for it.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from msgspec import structs
from pydantic import SecretStr

from benchmarks.replay import FAR, Command, Load, on_postgres, on_sqlite, recorded
from benchmarks.row import Row, told
from bot.adapter import Outcome, Payload
from bot.app import App
from bot.command import Invocation, ReplyHandle
from bot.flows import Pace
from bot.message import Message
from bot.run import collect_seldom
from bot.sandbox.offline import Offline
from bot.sandbox.world import World
from bot.store.sqlite.writer import Call, Writer
from config.settings import DatabaseSettings, Settings
from tests import servers

RATE, LATENCY, GROWTH, HOT = 2.5, 2.5, 1.25, 1.3
"""Times as long as the raw driver, in all and at the percentiles; growth with the ledger; when all bless one."""

PEOPLE, IN_FLIGHT, EACH, ROUNDS = 1_000, 64, 600, 7
CONNECTIONS = 8
CROWD, CROWDS = 1_000, 3
SMALL, LARGE = 1_000, 1_000_000
"""Entries in the ledger beforehand."""
_DURABLE = ("listen_addresses=", "max_connections=100", "autovacuum=off", "shared_buffers=128MB")
_N = "WITH RECURSIVE n(i) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {rows}) "
_PEOPLE = (
    "INSERT INTO person(id, created) " + _N + "SELECT {person} + i, 0 FROM n",
    "INSERT INTO users(platform, id, person, name, handle, folded_name, folded_handle, named, seen) "
    + _N
    + "SELECT 'twitch', 'name:p' || i, {person} + i, 'p' || i, 'p' || i, 'p' || i, 'p' || i, 0, 4000000000000000 FROM n",
    "INSERT INTO ledger_account(id, code, person, unbounded, hot, balance, version) "
    + _N
    + "SELECT {account} + i, 'person:' || ({person} + i), {person} + i, 0, 0, {balance} + 10000000 * i, "
    + "{version} + 1000000 * i FROM n",
)
_ENTRIES = (
    "INSERT INTO ledger_transfer(id, key, digest, reason, at) "
    + _N
    + "SELECT {transfer} + i, 'before/' || i, 'none', 'blessing', 0 FROM n",
    "INSERT INTO ledger_entry(id, transfer, account, amount, version, balance) "
    + _N
    + "SELECT {entry} + i, {transfer} + i / 2, {account} + i % {people}, 1 - 2 * (i % 2), 1 + i / {people}, 0 FROM n",
)
_FAR = {
    name: FAR * place
    for place, name in enumerate(("person", "account", "transfer", "entry", "event", "outbox", "inbox", "version"), 1)
} | {"balance": FAR * FAR}
"""Everything the database numbers begins far out, so that a replay knows it again."""


class Waiting(Offline):
    """Tells who waits for the reply of an event that it is there."""

    def __init__(self) -> None:
        super().__init__("twitch", World())
        self.waiting: dict[str, asyncio.Future[None]] = {}

    def render(self, message: Message, handle: ReplyHandle) -> list[Payload]:
        """The reply object is what is waited for: how a platform shows it is measured by `benchmarks.paths`."""
        del handle
        return [{"message": message.runs}]

    async def send(self, handle: ReplyHandle, payload: Payload, key: str) -> Outcome:
        outcome = await super().send(handle, payload, key)
        self.sent.clear()
        self.handles.clear()
        waiting = self.waiting.pop(handle.message or "", None)
        if waiting is not None:
            waiting.set_result(None)
        return outcome

    def event(self, number: int, *, streamer: bool) -> Invocation:
        """Somebody blesses somebody else, or the one whom all bless."""
        giver = 1 + number % (PEOPLE - 1)
        to = 0 if streamer else 1 + (number * 7 + 3) % (PEOPLE - 1)
        line = self.invocation(f"p{giver}", f"!bless @p{to} 1 thank you", direct=False)
        id_ = f"twitch:bench:{number}"
        return structs.replace(line, id=id_, reply=structs.replace(line.reply, message=id_))


@dataclass
class Bench:
    """Our house on one database, and the same database for the raw driver."""

    kind: str
    ours: Path | str
    raw: Path | str
    app: App
    platform: Waiting
    numbers: "count[int]" = field(default_factory=count)

    async def load(self, commands: int, in_flight: int, *, streamer: bool = False) -> Load:
        """So many of our commands, so many at a time."""
        latencies: list[float] = []
        events = iter([self.platform.event(next(self.numbers), streamer=streamer) for _ in range(commands)])

        async def client() -> None:
            for event in events:
                began = time.perf_counter()
                replied = self.platform.waiting[event.id] = asyncio.get_running_loop().create_future()
                await self.app.intake.submit(event)
                await replied
                latencies.append(time.perf_counter() - began)

        began = time.perf_counter()
        await asyncio.gather(*(client() for _ in range(in_flight)))
        seconds = time.perf_counter() - began
        await self.app.intake.quiet()
        return Load(seconds, sorted(latencies))

    async def record(self, commands: int, *, streamer: bool = False) -> list[Command]:
        """What so many commands ask of the database, one after the other."""
        found = []
        for _ in range(commands):
            with recorded() as transactions:
                await self.load(1, 1, streamer=streamer)
            found.append([one for one in transactions if one.steps and not one.seals])
        return found

    def replay(self, commands: list[Command], batch: float) -> Load:
        """The raw driver."""
        if isinstance(self.raw, Path):
            return on_sqlite(self.raw, commands, IN_FLIGHT, batch)
        return on_postgres(self.raw, commands, IN_FLIGHT, CONNECTIONS)


@contextmanager
def batches() -> Iterator[list[int]]:
    """How many functions each COMMIT of the SQLite writer is for."""
    sizes: list[int] = []
    commit = Writer._commit  # noqa: SLF001  (there is no other place that knows)

    def counted(self: Writer, batch: list[Call]) -> None:
        sizes.append(len(batch))
        commit(self, batch)

    Writer._commit = counted  # type: ignore[method-assign]  # noqa: SLF001
    try:
        yield sizes
    finally:
        Writer._commit = commit  # type: ignore[method-assign]  # noqa: SLF001


def fill(where: Path | str, entries: int) -> None:
    """People with accounts, and a past."""
    for statement in _PEOPLE:
        servers.sql(where, statement.format(rows=PEOPLE, **_FAR))
    for statement, rows in zip(_ENTRIES, (entries // 2, entries), strict=True):
        servers.sql(where, statement.format(rows=rows, people=PEOPLE, **_FAR))
    if isinstance(where, str):
        for name in ("person", "ledger_account", "ledger_transfer", "ledger_entry", "event", "outbox", "inbox"):
            column, first = "number" if name == "inbox" else "id", _FAR[name.removeprefix("ledger_")] + 10**8
            servers.sql(where, f"SELECT setval(pg_get_serial_sequence('{name}', '{column}'), {first})")
        servers.sql(where, "ANALYZE")


@asynccontextmanager
async def houses(kind: str, entries: int, folder: Path) -> AsyncIterator[tuple[Bench, Bench]]:
    """Ours, with a database for the raw driver; and another in the same state, whose commands are recorded."""
    async with AsyncExitStack() as ending:
        ours, raw, noted = (
            ending.enter_context(servers.lent(folder / name, kind=kind)) for name in ("ours", "raw", "noted")
        )
        for where in (ours, raw, noted):
            fill(where, entries)
        noting = await opened(kind, noted, raw, folder / "noting", 1)
        ending.push_async_callback(noting.app.stop)
        bench = await opened(kind, ours, raw, folder / "house")
        ending.push_async_callback(bench.app.stop)
        collect_seldom()
        yield bench, noting


@dataclass(frozen=True, slots=True)
class Pairs:
    """Rounds of ours and of the raw driver, in turns; how many functions a COMMIT was for."""

    mine: list[Load]
    theirs: list[Load]
    batch: float

    @property
    def slower(self) -> list[float]:
        """How many times as long ours took, smallest first."""
        return sorted(raw.rate / ours.rate for ours, raw in zip(self.mine, self.theirs, strict=True))

    def latency(self, at: float) -> float:
        """How many times as long a command took at this percentile."""
        pairs = zip(self.mine, self.theirs, strict=True)
        return statistics.median(ours.percentile(at) / raw.percentile(at) for ours, raw in pairs)


async def measured(kind: str, entries: int, folder: Path, rounds: int) -> Pairs:
    """Ours beside the raw driver, on a ledger of this size."""
    async with houses(kind, entries, folder) as (bench, noting):
        await bench.load(IN_FLIGHT * 4, IN_FLIGHT)
        mine, theirs = [], []
        for _ in range(rounds):
            commands = await noting.record(EACH)
            with batches() as sizes:
                mine.append(await bench.load(EACH, IN_FLIGHT))
            mean = statistics.mean(sizes) if sizes else 1.0
            theirs.append(await asyncio.to_thread(bench.replay, commands, mean))
        return Pairs(mine, theirs, mean)


async def crowded(kind: str, folder: Path) -> list[tuple[float, float]]:
    """How many times longer it takes when all bless one person: with ours, and with the raw driver."""
    async with houses(kind, SMALL, folder) as (bench, noting):
        await bench.load(IN_FLIGHT * 4, IN_FLIGHT)
        found = []
        for _ in range(CROWDS):
            many, one = await noting.record(CROWD), await noting.record(CROWD, streamer=True)
            apart = await bench.load(CROWD, CROWD)
            together = await bench.load(CROWD, CROWD, streamer=True)
            raw_apart, raw_together = [await asyncio.to_thread(bench.replay, part, IN_FLIGHT) for part in (many, one)]
            found.append((together.seconds / apart.seconds, raw_together.seconds / raw_apart.seconds))
        return found


async def opened(kind: str, where: Path | str, raw: Path | str, data: Path, connections: int = CONNECTIONS) -> Bench:
    """Our house on this database."""
    if isinstance(where, Path):
        data, database = where.parent, DatabaseSettings()
    else:
        database = DatabaseSettings(url=SecretStr(where), connections=connections)
    app, platform = App(Settings(data=data, database=database, discover=False)).load(), Waiting()
    app.flows.pace = Pace(after=None)  # no flow is asked for: what it takes to begin with them is not a command's
    await app.start([platform])
    return Bench(kind, where, raw, app, platform)


def beside(kind: str, entries: int, pairs: Pairs) -> Iterator[Row]:
    """Throughput and latency on a ledger of this size."""
    what, slower = f"ledger on {kind}, {entries:,} entries", pairs.slower
    rate, raw_rate = (statistics.median(one.rate for one in loads) for loads in (pairs.mine, pairs.theirs))
    figure = (
        f"x{statistics.median(slower):.2f} (rounds {slower[0]:.2f} to {slower[-1]:.2f}; {rate:,.0f} of {raw_rate:,.0f} "
        f"commands/s; {pairs.batch:.1f} functions a COMMIT)"
    )
    yield Row(f"{what}, beside the raw driver", statistics.median(slower), figure, RATE)
    for name, at in (("p50", 0.50), ("p99", 0.99)):
        latency = pairs.latency(at)
        yield Row(f"{what}, {name} beside its own", latency, f"x{latency:.2f}", LATENCY)


def crowds(kind: str, found: list[tuple[float, float]]) -> Row:
    """All at once for one account. Where the database itself makes them wait for each other, that is not held against us."""
    ours, raw = (statistics.median(pair[side] for pair in found) for side in (0, 1))
    low, high = min(pair[0] for pair in found), max(pair[0] for pair in found)
    figure = f"x{ours:.2f} (rounds {low:.2f} to {high:.2f}; the raw driver x{raw:.2f})"
    what = f"ledger on {kind}, {CROWD:,} at once bless one, beside each other"
    return Row(what, ours, figure, HOT if kind == "sqlite" else round(HOT * raw, 2))


def rows(rounds: int = ROUNDS) -> Iterator[Row]:
    """Both databases; minutes, most of it for filling a large ledger."""
    servers._FAST = _DURABLE  # type: ignore[assignment]  # noqa: SLF001  (a server for tests need not be durable)
    try:
        for kind in servers.KINDS:
            yield from _on(kind, rounds)
    finally:
        servers.stop()


def _on(kind: str, rounds: int) -> Iterator[Row]:
    medians = []
    for entries in (SMALL, LARGE):
        with tempfile.TemporaryDirectory(prefix="soulfra-bench-") as folder:
            pairs = asyncio.run(measured(kind, entries, Path(folder), rounds))
        medians.append(statistics.median(pairs.slower))
        yield from beside(kind, entries, pairs)
    growth = medians[1] / medians[0]
    yield Row(
        f"ledger on {kind}, from {SMALL:,} to {LARGE:,} entries, beside its own", growth, f"x{growth:.2f}", GROWTH
    )
    with tempfile.TemporaryDirectory(prefix="soulfra-bench-") as folder:
        yield crowds(kind, asyncio.run(crowded(kind, Path(folder))))


if __name__ == "__main__":
    sys.exit(not told(rows()))
