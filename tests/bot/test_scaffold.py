"""What `soulfra new` writes runs and passes its own tests; nothing that is there is written over; the wheel has all it needs."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bot import scaffold
from bot.errors import SettingsError

HOME = Path(__file__).parents[2]


def run(folder: Path, *words: str) -> str:
    """Run a module of this Python in `folder`, as somebody would who has installed Soulfra; what it said. It must succeed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "SOULFRA_"))}
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_new_bot_is_checked_tested_and_answers(tmp_path: Path) -> None:
    files = scaffold.bot("water_wheel", tmp_path)
    home = tmp_path / "water_wheel"
    assert {file.relative_to(home).name for file in files} == {
        "water_wheel.py",
        "test_water_wheel.py",
        "pyproject.toml",
        "soulfra.toml",
        "README.md",
        ".gitignore",
    }
    assert not [file for file in files if "$" in file.read_text()]
    assert "1 commands, no problem" in run(home, "bot", "check")
    assert "2 passed" in run(home, "pytest", "-q", "-p", "no:cacheprovider")
    assert "Hello hello to @ada" in run(home, "bot", "do", "twitch", "ada", "!water_wheel 2")


def test_a_new_handler_passes_its_test_where_it_is_put(tmp_path: Path) -> None:
    written = run(tmp_path, "bot", "new", "handler", "dew")
    assert [line.split()[-1] for line in written.splitlines()] == ["dew.py", "test_dew.py"]
    assert "2 passed" in run(tmp_path, "pytest", "-q", "-p", "no:cacheprovider", "-o", "pythonpath=.")


@pytest.mark.parametrize(
    "name", ["", "Water", "2wheels", "water-wheel", "../water", "class", "a" * 33, "wähler", "a.b"]
)
def test_a_bad_name_writes_nothing(tmp_path: Path, name: str) -> None:
    for make in (scaffold.handler, scaffold.bot):
        with pytest.raises(SettingsError, match="is no name for a module"):
            make(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["bot", "handlers", "economy", "config", "json", "asyncio"])
def test_a_name_that_another_module_has_writes_nothing(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="is the name of a module that is there already"):
        scaffold.handler(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_left_and_nothing_else_is_written(tmp_path: Path) -> None:
    (tmp_path / "test_water.py").write_text("mine")
    with pytest.raises(SettingsError, match=r"test_water\.py is there already"):
        scaffold.handler("water", tmp_path)
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("test_water.py", "mine")]


def test_the_wheel_holds_whatever_is_read_at_run_time(tmp_path: Path) -> None:
    run(HOME, "hatchling", "build", "-t", "wheel", "-d", str(tmp_path))
    (wheel,) = tmp_path.glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    kinds = ("*.py", "*.txt", "*.po", "*.toml", "*.html", "*.js", "*.css", "*.svg", "*.bin")
    packages = [HOME / name for name in ("bot", "config", "economy", "handlers", "mirrors")]
    wanted = {str(file.relative_to(HOME)) for package in packages for kind in kinds for file in package.rglob(kind)}
    assert len(wanted) > 100
    assert wanted <= held
    assert {Path(one).suffix for one in wanted} >= {".py", ".txt", ".po", ".toml", ".bin"}
