"""What can be chosen for an option: what a choice is called, how it is typed in any language, how choices are listed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import Enum

from bot.command.option import Option
from bot.command.words import members
from bot.message.text import Text, Translate, places, t

_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
"""As on keyboards that have none of these; ß is ss already when it is casefolded."""


def named(choice: str | int | Enum) -> Text:
    """What a choice is called, in the reader's language: `t("You feel {mood}.", mood=named(mood))`."""
    if isinstance(choice, Enum):
        choice = next(key for key, one in members(type(choice)).items() if one is choice)
    return Text(choice) if isinstance(choice, str) and not places(choice) else t("{choice}", choice=str(choice))


def listed(choices: Sequence[str | int]) -> Text:
    """`ember, tide, dawn`, in the reader's language."""
    return Text(
        ", ".join(f"{{{at}}}" for at in range(len(choices))), {str(at): named(one) for at, one in enumerate(choices)}
    )


def worded(option: Option, languages: Mapping[str, Translate]) -> Option:
    """The option whose choices can be typed in these languages too. A word that means two of them is no word for either."""
    own = {str(choice).casefold() for choice in option.choices}
    found = ((word, list(meant)) for word, meant in _meanings(option, languages).items() if word not in own)
    words = tuple((word, meant[0]) for word, meant in found if len(meant) == 1)
    return replace(option, words=words) if words else option


def clashes(option: Option, languages: Mapping[str, Translate]) -> list[str]:
    """The words by which two of its choices are called, in one language or in two: `'glut' is ember (de) and tide (fr)`."""
    return [
        f"{word!r} is {' and '.join(f'{choice} ({language})' for choice, language in meant.items())}"
        for word, meant in _meanings(option, {"en": str, **languages}).items()
        if len(meant) > 1
    ]


def _meanings(option: Option, languages: Mapping[str, Translate]) -> dict[str, dict[str, str]]:
    """By each word, casefolded and written out too: the choices that are called so, each with the first language in which it is."""
    found: dict[str, dict[str, str]] = {}
    for language, translate in languages.items():
        for choice in option.choices:
            if isinstance(choice, str):
                word = translate(choice).strip().casefold()
                for spelling in dict.fromkeys((word, word.translate(_WRITTEN_OUT))):
                    found.setdefault(spelling, {}).setdefault(choice, language)
    return found
