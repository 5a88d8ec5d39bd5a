"""A process that is killed in the middle of its writes: what it was told of is there."""

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

from bot.security.keyring import Keyring
from bot.store import Store, inbox

CHILD = """
import asyncio, sys
from pathlib import Path
from msgspec import structs
from bot.command.invocation import Invocation, ReplyHandle
from bot.security.keyring import Keyring
from bot.store import Store, inbox
from bot.users import Place, User

async def main():
    store = await Store.open(Path(sys.argv[1]), Keyring.open(Path(sys.argv[2])))
    user = User("telegram", "1", "Ada")
    handle = ReplyHandle("telegram", "bot", "room", user)
    async def one(n):
        what = Invocation(f"i{n}", "command", user, Place("telegram", "room"), handle, 1, 2, text="!go")
        await store.write(inbox.accept, what)
        print(what.id, flush=True)
    for start in range(0, 10**9, 20):
        await asyncio.gather(*(one(start + n) for n in range(20)))

asyncio.run(main())
"""


async def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    child = subprocess.Popen(  # noqa: ASYNC220
        [sys.executable, "-c", CHILD, str(path), str(tmp_path / "keys")], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    told = [child.stdout.readline().strip() for _ in range(200)]
    child.send_signal(signal.SIGKILL)
    told += [line.strip() for line in child.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
    child.stdout.close()
    child.wait()
    store = await Store.open(path, Keyring.open(tmp_path / "keys"))
    waiting = {id_ for id_, _ in await store.read(inbox.waiting)}
    loaded = await store.read(inbox.load, told[-1])
    await store.close()
    assert len(told) >= 200
    assert set(told) <= waiting
    assert loaded is not None
    assert loaded.text == "!go"
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
