"""English or German, by the small words that every sentence has."""

from collections.abc import Sequence

from handlers.journey.reading.lexica import LANGUAGES, lexicon


def language_of(said: Sequence[str], hint: str | None = None) -> str:
    """The language with more common words; `hint` (or English) where neither has more."""
    counts = {language: common_in(said, language) for language in LANGUAGES}
    best = max(counts.values())
    leading = [language for language in LANGUAGES if counts[language] == best]
    preferred = (hint or "")[:2].lower()
    return preferred if preferred in leading else leading[0]


def common_in(said: Sequence[str], language: str) -> int:
    """How many of the words are common ones of the language."""
    common = lexicon(language).common
    return sum(word in common for word in said)
