"""Translations in Discord's terms: its own list of locales, names that it takes. Pure.

Source: discord.com/developers/docs/reference#locales.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

Localize = Callable[[str, str], Mapping[str, str]]
"""`localize(text, context)`: translations by language code; context "command" for names of commands and options."""

NAME: Final = re.compile(r"^[-_'\w]{1,32}$")
_ABOUT = _CHOICE = 100
_KNOWN: Final = (
    "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl", "pt-BR", "ro",
    "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja", "zh-TW", "ko",
)  # fmt: skip
_CODES: Final = {code.partition("-")[0]: code for code in reversed(_KNOWN)} | {"en": "en-US", "nb": "no", "nn": "no"}
_EXACT: Final = {code.lower(): code for code in _KNOWN}


def untranslated(text: str, context: str) -> Mapping[str, str]:
    """English alone."""
    del text, context
    return {}


def locale(code: str) -> str | None:
    """Discord's name of a language (`de`, `pt_BR`, `es`); None for one that it does not know."""
    plain = code.replace("_", "-").lower()
    return _EXACT.get(plain) or _CODES.get(plain.partition("-")[0])


def translated(text: str, localize: Localize, context: str = "") -> dict[str, str]:
    """Translations by Discord's locales."""
    found = ((locale(code), words) for code, words in sorted(localize(text, context).items()))
    return {code: words for code, words in found if code and words}


def valid(name: str) -> bool:
    """Would Discord take it as the name of a command or option?"""
    return NAME.match(name) is not None and name == name.lower()


def named(name: str, localize: Localize) -> dict[str, Any]:
    """A name and those of its translations that Discord takes."""
    other = {code: words for code, words in translated(name, localize, "command").items() if valid(words)}
    return {"name": name, "name_localizations": other} if other else {"name": name}


def called(choice: str, words: Mapping[str, str]) -> dict[str, Any]:
    """The name of a choice and its translations by Discord's locales; those that are too long stay English."""
    other = {code: said for code, said in words.items() if len(said) <= _CHOICE}
    return {"name": choice, "name_localizations": other} if other else {"name": choice}


def described(about: str, localize: Localize) -> dict[str, Any]:
    """A description and its translations; those that are too long stay English."""
    other = {code: words for code, words in translated(about, localize).items() if len(words) <= _ABOUT}
    return {"description": about, "description_localizations": other} if other else {"description": about}
