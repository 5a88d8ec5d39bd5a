"""`soulfra new`: files to begin with, that run and whose tests pass."""

import keyword
import re
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from string import Template

from bot.errors import SettingsError

_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_HANDLER = {"handler.py": "{name}.py", "test_handler.py": "test_{name}.py"}
_BOT = {
    **_HANDLER,
    "pyproject.toml": "pyproject.toml",
    "soulfra.toml": "soulfra.toml",
    "README.md": "README.md",
    "gitignore": ".gitignore",
}


def handler(name: str, folder: Path) -> list[Path]:
    """A plugin of one module and its test, in `folder`. Raises `SettingsError` for a bad name or a file that is there."""
    return _write(_HANDLER, name, folder)


def bot(name: str, folder: Path) -> list[Path]:
    """A project of its own in `folder/name`: plugin, test, settings, README. Raises `SettingsError`."""
    return _write(_BOT, name, folder / name)


def _write(files: dict[str, str], name: str, folder: Path) -> list[Path]:
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise SettingsError(f"{name!r} is no name for a module: a small letter, then letters, digits and _, at most 32")
    found = find_spec(name)
    if found and found.origin and Path(found.origin).resolve() != (folder / f"{name}.py").resolve():
        raise SettingsError(f"{name!r} is the name of a module that is there already")
    targets = {template: folder / target.format(name=name) for template, target in files.items()}
    if there := [str(path) for path in targets.values() if path.exists()]:
        raise SettingsError(f"nothing was written: {', '.join(there)} is there already")
    folder.mkdir(parents=True, exist_ok=True)
    templates = resources.files(__package__) / "templates"
    for template, path in targets.items():
        text = Template((templates / f"{template}.txt").read_text(encoding="utf-8"))
        path.write_text(text.substitute(name=name, title=name.replace("_", " ").capitalize()), encoding="utf-8")
    return list(targets.values())
