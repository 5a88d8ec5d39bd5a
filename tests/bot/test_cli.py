"""The `soulfra` command: one command without a network, the check, setup, the inbox, and errors without a traceback."""

import asyncio
import os
import re
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec import structs

from bot.cli import letters, main
from bot.message import Message
from bot.sandbox.sandbox import Sandbox
from bot.store import inbox, outbox
from config.load import load_settings
from tests.bot.conftest import Kernel

SOULFRA = [sys.executable, "-m", "bot"]


def soulfra(data: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run it with its data in `data`."""
    environment = os.environ | {"SOULFRA_DATA": str(data)} | more
    return subprocess.run([*SOULFRA, *words], capture_output=True, text=True, timeout=60, env=environment, check=False)


def test_one_command_without_a_network_is_remembered(tmp_path: Path) -> None:
    first = soulfra(tmp_path, "do", "twitch", "ada", "!bless @bob 5 thank you")
    assert (first.returncode, first.stderr) == (0, "")
    assert "is blessed with 5" in first.stdout
    second = soulfra(tmp_path, "do", "twitch", "ada", "balance", "--private")
    assert "95" in second.stdout


def test_the_check_finds_the_shipped_commands_in_order(tmp_path: Path) -> None:
    checked = soulfra(tmp_path, "check")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "no problem on discord, twitch, telegram" in checked.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"SOULFRA_WEB__PORT": "many"}, "web.port"),
        ({"SOULFRA_PLUGINS": '["tests.bot.broken"]'}, "broken.py:"),
        ({"SOULFRA_PLUGINS": '["nowhere"]'}, "plugins: 'nowhere' cannot be imported"),
        ({"SOULFRA_PLUGINS": '["tests.bot"]'}, "plugins: 'tests.bot' is no plugin"),
    ],
)
def test_what_is_wrong_ends_it_with_what_is_said(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    more: dict[str, str],
    reason: str,
) -> None:
    for name, value in {"SOULFRA_DATA": str(tmp_path), **more}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", ["soulfra", "check"])
    with pytest.raises(SystemExit, match=re.escape(reason)):
        main()
    assert "Traceback" not in capfd.readouterr().err


def test_what_ends_it_is_said_without_a_traceback(tmp_path: Path) -> None:
    done = soulfra(tmp_path, "check", "--config", "nowhere.toml")
    assert done.returncode == 1
    assert "nowhere.toml: there is no such file" in done.stderr
    assert "Traceback" not in done.stderr


# --- soulfra setup, as it is typed ------------------------------------------------------------------------------------------


async def setup(file: Path) -> asyncio.subprocess.Process:
    """Begin the walk, away from the terminal that runs the tests."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return await asyncio.create_subprocess_exec(
        *SOULFRA, "setup", "--config", str(file), **pipes, start_new_session=True
    )


async def test_the_walk_is_typed_and_writes_what_works(tmp_path: Path) -> None:
    sandbox = Sandbox()
    await sandbox.start()
    try:
        file = tmp_path / "soulfra.toml"
        file.write_text(f'[discord]\naddress = "{sandbox.discord.address}"\n')
        typed = f"y\nwrong\n{sandbox.discord.token}\n{sandbox.world.channel('discord').id}\nn\nn\n"
        told, _ = await (await setup(file)).communicate(typed.encode())
    finally:
        await sandbox.stop()
    for line in ("refuses this token", "The test message is there.", "Set up: discord as", "Start with: soulfra run"):
        assert line in told.decode()
    assert sandbox.discord.token not in told.decode()
    assert load_settings(file).configured == ["discord"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


async def test_an_end_of_the_input_in_the_middle_writes_nothing(tmp_path: Path) -> None:
    walk = await setup(tmp_path / "soulfra.toml")
    told, complained = await walk.communicate(b"y\n")
    assert walk.returncode != 0
    assert b"Reset Token gives the token" in told
    assert b"Traceback" not in complained
    assert list(tmp_path.iterdir()) == []


async def test_ctrl_c_ends_it_at_once_and_writes_nothing(tmp_path: Path) -> None:
    walk = await setup(tmp_path / "soulfra.toml")
    assert walk.stdin is not None
    assert walk.stdout is not None
    await walk.stdout.readuntil(b"Set up Discord?")
    walk.send_signal(signal.SIGINT)
    _, complained = await asyncio.wait_for(walk.communicate(), 10)
    assert walk.returncode not in (0, None)
    assert b"Traceback" not in complained
    assert list(tmp_path.iterdir()) == []


# --- soulfra inbox ----------------------------------------------------------------------------------------------------------


def settings(kernel: Kernel) -> Path:
    """A settings file for the same data."""
    file = kernel.data / "soulfra.toml"
    file.write_text(f'data = "{kernel.data}"\nplugins = ["tests.bot.plugin", "tests.bot.talk"]\n')
    return file


async def dead(kernel: Kernel, id_: str, text: str) -> str:
    line = kernel.line(text, id_=id_)
    await kernel.app.store.write(inbox.accept, line)
    await kernel.app.store.write(inbox.end, id_, "dead", "given up: fault 1234")
    return line.author.key


async def test_a_dead_letter_is_seen_beside_the_running_bot(kernel: Kernel) -> None:
    author = await dead(kernel, "one", "!note private words")
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    listing = await asyncio.create_subprocess_exec(
        *SOULFRA, "inbox", "list", "--config", str(settings(kernel)), **pipes
    )
    told, _ = await asyncio.wait_for(listing.communicate(), 60)
    id_, path, who, _age, attempts, *rest = told.decode().split(maxsplit=6)
    assert [id_, path, who, attempts, *rest] == ["one", "note", author, "0", "dead", "given up: fault 1234\n"]
    assert listing.returncode == 0


async def test_a_dead_letter_is_retried_beside_the_running_bot(kernel: Kernel) -> None:
    await dead(kernel, "one", "!note private words")
    await letters.retry(settings(kernel), "one")
    async with asyncio.timeout(10):
        while not kernel.platform.sent:
            await asyncio.sleep(0.01)
    assert await kernel.notes() == ["private words"]


async def test_what_is_dropped_is_gone_and_what_is_not_there_is_refused(kernel: Kernel) -> None:
    await dead(kernel, "two", "!note private words")
    await letters.drop(settings(kernel), "two")
    assert await kernel.app.store.read(inbox.load, "two") is None
    for verb in (letters.drop, letters.retry):
        with pytest.raises(letters.NoLetterError, match="two"):
            await verb(settings(kernel), "two")


async def test_a_message_that_did_not_arrive_is_seen_and_sent_again(
    kernel: Kernel, capsys: pytest.CaptureFixture[str]
) -> None:
    handle = structs.replace(kernel.platform.handle("ada", direct=True), platform="discord")
    id_ = await kernel.app.store.write(outbox.enqueue, "key", handle, Message("private words"))
    await kernel.app.store.write(outbox.settle, id_, "dead", "refused")
    await letters.messages(settings(kernel))
    shown, platform, _age, *rest = capsys.readouterr().out.split()
    assert [shown, platform, *rest] == [str(id_), "discord", "dead", "refused"]
    await letters.resend(settings(kernel), id_)
    assert await kernel.app.store.read(outbox.count, "dead") == 0
    with pytest.raises(letters.NoLetterError, match=str(id_)):
        await letters.resend(settings(kernel), id_)
