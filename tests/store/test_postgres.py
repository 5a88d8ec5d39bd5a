"""PostgreSQL: transactions that collide are run again, a lost connection loses nothing and doubles nothing."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.command.invocation import Invocation
from bot.errors import UserError
from bot.store import BatchFailed, Diverged, Memory, OutcomeUnknownError, Store, Tx, inbox, kept, param, people
from bot.store.schema import insert, lease
from bot.users import User
from tests.servers import Server, sql
from tests.store.lossy import Loses, Lossy

NEW = insert(lease).values(name=param("name"), holder="", expires=0).on_conflict_do_nothing()
ADD = (
    sa.update(lease)
    .where(lease.c.name == param("which"))
    .values(expires=lease.c.expires + 1)
    .returning(lease.c.expires)
)
COUNTS = "SELECT name, expires FROM lease ORDER BY name"
COLLIDES = """
CREATE SEQUENCE tries;
CREATE FUNCTION collide() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF nextval('tries') < 4 THEN RAISE EXCEPTION 'it collides' USING ERRCODE = 'serialization_failure'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER collides BEFORE UPDATE ON lease FOR EACH ROW EXECUTE FUNCTION collide()
"""

CANCEL = """
SELECT pg_cancel_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()
"""


@pytest.fixture
def kind() -> str:
    """The server."""
    return "postgresql"


@pytest.fixture
async def other(reopen: Any, store: Store) -> Store:
    """Another process on the same database."""
    again: Store = await reopen()
    return again


@pytest.fixture
async def lossy(database: str, tmp_path: Path) -> AsyncIterator[Lossy]:
    between = Lossy(tmp_path, database)
    yield between
    between.close()


@pytest.fixture
async def shaky(lossy: Lossy, keys: Any) -> AsyncIterator[Store]:
    """A store whose connections go through `lossy`."""
    one = await Store.open(lossy.url, keys)
    yield one
    await one.close()


def add(tx: Tx, *names: str) -> int:
    for name in names:
        tx.execute(NEW, name=name)
        rows = tx.execute(ADD, which=name)
    return int(rows[0][0])


def test_its_driver_is_loaded_by_who_uses_it() -> None:
    """Whoever is on SQLite pays nothing for it."""
    import subprocess  # noqa: PLC0415
    import sys  # noqa: PLC0415

    asked = "import sys, bot.store; print('psycopg' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


async def test_a_deadlock_is_run_again(store: Store, database: str) -> None:
    await store.write(add, "a", "b")
    ran: list[str] = []
    met = threading.Barrier(2)

    def crossing(tx: Tx, first: str, second: str) -> None:
        ran.append(first)
        add(tx, first)
        if ran.count(first) == 1:
            met.wait(20)
        add(tx, second)

    await asyncio.gather(store.write(crossing, "a", "b"), store.write(crossing, "b", "a"))
    assert len(ran) == 3
    assert sql(database, COUNTS) == [("a", 3), ("b", 3)]


@pytest.mark.parametrize("hides", [False, True])
async def test_what_collides_is_run_again(store: Store, database: str, hides: bool) -> None:
    """Even when the function makes something else of the error."""
    await store.write(add, "a")
    sql(database, COLLIDES)
    ran: list[int] = []

    def collides(tx: Tx) -> int:
        ran.append(1)
        try:
            return add(tx, "a")
        except Exception as error:
            if hides:
                raise UserError("No.") from error
            raise

    assert await store.write(collides) == 2
    assert len(ran) == 4


async def test_a_write_that_is_cancelled_while_it_begins_is_in_nobodys_way(
    store: Store, keys: Any, database: str
) -> None:
    """Its connection is not left in a transaction that has failed."""
    there, gate = threading.Event(), threading.Event()
    one = await Store.open(database, keys, connections=1)

    def alone(tx: Tx) -> None:
        tx.alone()
        there.set()
        gate.wait(20)

    try:
        holds = store.write(alone)
        await asyncio.to_thread(there.wait, 20)
        begins = one.write(add, "a")
        async with asyncio.timeout(20):
            while not begins.done():
                await asyncio.to_thread(sql, database, CANCEL)
        gate.set()
        with pytest.raises(BatchFailed, match="nothing was written"):
            await begins
        await holds
        assert await one.write(add, "a") == 1
    finally:
        gate.set()
        await one.close()


async def test_what_always_collides_is_given_up(store: Store, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    await store.write(add, "a")
    monkeypatch.setattr("bot.store.postgres.writing.TRIES", 3)
    sql(database, COLLIDES.replace("< 4", "< 400"))
    with pytest.raises(BatchFailed, match="3 times"):
        await store.write(add, "a")
    assert sql(database, COUNTS) == [("a", 1)]


async def test_an_error_that_is_hidden_is_no_commit(store: Store) -> None:
    def hides(tx: Tx) -> str:
        kept.keep(tx, "a", "1")
        with suppress(Exception):
            tx.execute(sa.select(sa.table("nothing", sa.column("x", sa.Text)).c.x))
        return "all is well"

    with pytest.raises(Exception, match="nothing"):
        await store.write(hides)
    assert await store.read(kept.recall, "a") is None
    await store.write(kept.keep, "a", "2")


@pytest.mark.parametrize(("lost", "runs"), [("the answer", 1), ("the question", 2)])
async def test_a_connection_lost_at_the_commit(
    shaky: Store, lossy: Lossy, database: str, lost: Loses, runs: int
) -> None:
    """The server is asked what became of it: it is neither lost nor carried out twice."""
    ran: list[int] = []
    await shaky.write(add, "a")

    def counted(tx: Tx) -> int:
        ran.append(1)
        return add(tx, "a")

    lossy.loses = lost
    assert await shaky.write(counted) == 2
    assert len(ran) == runs
    assert sql(database, COUNTS) == [("a", 2)]


@pytest.mark.parametrize("lost", ["the answer", "the question"])
async def test_a_server_that_does_not_come_back(
    shaky: Store, lossy: Lossy, database: str, lost: Loses, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows what became of it; the remembered write, run again, is right in either case."""
    for where in ("line", "writing"):
        monkeypatch.setattr(f"bot.store.postgres.{where}.PATIENCE", 0.05)
    await Memory(shaky, "i").write(add, "a")
    lossy.loses, lossy.leaves = lost, True
    with pytest.raises(OutcomeUnknownError):
        await Memory(shaky, "j").write(add, "a")
    with pytest.raises(BatchFailed, match="away"):
        await shaky.write(add, "a")
    with pytest.raises(BatchFailed, match="away"):
        await shaky.read(kept.recall, "a")
    lossy.away = False
    assert await Memory(shaky, "j", True).write(add, "a") == 2
    assert sql(database, COUNTS) == [("a", 2)]


async def test_a_restart_in_the_middle(store: Store, database: str, postgres: Server) -> None:
    """What was acknowledged is there, what failed is not, and afterwards it goes on."""
    told: dict[str, bool] = {}

    async def writes(who: int) -> None:
        for number in range(30):
            name = f"{who}/{number:02}"
            try:
                told[name] = await store.write(add, name) == 1
            except BatchFailed:
                told[name] = False

    tasks = [asyncio.ensure_future(writes(who)) for who in range(4)]
    while len(told) < 20:
        await asyncio.sleep(0.001)
    await asyncio.to_thread(postgres.restart)
    await asyncio.gather(*tasks)
    assert sql(database, COUNTS) == sorted((name, 1) for name, well in told.items() if well)
    assert await store.write(add, "after") == 1
    assert await store.read(kept.recall, "a") is None


async def test_one_invocation_delivered_to_two_processes(
    store: Store, other: Store, database: str, invocation: Invocation
) -> None:
    """Each accepts, and writes at the same time, as in a run; one of them finishes."""
    await store.write(add, "effect")

    async def run(process: Store, one: Invocation) -> bool:
        accepted = process.write(inbox.accept, one)
        memory = Memory(process, one.id)
        with suppress(Diverged):
            await asyncio.gather(memory.write(add, "effect"), memory.write(kept_twice, one.id))
            memory.ended()
        if mine := await accepted:
            await process.write(inbox.finish, one.id)
        return mine

    many = [renamed(invocation, f"i{number}") for number in range(30)]
    mine = await asyncio.gather(*(run(process, one) for one in many for process in (store, other)))
    assert sum(mine) == 30
    assert sql(database, COUNTS) == [("effect", 31)]
    assert await store.read(inbox.counts) == {"accepted": 30, "finished": 30, "delivered": 30}


def renamed(invocation: Invocation, id_: str) -> Invocation:
    return Invocation.from_json(invocation.to_json().replace(invocation.id.encode(), id_.encode()))


def kept_twice(tx: Tx, key: str) -> bool:
    kept.keep(tx, key, "1")
    return True


async def test_writes_of_one_invocation_keep_their_order(store: Store) -> None:
    ran: list[int] = []

    def noted(tx: Tx, number: int) -> int:
        ran.append(number)
        return number

    memory = Memory(store, "i")
    assert await asyncio.gather(*(memory.write(noted, n) for n in range(20))) == ran == list(range(20))


async def test_what_is_alone_sees_what_others_have_written(store: Store, other: Store, ada: User) -> None:
    """A merge waits for a write that has read who somebody is, and one that comes later sees the merge."""
    bob = User("discord", "2", "Bob")
    one, two = [await store.write(lambda tx, who=who: tx.person(who)) for who in (ada, bob)]
    reached, go_on, ran = threading.Event(), threading.Event(), []

    def pays(tx: Tx) -> None:
        who = tx.person(bob)
        reached.set()
        go_on.wait(20)
        kept.keep(tx, "paid", str(who))
        ran.append("paid")

    def merges(tx: Tx) -> str | None:
        tx.alone()
        paid = kept.recall(tx, "paid")
        people.merge(tx, one, two)
        ran.append("merged")
        return paid

    paying = store.write(pays)
    await asyncio.to_thread(reached.wait)
    merging = other.write(merges)
    await asyncio.sleep(0.05)
    go_on.set()
    assert await merging == str(two)
    await paying
    assert ran == ["paid", "merged"]
    assert await store.write(lambda tx: tx.person(bob)) == one
