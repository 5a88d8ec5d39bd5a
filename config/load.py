"""Reading what an operator wrote, with errors that name file, key and what is expected."""

import tomllib
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar, cast

import pydantic_settings
from pydantic import BaseModel, ValidationError

from config.errors import SettingsError
from config.lexicon import Lexicon
from config.moderation import Crisis, Moderation
from config.settings import Settings

Model = TypeVar("Model", bound=BaseModel)
_READING = Lock()
"""Some files are read at their first use, in whatever thread, and models with `defer_build` are made then."""
_WORDS: tuple[tuple[type[BaseModel], str], ...] = (
    (Crisis, "crisis.toml"),
    (Moderation, "moderation.toml"),
    (Lexicon, "lexicon.en.toml"),
    (Lexicon, "lexicon.de.toml"),
)


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
    """A data file that ships beside this module (`whispers.toml`), checked against `model`. Raises `SettingsError`.

    Several features have the same: it is read once, and anew when it was written anew.
    """
    path = Path(__file__).with_name(name)
    with _READING:
        return cast(Model, _checked(model, path, path.stat().st_mtime_ns))


def check_data() -> None:
    """Read the data files that features take at their first use: no mistake in them may be found by somebody in danger.

    Raises `SettingsError`.
    """
    for model, name in _WORDS:
        _valid(model, Path(__file__).with_name(name))  # and not kept: most of a bot's life nobody needs them


def load_weights(name: str) -> bytes:
    """A file of config/weights, as bot.moderation.linear reads it. Nobody edits those: they are fitted."""
    return Path(__file__).with_name("weights").joinpath(f"{name}.bin").read_bytes()


@lru_cache(maxsize=16)
def _checked(model: type[BaseModel], path: Path, changed: int) -> BaseModel:
    """`changed` is part of what is remembered."""
    del changed
    return _valid(model, path)


def _valid(model: type[BaseModel], path: Path) -> BaseModel:
    try:
        return model.model_validate(_toml(path, path.stem))
    except ValidationError as error:
        raise SettingsError(describe(error, path.name), path.stem) from None


def _toml(path: Path, code: str = "settings") -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: not valid TOML: {error}", code) from None


def describe(error: ValidationError, source: str) -> str:
    """One line for each wrong key; never the value, which may be a secret."""
    return "\n".join(
        f"{source}: {'.'.join(str(part) for part in fault['loc']) or 'top level'}: {fault['msg']}"
        for fault in error.errors(include_input=False, include_url=False)
    )
