"""The settings file as an operator sees it: changed key by key, with their comments and order kept."""

import contextlib
import os
import tempfile
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from config.errors import SettingsError


class SettingsFile:
    """One TOML file. Raises `SettingsError` when it is there and cannot be read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._document = tomlkit.parse(path.read_text(encoding="utf-8")) if path.is_file() else tomlkit.document()
        except (TOMLKitError, UnicodeDecodeError) as error:
            raise SettingsError(f"{path}: not valid TOML: {error}") from None

    def get(self, section: str, key: str) -> Any:  # noqa: ANN401  (what TOML holds)
        """The value, None where there is none."""
        return self._document.get(section, {}).get(key)

    def set(self, section: str, **values: str | bool | list[str] | None) -> None:
        """Put these keys into a section (`"twitch"`, `"twitch.tokens"`), made when it is not there; None takes a key out."""
        table: Any = self._document
        for name in section.split("."):
            table = table.setdefault(name, tomlkit.table())
        for key, value in values.items():
            if value is not None:
                table[key] = value
            elif key in table:
                del table[key]

    def save(self) -> None:
        """Write it in one step, readable by its owner alone: it holds tokens."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=self.path.name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(tomlkit.dumps(self._document))
            Path(name).replace(self.path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                Path(name).unlink()
            raise
