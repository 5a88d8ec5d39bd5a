"""Reading what an operator wrote, with errors that name file, key and what is expected."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import pydantic_settings
from pydantic import BaseModel, ValidationError

from config.errors import SettingsError
from config.settings import Settings

Model = TypeVar("Model", bound=BaseModel)


def load_settings(file: Path | None = None) -> Settings:
    """The settings from `soulfra.toml` (or `file`) and SOULFRA_… variables. Raises `SettingsError`."""
    path = file or Path("soulfra.toml")
    if file is not None and not file.is_file():
        raise SettingsError(f"{file}: there is no such file")
    values = _toml(path) if path.is_file() else {}
    try:
        return Settings(**values)
    except ValidationError as error:
        raise SettingsError(describe(error, str(path) if values else "environment")) from None
    except pydantic_settings.SettingsError as error:
        field = str(error).split('"')[1]
        raise SettingsError(f"environment: SOULFRA_{field.upper()}…: a list or a table is written as JSON") from None


def load_data(model: type[Model], name: str) -> Model:
    """A data file that ships beside this module (`whispers.toml`), checked against `model`. Raises `SettingsError`."""
    path = Path(__file__).with_name(name)
    try:
        return model.model_validate(_toml(path, path.stem))
    except ValidationError as error:
        raise SettingsError(describe(error, name), path.stem) from None


def _toml(path: Path, code: str = "settings") -> dict[str, Any]:
    try:
        return _parsed(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: not valid TOML: {error}", code) from None


@lru_cache(maxsize=16)
def _parsed(text: str) -> dict[str, Any]:
    """Several features read the same file. Not to be changed."""
    return tomllib.loads(text)


def describe(error: ValidationError, source: str) -> str:
    """One line for each wrong key; never the value, which may be a secret."""
    return "\n".join(
        f"{source}: {'.'.join(str(part) for part in fault['loc']) or 'top level'}: {fault['msg']}"
        for fault in error.errors(include_input=False, include_url=False)
    )
