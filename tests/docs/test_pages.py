"""The documentation is true: pages made from the code are up to date, and the code they show works."""

import ast
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

ROOT = HERE.parent
TEXTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(HERE.glob("*.md"))]
GUIDE = HERE / "writing-commands.md"
CONCEPTS = [
    HERE / page for page in re.findall(r"^\| \[[\w ]+\]\((\w+\.md)\)", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"^`([\w/]+\.py)`:\n\n```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#([\w-]+))?\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_HUG = """
from bot.testing import world

async def test_hug():
    async with world("hug") as w:
        assert "@ada hugs @bob." in (await w.twitch.user("ada").say("!hug @bob")).text
        assert "Ada hugs Bob." in (await w.telegram.user("ada").say("/hug @bob")).text
        shown = await w.discord.user("ada").menu("Hug", "bob")
        assert "hugs" in (await shown.press("Hug back", by=w.discord.user("bob"))).text
"""


def blocks(page: Path, language: str) -> list[str]:
    """What a page shows in one language."""
    return [code for name, code in _BLOCK.findall(page.read_text(encoding="utf-8")) if name == language]


def files(page: Path) -> dict[str, str]:
    """The files that a page shows in full."""
    return dict(_FILE.findall(page.read_text(encoding="utf-8")))


def links(page: Path) -> list[tuple[str, str]]:
    """The files that the words of a page lead to, with their sections."""
    return _LINK.findall(_BLOCK.sub("", page.read_text(encoding="utf-8")))


@pytest.mark.parametrize(("name", "make"), PAGES.items(), ids=PAGES)
def test_a_page_made_from_the_code_is_up_to_date(name: str, make: Callable[[], str]) -> None:
    assert (HERE / name).read_text(encoding="utf-8") == make(), "run: python docs/generate.py"


@pytest.mark.parametrize("page", TEXTS, ids=lambda page: page.name)
def test_a_page_links_to_what_exists(page: Path) -> None:
    for target, section in links(page):
        assert (page.parent / target).exists(), target
        if section:
            headings = _HEADING.findall((page.parent / target).read_text(encoding="utf-8"))
            assert section in {heading.lower().replace(" ", "-") for heading in headings}, section


@pytest.mark.parametrize("page", TEXTS, ids=lambda page: page.name)
def test_python_on_a_page_is_python(page: Path) -> None:
    for block in blocks(page, "python"):
        ast.parse(block)


def test_every_page_can_be_found_from_the_readme() -> None:
    left, found = [ROOT / "README.md"], set[Path]()
    while left:
        page = left.pop()
        for target, _ in links(page):
            to = (page.parent / target).resolve()
            if to.suffix == ".md" and to not in found:
                found.add(to)
                left.append(to)
    assert found >= {page.resolve() for page in HERE.glob("*.md")}


def test_the_layers_of_the_architecture_are_those_that_are_held() -> None:
    page = (
        (HERE / "architecture.md").read_text(encoding="utf-8").partition("| layer of `bot` |")[2].partition("\n\n")[0]
    )
    cells = [row.split("|")[1] for row in page.splitlines() if row.startswith("| `")]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (held,) = [one for one in project["tool"]["importlinter"]["contracts"] if one.get("containers") == ["bot"]]
    layers = [name.strip() for layer in held["layers"] for name in layer.split("|")]
    assert re.findall(r"`(\w+)/?`", " ".join(cells)) == layers


def test_what_proves_a_promise_is_there() -> None:
    named = re.findall(r"`(tests/[\w/.]+)`", (HERE / "guarantees.md").read_text(encoding="utf-8"))
    assert len(named) > 10
    assert [path for path in named if not (ROOT / path).exists()] == []


def compiled(source: str, names: dict[str, Any]) -> list[str]:
    """The paths of the commands that this source declares, all of them without a problem."""
    code = compile(source, "page.md", "exec", dont_inherit=True)
    exec(code, names)  # noqa: S102  (our own page)
    found = [each for each in names.values() if declaration(each) and each.__code__.co_filename == "page.md"]
    assert not any(isinstance(each, Group) for each in found)
    specs, problems = compile_commands(found)
    assert problems == []
    return [spec.path for spec in specs]


def test_commands_on_pages_compile() -> None:
    (lamps,) = [block for block in blocks(HERE / "languages.md", "python") if "def lamps" in block]
    assert compiled(lamps, {"__name__": "page"}) == ["lamps"]


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
        elif section or section is False:
            assert type(section)(shown[name]) == section, f"what is shown of {name} is not the default"


def passes(folder: Path, shown: dict[str, str], count: int) -> None:
    """These files pass their own tests, so many."""
    for name, code in shown.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(code, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-o", "asyncio_mode=auto", "-p", "no:cacheprovider", "."],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stdout
    assert f"{count} passed" in run.stdout


def test_the_plugins_of_the_guide_and_of_every_concept_pass_their_own_tests(tmp_path: Path) -> None:
    guide = files(GUIDE)
    assert guide.keys() >= {"water/__init__.py", "water/records.py", "test_water.py"}
    pages = [files(page) for page in CONCEPTS if page.name != "languages.md"]
    assert len(pages) == 14
    for shown in pages:
        assert [name for name in shown if f"test_{name}" in shown], "no plugin with its test"
    pages.append({**files(ROOT / "README.md"), "test_hug.py": _HUG})
    merged = {name: code for shown in pages for name, code in shown.items()}
    assert len(merged) == 2 * len(pages), "two pages show a file of one name"
    assert merged.keys().isdisjoint(guide)
    passes(tmp_path, {**merged, **guide, "water/migrations/__init__.py": ""}, 3 + len(pages))
