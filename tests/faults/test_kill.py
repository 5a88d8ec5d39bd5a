"""Killed again and again at moments of chance: one effect for each command, its price once, and an answer for each."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests import servers
from tests.faults import offline
from tests.faults.lives import Life, Lives
from tests.faults.stage import priced, wrong

PLUGINS = ["tests.bot.plugin"]
KILLS, AUTHORS, AT_MOST = 7, 16, 80
"""`AT_MOST` events are on their way to a process; it is killed long before it is done with them."""

START = 0.3
"""Seconds within which a kill may come that does not wait for a sign of life."""


@dataclass
class Sender:
    """What a platform knows: which events it has delivered, which were acknowledged, what it was asked to show."""

    events: dict[str, tuple[str, str]] = field(default_factory=dict)
    taken: dict[str, list[str]] = field(default_factory=dict)
    said: dict[str, list[str]] = field(default_factory=dict)
    state: dict[str, int] = field(default_factory=dict)

    def new(self) -> str:
        """Somebody says something: half of the commands move blessings, half keep a note."""
        number = len(self.events)
        id_, user, to = f"event-{number}", f"user{number % AUTHORS}", f"user{(number + 1) % AUTHORS}"
        self.events[id_] = (user, f"!bless @{to} 1" if number // AUTHORS % 2 else f"!note {id_}")
        return id_

    def outstanding(self) -> list[str]:
        """Delivered again until it is acknowledged, oldest first."""
        return [id_ for id_ in self.events if id_ not in self.taken]

    def hear(self, lines: list[list[Any]]) -> None:
        """What a process told."""
        for what, *rest in lines:
            if what == "state":
                self.state = rest[0]
            elif what in ("taken", "said"):
                kept = self.taken if what == "taken" else self.said
                kept.setdefault(rest[0], []).append(rest[1])

    def deliver(self, life: Life, ids: list[str]) -> None:
        """These events."""
        for id_ in ids:
            life.tell(id_, *self.events[id_])


async def one_life(lives: Lives, data: Path, sender: Sender, chance: random.Random, *, lines: int) -> None:
    """Deliver, and kill the process a moment after it has given so many signs of life."""
    again = chance.sample(sorted(sender.taken), min(10, len(sender.taken)))
    ids = sender.outstanding()
    ids += [sender.new() for _ in range(AT_MOST - len(ids))] + again
    async with lives.begin("offline", data, plugins=PLUGINS) as life:
        sender.deliver(life, ids)
        for _ in range(lines):
            await life.hear()
        await asyncio.sleep(chance.uniform(0, 0.01 if lines else START))
        life.kill()
        sender.hear(await life.rest())


async def last_life(lives: Lives, data: Path, sender: Sender) -> None:
    """Deliver what is left, and everything once more, to a process that ends by itself."""
    async with lives.begin("offline", data, plugins=PLUGINS) as life:
        sender.deliver(life, sender.outstanding() + list(sender.events))
        sender.hear(await life.end())


def effects(data: Path) -> Counter[str]:
    """How often each event had its effect, from the tables themselves."""
    where = servers.used(data)
    notes = servers.sql(where, "SELECT text FROM test_note")
    moves = servers.sql(where, "SELECT key FROM ledger_transfer WHERE reason = 'blessing'")
    assert not isinstance(where, Path) or servers.sql(where, "PRAGMA integrity_check") == [("ok",)]
    return Counter([text for (text,) in notes] + [key.split("/")[0] for (key,) in moves])


async def test_every_command_has_one_effect_and_an_answer_however_often_the_process_is_killed(
    tmp_path: Path, lives: Lives, monkeypatch: pytest.MonkeyPatch
) -> None:
    priced(tmp_path / "files", monkeypatch, "bless")
    data, sender, chance = tmp_path / "data", Sender(), random.Random(2026)  # noqa: S311
    for kill in range(KILLS):
        await one_life(lives, data, sender, chance, lines=chance.randrange(1, AT_MOST) if kill % 4 else 0)
    await last_life(lives, data, sender)
    count = len(sender.events)
    assert effects(data) == dict.fromkeys(sender.events, 1)
    gifts = sum(line.startswith("!bless") for _, line in sender.events.values())
    assert servers.sql(servers.used(data), "SELECT state, count(*) FROM ledger_hold GROUP BY state") == [
        ("posted", gifts)
    ]
    assert await wrong(data, [*offline.PLUGINS, *PLUGINS]) == []
    stuck = {"unknown": 0, "dead": 0}
    assert sender.state == {"accepted": count, "finished": count, "delivered": count, "ledger_sum": 0, **stuck}
    assert {answer for answers in sender.taken.values() for answer in answers} == {"accepted", "seen"}
    assert sender.said.keys() == sender.events.keys()
    words = {said for answers in sender.said.values() for said in answers}
    assert not [said for said in words if "kept as number" not in said and "is blessed with" not in said]
    assert all(len(set(answers)) == 1 for answers in sender.said.values())
