"""Killed again and again at moments of chance: one effect for each command, and an answer for each."""

import asyncio
import random
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

ROOT = Path(__file__).parents[2]
KILLS, AUTHORS, AT_MOST = 7, 16, 80
"""`AT_MOST` events are on their way to a process; it is killed long before it is done with them."""

START = 2.0
"""Seconds within which a kill may come that does not wait for a sign of life."""


@dataclass
class Sender:
    """What a platform knows: which events it has delivered, which were acknowledged, what it was asked to show."""

    events: dict[str, tuple[str, str]] = field(default_factory=dict)
    taken: dict[str, list[str]] = field(default_factory=dict)
    said: dict[str, list[str]] = field(default_factory=dict)
    state: dict[str, int] = field(default_factory=dict)
    lines: int = 0

    def new(self) -> str:
        """Somebody says something: half of the commands move blessings, half keep a note."""
        number = len(self.events)
        id_, user, to = f"event-{number}", f"user{number % AUTHORS}", f"user{(number + 1) % AUTHORS}"
        self.events[id_] = (user, f"!bless @{to} 1" if number // AUTHORS % 2 else f"!note {id_}")
        return id_

    def outstanding(self) -> list[str]:
        """Delivered again until it is acknowledged, oldest first."""
        return [id_ for id_ in self.events if id_ not in self.taken]

    def hear(self, line: bytes) -> None:
        """One line of the process."""
        what, *rest = msgspec.json.decode(line)
        if what == "state":
            self.state = rest[0]
        elif what != "ready":
            kept = self.taken if what == "taken" else self.said
            kept.setdefault(rest[0], []).append(rest[1])
        self.lines += 1

    def wire(self, ids: list[str]) -> bytes:
        """These events, as the process reads them."""
        return b"".join(msgspec.json.encode([id_, *self.events[id_]]) + b"\n" for id_ in ids)


@asynccontextmanager
async def process(data: Path, *plugins: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """One life, with these plugins besides, which has ended afterwards."""
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.faults.child", str(data), *plugins, cwd=ROOT, stdin=pipe, stdout=pipe
    )
    try:
        yield child
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()


async def one_life(data: Path, sender: Sender, chance: random.Random, *, lines: int) -> None:
    """Deliver, and kill the process a moment after it has given so many signs of life."""
    again = chance.sample(sorted(sender.taken), min(10, len(sender.taken)))
    ids = sender.outstanding()
    ids += [sender.new() for _ in range(AT_MOST - len(ids))] + again
    async with process(data) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(sender.wire(ids))
        for _ in range(lines):
            sender.hear(await child.stdout.readline())
        await asyncio.sleep(chance.uniform(0, 0.01 if lines else START))
        child.kill()
        for line in (await child.stdout.read()).splitlines(keepends=True):
            sender.hear(line)


async def last_life(data: Path, sender: Sender) -> None:
    """Deliver what is left, and everything once more, to a process that ends by itself."""
    async with process(data) as child:
        out, _ = await child.communicate(sender.wire(sender.outstanding() + list(sender.events)))
        for line in out.splitlines(keepends=True):
            sender.hear(line)
        assert child.returncode == 0


def effects(data: Path) -> Counter[str]:
    """How often each event had its effect, from the tables themselves."""
    with closing(sqlite3.connect(data / "soulfra.db")) as database:
        notes = database.execute("SELECT text FROM test_note").fetchall()
        moves = database.execute("SELECT key FROM ledger_transfer WHERE reason = 'blessing'").fetchall()
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    return Counter([text for (text,) in notes] + [key.split("/")[0] for (key,) in moves])


async def test_every_command_has_one_effect_and_an_answer_however_often_the_process_is_killed(tmp_path: Path) -> None:
    data, sender, chance = tmp_path / "data", Sender(), random.Random(2026)  # noqa: S311
    for kill in range(KILLS):
        await one_life(data, sender, chance, lines=chance.randrange(1, AT_MOST) if kill % 4 else 0)
    await last_life(data, sender)
    count = len(sender.events)
    assert effects(data) == dict.fromkeys(sender.events, 1)
    assert sender.state == {"accepted": count, "finished": count, "delivered": count, "ledger_sum": 0}
    assert {answer for answers in sender.taken.values() for answer in answers} == {"accepted", "seen"}
    assert sender.said.keys() == sender.events.keys()
    words = {said for answers in sender.said.values() for said in answers}
    assert not [said for said in words if "kept as number" not in said and "is blessed with" not in said]
    assert all(len(set(answers)) == 1 for answers in sender.said.values())
