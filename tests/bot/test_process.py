"""The process: help without what it does not need, and a log that loses nothing."""

import logging
import subprocess
import sys
import threading

import pytest

import bot
from bot import logs

HEAVY = ("alembic", "asyncio", "dbos", "discord", "fastapi", "openai", "pydantic", "solana", "solders", "sqlalchemy")
"""Libraries of platforms, chains, models, flows, web and store."""
LATER = {
    "dbos",
    "fontTools",
    "fpdf",
    "httpx2",
    "numpy",
    "openai",
    "PIL",
    "pymupdf_fonts",
    "resvg_py",
    "vader",
}
"""Libraries of flows, models, word lists, pictures and books: they are there when somebody wants what they do."""
LOUD = """
import logging, sys, threading
from bot.logs import written
def fail():
    raise ValueError("inner") from KeyError("cause")
with written():
    for number in range(2_000):
        logging.getLogger("talk").info("line %d of %s", number, {"some": "thing"})
    thread = threading.Thread(target=fail, name="worker")
    thread.start()
    thread.join()
    {end}
logging.getLogger("talk").error("afterwards")
"""


def python(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], capture_output=True, text=True, timeout=60, check=False)


def test_help_imports_nothing_heavy() -> None:
    done = python("-X", "importtime", "-m", "bot", "--help")
    assert (done.returncode, "Usage:" in done.stdout) == (0, True)
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert {"bot", "typer"} < imported
    assert imported.isdisjoint({*HEAVY, *LATER, "telegram", "twitchio"})


def test_a_bot_on_one_platform_does_not_import_the_others() -> None:
    said = python("-c", "import sys, bot.run, bot.platforms; print(*{name.partition('.')[0] for name in sys.modules})")
    assert {"discord", "telegram", "twitchio", "dbos"}.isdisjoint(said.stdout.split())
    assert "bot" in said.stdout.split()


def test_everything_that_is_shipped_is_set_up_without_what_comes_later() -> None:
    code = "from bot.app import App; from config.settings import Settings; print(App(Settings(discover=False)).load().refused)"
    said = python("-c", f"import sys; {code}; print(*{{name.partition('.')[0] for name in sys.modules}})").stdout
    refused, imported = said.splitlines()
    assert refused == "{}"
    assert LATER.isdisjoint(imported.split())


def test_what_is_public_is_there_at_its_first_use() -> None:
    code = "import bot.command, bot.store; from bot import App, command; print(App.__name__, callable(command))"
    assert python("-c", code).stdout == "App True\n"
    assert {name for name in bot.__all__ if not hasattr(bot, name)} == set()
    with pytest.raises(AttributeError, match="module 'bot' has no attribute 'nothing'"):
        _ = bot.nothing
    with pytest.raises(ImportError, match="cannot import name 'nothing'"):
        from bot import nothing  # noqa: F401, PLC0415


@pytest.mark.parametrize(("end", "code"), [("pass", 0), ("raise RuntimeError('the end')", 1), ("sys.exit(3)", 3)])
def test_the_log_is_whole_however_it_ends(end: str, code: int) -> None:
    done = python("-c", LOUD.replace("{end}", end))
    lines = done.stderr.splitlines()
    assert done.returncode == code
    assert [line.partition("talk: ")[2] for line in lines if "talk: line" in line] == [
        f"line {number} of {{'some': 'thing'}}" for number in range(2_000)
    ]
    assert ("talk: afterwards" in done.stderr) == (code == 0)
    assert ("RuntimeError: the end" in lines) == (code == 1)


def test_what_ends_a_thread_is_in_the_log_with_its_cause() -> None:
    said = python("-c", LOUD.replace("{end}", "pass")).stderr
    assert "CRITICAL bot.logs: the thread worker ended" in said
    assert "KeyError: 'cause'" in said
    assert "ValueError: inner" in said


def test_everything_is_as_before_afterwards() -> None:
    root, before = logging.getLogger(), (logging.getLogger().handlers[:], threading.excepthook)
    level = root.level
    with logs.written():
        assert threading.excepthook is not before[1]
    added = [one for one in root.handlers if one not in before[0]]
    root.removeHandler(added[0])
    root.setLevel(level)
    assert (root.handlers, threading.excepthook, len(added)) == (*before, 1)
