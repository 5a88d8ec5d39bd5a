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
from bot.adapter import Outcome, Payload
from bot.app import App
from bot.command import Invocation, ReplyHandle
from bot.flows import Pace
from bot.run import collect_seldom
from bot.sandbox.offline import Offline
from bot.sandbox.world import World
from bot.store.sqlite.writer import Call, Writer
from config.settings import DatabaseSettings, Settings
from tests import servers

RATE, LATENCY, GROWTH, HOT = 0.40, 2.5, 1.25, 1.3
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


async def measured(kind: str, entries: int, folder: Path) -> tuple[list[Load], list[Load], float]:
    """Rounds of ours and of the raw driver, in turns; how many functions a COMMIT was for."""
    async with houses(kind, entries, folder) as (bench, noting):
        await bench.load(IN_FLIGHT * 4, IN_FLIGHT)
        mine, theirs = [], []
        for _ in range(ROUNDS):
            commands = await noting.record(EACH)
            with batches() as sizes:
                mine.append(await bench.load(EACH, IN_FLIGHT))
            mean = statistics.mean(sizes) if sizes else 1.0
            theirs.append(await asyncio.to_thread(bench.replay, commands, mean))
        return mine, theirs, mean


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


def report(kind: str, entries: int, mine: list[Load], theirs: list[Load], batch: float) -> tuple[float, bool]:
    """Print it; our share of the raw driver's rate, and whether the goals are met."""
    pairs = list(zip(mine, theirs, strict=True))
    shares = sorted(ours.rate / raw.rate for ours, raw in pairs)
    share = statistics.median(shares)
    p50, p99 = (
        statistics.median(ours.percentile(at) / raw.percentile(at) for ours, raw in pairs) for at in (0.50, 0.99)
    )
    rate, raw_rate = (statistics.median(one.rate for one in loads) for loads in (mine, theirs))
    print(
        f"{kind:10} {entries:>9,} entries: {share:.2f} of the raw driver (rounds {shares[0]:.2f} to {shares[-1]:.2f}; "
        f"{rate:,.0f} of {raw_rate:,.0f} commands/s), p50 x{p50:.2f}, p99 x{p99:.2f}; {batch:.1f} functions a COMMIT"
    )
    return share, share >= RATE and p50 <= LATENCY and p99 <= LATENCY


def crowds(kind: str, found: list[tuple[float, float]]) -> bool:
    """Print it; whether the goal is met."""
    ours, raw = (statistics.median(pair[side] for pair in found) for side in (0, 1))
    allowed = HOT if kind == "sqlite" else HOT * raw
    low, high = min(pair[0] for pair in found), max(pair[0] for pair in found)
    print(
        f"{kind:10} {CROWD:,} people at once bless one streamer instead of each other: x{ours:.2f} the time (rounds "
        f"{low:.2f} to {high:.2f}), the raw driver x{raw:.2f}; at most x{allowed:.2f}"
    )
    return ours <= allowed


def main() -> None:
    """Print the table; exit with 1 when a goal is missed."""
    servers._FAST = _DURABLE  # type: ignore[assignment]  # noqa: SLF001  (a server for tests need not be durable)
    try:
        met = [_on(kind) for kind in servers.KINDS]
    finally:
        servers.stop()
    print(f"goals: at least {RATE} of the raw driver, p50 and p99 at most x{LATENCY}, growth at most x{GROWTH}")
    sys.exit(not all(met))


def _on(kind: str) -> bool:
    met, shares = True, []
    for entries in (SMALL, LARGE):
        with tempfile.TemporaryDirectory(prefix="soulfra-bench-") as folder:
            share, well = report(kind, entries, *asyncio.run(measured(kind, entries, Path(folder))))
        shares.append(share)
        met = met and well
    growth = shares[0] / shares[1]
    print(f"{kind:10} slower from {SMALL:,} to {LARGE:,} entries by x{growth:.2f} of the raw driver's own")
    with tempfile.TemporaryDirectory(prefix="soulfra-bench-") as folder:
        return crowds(kind, asyncio.run(crowded(kind, Path(folder)))) and met and growth <= GROWTH


if __name__ == "__main__":
    main()
