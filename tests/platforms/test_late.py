"""A platform that is down, or silent, when the house starts: the others work, and the late one does when it comes."""

import asyncio
import importlib
import logging
from pathlib import Path

import pytest

from bot.app import App
from bot.sandbox.sandbox import Sandbox
from bot.testing.template import prepare
from config.settings import Settings
from tests.house import PREFIX, House, said

every = pytest.mark.parametrize("late", PREFIX)
START = 8.0  # seconds; a start that waits for somebody who never comes would take longer


async def _opened(app: App, sandbox: Sandbox) -> House:
    prepare(app)
    async with asyncio.timeout(START):
        await app.start()
    sandbox.attach(app.intake.on_heard.append, lambda: app.intake.busy)
    return House(app, sandbox)


async def _others_answer(house: House, late: str) -> None:
    for platform in set(PREFIX) - {late}:
        assert "Awake" in said(await house.do(platform, "ada", "ping", private=True))


def _lines(caplog: pytest.LogCaptureFixture, late: str) -> list[str]:
    """What an operator reads of the late one; nothing comes with a trace."""
    assert not any(record.exc_info for record in caplog.records)
    lines = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    return [line for line in lines if late in line.lower()]


@every
async def test_who_comes_later_is_served(tmp_path: Path, late: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    sandbox = Sandbox()
    await sandbox.start()
    app = App(sandbox.settings(Settings(data=tmp_path))).load()
    await sandbox.emulators[late].stop()
    try:
        house = await _opened(app, sandbox)
        await _others_answer(house, late)
        assert _lines(caplog, late)
        await sandbox.emulators[late].start()
        await _comes(sandbox, late)
        assert "Awake" in said(await house.do(late, "ada", "ping", private=True))
        assert await house.ledger_sum() == 0
    finally:
        await app.stop()
        await sandbox.stop()


async def _comes(sandbox: Sandbox, late: str) -> None:
    async with asyncio.timeout(10):
        while not {
            "discord": lambda: sandbox.discord.gateway.online,
            "twitch": lambda: len(sandbox.twitch.sockets.subscriptions) >= 2,
            "telegram": lambda: any("setMyCommands" in wire.name for wire in sandbox.world.record.since(0)),
        }[late]():
            await asyncio.sleep(0.01)


@every
async def test_who_never_answers_keeps_nobody_waiting(
    tmp_path: Path, late: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.import_module(f"bot.platforms.{late}.platform"), "_START", 0.05)
    silent = asyncio.Event()

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await silent.wait()
        writer.close()

    sandbox = Sandbox()
    await sandbox.start()
    async with await asyncio.start_server(hold, "127.0.0.1", 0) as server:
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        settings = sandbox.settings(Settings(data=tmp_path))
        there = getattr(settings, late).model_copy(update={"address": address})
        app = App(settings.model_copy(update={late: there})).load()
        try:
            house = await _opened(app, sandbox)
            await _others_answer(house, late)
            assert "does not answer" in "".join(_lines(caplog, late))
        finally:
            async with asyncio.timeout(START):
                await app.stop()
            silent.set()
            await sandbox.stop()
