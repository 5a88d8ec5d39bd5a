"""Deadlines of interactions: each is deferred once, in its order, unless it is answered or forgotten before."""

import asyncio

import pytest

from bot.command import ReplyHandle
from bot.platforms.discord import turns
from bot.platforms.discord.turns import Turns
from bot.users import User
from tests.platforms.discord.support import until


def handle(id_: str) -> ReplyHandle:
    return ReplyHandle("discord", "1", "2", User("discord", "3", "ada"), interaction=id_, token="t")


class Deferred(list[str]):
    """The interactions that were deferred."""

    async def __call__(self, reply: ReplyHandle) -> bool:
        self.append(reply.interaction or "")
        return True


async def test_only_what_is_not_answered_is_deferred() -> None:
    deferred = Deferred()
    made = Turns(0.01, deferred)
    for id_ in ("1", "2", "3"):
        made.expect(handle(id_), asks=True, hidden=id_ == "3")
    made.stop(handle("2"))
    await until(lambda: len(deferred) == 2)
    assert deferred == ["1", "3"]
    assert [await made.of(handle(id_)).deferred() for id_ in ("1", "2", "3")] == [True, False, True]
    assert [made.of(handle(id_)).hidden for id_ in ("1", "3")] == [False, True]
    made.expect(handle("1"), asks=True, hidden=False)
    made.of(handle("4")).key = "answered"
    made.expect(handle("4"), asks=True, hidden=False)
    made.expect(handle("5"), asks=True, hidden=False)
    await until(lambda: len(deferred) == 3)
    assert deferred == ["1", "3", "5"]
    await made.close()


async def test_what_is_forgotten_is_not_deferred(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_REMEMBERED", 2)
    deferred = Deferred()
    made = Turns(0.01, deferred)
    for id_ in ("1", "2", "3"):
        made.expect(handle(id_), asks=False, hidden=False)
    await until(lambda: len(deferred) == 2)
    assert deferred == ["2", "3"]
    await made.close()


async def test_nothing_is_deferred_after_the_end() -> None:
    deferred = Deferred()
    made = Turns(0.0, deferred)
    made.expect(handle("1"), asks=True, hidden=False)
    await made.close()
    await asyncio.sleep(0.01)
    assert deferred == []
