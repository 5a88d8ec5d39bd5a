"""Killed between an answer and the picture right after it, and between a step and the write that needs what it gave."""

import asyncio
from pathlib import Path
from typing import Any, Final

import pytest

from bot.sandbox.sandbox import Sandbox
from bot.testing.reading import seen
from config.settings import Settings
from tests import servers
from tests.faults.lives import Lives
from tests.faults.test_kill_platforms import sections
from tests.faults.test_platforms_failing import peopled

PLUGINS: Final = ["tests.bot.plugin", "tests.bot.painter"]
WAYS: Final = ["discord slash", "discord line", "discord private", "telegram private", "twitch"]


async def says(sandbox: Sandbox, way: str, what: str) -> None:
    """Somebody wants a picture."""
    alone = "yes" if way.endswith("private") else "no"
    if way == "discord line":
        await sandbox.discord.say("ada", f"!paint {what}")
    elif way.startswith("discord"):
        await sandbox.discord.slash("ada", "paint", {"what": what, "private": alone})
    elif way.startswith("telegram"):
        last = sandbox.world.record.last
        await sandbox.telegram.say("ada", "/start", private=True)
        while not any(one.name.endswith("sendMessage") for one in sandbox.world.record.since(last)):
            await asyncio.sleep(0.01)  # that is another chat: it could be answered after the picture's words
        await sandbox.telegram.say("ada", f"/paint {what} {alone}")
    else:
        await sandbox.twitch.say("ada", f"!paint {what}")


def drawn(data: Path, what: str) -> int:
    """How often it was begun."""
    return (data / "painted" / what).stat().st_size


@pytest.mark.parametrize("way", WAYS)
async def test_the_words_are_there_once_and_the_picture_comes_after_the_restart(
    lives: Lives, tmp_path: Path, way: str
) -> None:
    data, what = tmp_path / "data", "dierose"
    async with peopled() as sandbox:
        settings = sections(sandbox.settings(Settings(data=data))) | {"plugins": PLUGINS}
        mark = len(sandbox.world.record.since(0))

        def messages() -> list[Any]:
            wires = [one for one in sandbox.world.record.since(0)[mark:] if one.direction == "out"]
            return [one for one in seen(wires).messages if "/start" not in one.text]

        async with lives.begin("platforms", data, settings=settings) as life:
            await life.until("ready")
            await says(sandbox, way, what)
            assert ["ended"] not in await life.rest()
        before = [one.text.split(" !1")[0] for one in messages()]
        assert before[-1:] == ["painted dierose"]
        states = "SELECT state FROM outbox ORDER BY id"
        assert [row[0] for row in servers.sql(servers.used(data), states)][-2:] == ["sent", "pending"]
        async with lives.begin("platforms", data, settings=settings) as life:
            await life.until("ready")
            told = (await life.end())[-2]
        assert told[1].items() >= {"dead": 0, "unknown": 0}.items()
        assert {row[0] for row in servers.sql(servers.used(data), states)} == {"sent"}
        after = messages()
        assert [one.text.split(" !1")[0] for one in after][: len(before)] == before
        assert len(after) == len(before) + 1
        assert [one.private for one in after[-2:]] == [way.endswith("private")] * 2
    assert drawn(data, what) == 2


async def test_a_picture_never_takes_the_place_of_words_whose_fate_was_not_noted(lives: Lives, tmp_path: Path) -> None:
    """The process that sends it does not know that the interaction was answered."""
    data = tmp_path / "data"
    async with peopled() as sandbox:
        settings = sections(sandbox.settings(Settings(data=data))) | {"plugins": PLUGINS}
        for dies in (True, False):
            async with lives.begin("platforms", data, settings=settings, dies_sending=dies) as life:
                await life.until("ready")
                if dies:
                    await says(sandbox, "discord slash", "rose")
                    await life.rest()
                else:
                    await life.end()
        shown = seen([one for one in sandbox.world.record.since(0) if one.direction == "out"]).messages
        assert [(one.text, len(one.payload.get("attachments") or [])) for one in shown] == [
            ("painted rose", 0),
            ("", 1),
        ]
        assert shown[0].message != shown[1].message
    assert drawn(data, "rose") == 1


@pytest.mark.parametrize("kind", servers.KINDS)
async def test_a_step_is_taken_once_wherever_its_process_is_killed(lives: Lives, tmp_path: Path, kind: str) -> None:
    for number in (2, 3):  # the acceptance is the first, the step the second, the write the third
        data = tmp_path / f"data{number}"
        with servers.lent(data, (*servers.HOUSE, "tests.bot.migrations"), kind) as where:
            place = {"where": where} if isinstance(where, str) else {}
            said: list[Any] = []
            for kill_after in (number, 0):
                async with lives.begin("offline", data, plugins=PLUGINS, kill_after=kill_after, **place) as life:
                    life.tell("event", "ada", "!ponder rain")
                    lines = await (life.rest() if kill_after else life.end())
                    said += [one[2] for one in lines if one[0] == "said"]
            assert drawn(data, "thought-rain") == 1
            assert servers.sql(where, "SELECT text FROM test_note") == [("rain 1",)]
            assert set(said) == {"thought 1 of rain"}
            assert servers.sql(where, "SELECT count(*) FROM remembered") == [(0,)]
