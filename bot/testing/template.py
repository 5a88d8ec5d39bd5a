"""Databases for tests, made once in a process and copied: migrations take longer than most tests."""

import atexit
import shutil
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.app import App
from bot.store.migrations import bring_up


def prepare(app: App) -> None:
    """Its tables are there when it starts, unless its data folder has some already."""
    where = app.database
    if isinstance(where, Path) and not where.exists():
        where.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copy(_template(tuple(app.packages)), where)


@cache
def _template(packages: Sequence[str]) -> Path:
    folder = TemporaryDirectory()
    atexit.register(folder.cleanup)
    path = Path(folder.name) / "soulfra.db"
    bring_up(path, packages)
    return path
