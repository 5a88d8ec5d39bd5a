"""The documentation is true: pages made from the code are up to date, and the code they show works."""

import ast
import inspect
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.command import Group, compile_commands, declaration
from config.settings import Settings
from docs.generate import HERE, PAGES
from handlers import blessings

ROOT = HERE.parent
TEXTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(HERE.glob("*.md"))]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"^`([\w/]+\.py)`:\n\n```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


def blocks(page: Path, language: str) -> list[str]:
    """What a page shows in one language."""
    return [code for name, code in _BLOCK.findall(page.read_text(encoding="utf-8")) if name == language]


@pytest.mark.parametrize(("name", "make"), PAGES.items(), ids=PAGES)
def test_a_page_made_from_the_code_is_up_to_date(name: str, make: Callable[[], str]) -> None:
    assert (HERE / name).read_text(encoding="utf-8") == make(), "run: python docs/generate.py"


@pytest.mark.parametrize("page", TEXTS, ids=lambda page: page.name)
def test_a_page_links_to_files_that_exist(page: Path) -> None:
    for target in _LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", TEXTS, ids=lambda page: page.name)
def test_python_on_a_page_is_python(page: Path) -> None:
    for block in blocks(page, "python"):
        ast.parse(block)


def compiled(source: str, names: dict[str, Any]) -> list[str]:
    """The paths of the commands that this source declares, all of them without a problem."""
    code = compile(source, "page.md", "exec", dont_inherit=True)
    exec(code, names)  # noqa: S102  (our own page)
    found = [each for each in names.values() if declaration(each) and each.__code__.co_filename == "page.md"]
    assert not any(isinstance(each, Group) for each in found)
    specs, problems = compile_commands(found)
    assert problems == []
    return [spec.path for spec in specs]


def test_the_example_of_the_readme_is_the_shipped_command() -> None:
    (example,) = blocks(ROOT / "README.md", "python")
    assert example in inspect.getsource(blessings)
    assert compiled(example, {**vars(blessings), "__name__": "page"}) == ["bless"]


def test_commands_on_pages_compile() -> None:
    (card,) = [block for block in blocks(HERE / "writing-commands.md", "python") if "def card" in block]
    assert compiled(card, {"__name__": "page"}) == ["card"]


def test_the_settings_of_the_readme_are_the_settings() -> None:
    (toml,) = blocks(ROOT / "README.md", "toml")
    shown = tomllib.loads(toml)
    Settings(**shown)
    real = Settings().model_dump()
    assert shown.keys() == real.keys()
    for name, section in real.items():
        if isinstance(section, dict):
            assert shown[name].keys() == section.keys() - {"address"}, name
            given = {key: value for key, value in section.items() if value or value is False}
            assert shown[name] == shown[name] | given, f"what is shown of {name} is not the default"
    assert (Path(shown["data"]), shown["plugins"]) == (real["data"], real["plugins"])


def test_the_plugin_that_the_guide_builds_passes_its_own_test(tmp_path: Path) -> None:
    files = dict(_FILE.findall((HERE / "writing-commands.md").read_text(encoding="utf-8")))
    assert files.keys() >= {"water/__init__.py", "water/records.py", "test_water.py"}
    for name, code in {**files, "water/migrations/__init__.py": ""}.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(code, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-o", "asyncio_mode=auto", "-p", "no:cacheprovider", "test_water.py"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stdout
    assert "3 passed" in run.stdout
