"""What can be counted in an answer before it is understood."""

import re
from collections.abc import Sequence

from msgspec import Struct

from bot.moderation.normalise import END, PAUSE, words
from handlers.journey.reading.language import common_in, language_of
from handlers.journey.reading.lexica import lexicon

MOST = 4_000
"""Characters that are read; an answer has no more."""
_LONGEST = 40
"""Letters of a word; what is longer is none."""
_CAPITALS = re.compile(r"(?<![^\W_])[^\W\d_]{3,}(?![^\W_])")
_EMOJI = re.compile(r"[\u2600-\u27bf\U0001f300-\U0001faff]")
_SIGNS = frozenset("{}()[]<>=_;/\\*#$%^|~`@+&")


class Features(Struct, frozen=True):
    """`capitals` are words in capitals between others, or all of them; `readable` is False for code, for scripts and
    languages that no lexicon knows, and for what has no words."""

    language: str
    said: list[str]
    words: int
    first_person: int
    exclamations: int
    questions: int
    capitals: int
    emoji: int
    intensifiers: int
    readable: bool


def measure(text: str, hint: str | None = None) -> Features:
    """Count. `hint` is the language to take when the words do not tell."""
    text = text[:MOST]
    said = words(text)
    language = language_of(said, hint)
    ready = lexicon(language)
    real = [word for word in said if word not in {END, PAUSE} and word[0].isalnum()]
    emoji = len(_EMOJI.findall(text))
    return Features(
        language=language,
        said=said,
        words=len(real),
        first_person=sum(word in ready.first_person for word in real),
        exclamations=text.count("!"),
        questions=text.count("?"),
        capitals=sum(word.isupper() for word in _CAPITALS.findall(text)),
        emoji=emoji,
        intensifiers=sum(word in ready.intensifiers for word in real),
        readable=_readable(text, real, language),
    )


def _readable(text: str, real: Sequence[str], language: str) -> bool:
    real = [word for word in real if len(word) <= _LONGEST]
    if not real:
        return False
    if sum(one in _SIGNS for one in text) > 0.06 * len(text):
        return False
    if len(real) < 6:
        return any(word.isascii() for word in real)
    return common_in(real, language) >= 0.08 * len(real)
