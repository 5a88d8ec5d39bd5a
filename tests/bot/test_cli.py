"""The `soulfra` command: one command without a network, the check, and errors without a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

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
    ("words", "more", "reason"),
    [
        (["check", "--config", "nowhere.toml"], {}, "nowhere.toml: there is no such file"),
        (["check"], {"SOULFRA_WEB__PORT": "many"}, "web.port"),
        (["check"], {"SOULFRA_PLUGINS": '["tests.bot.broken"]'}, "broken.py:"),
        (["check"], {"SOULFRA_PLUGINS": '["nowhere"]'}, "plugins: 'nowhere' cannot be imported"),
        (["check"], {"SOULFRA_PLUGINS": '["tests.bot"]'}, "plugins: 'tests.bot' is no plugin"),
    ],
)
def test_what_is_wrong_is_said_without_a_traceback(
    tmp_path: Path, words: list[str], more: dict[str, str], reason: str
) -> None:
    done = soulfra(tmp_path, *words, **more)
    assert done.returncode != 0
    assert reason in done.stderr
    assert "Traceback" not in done.stderr
