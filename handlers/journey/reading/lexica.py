"""The lexicon of each language, made ready once."""

from functools import lru_cache

from bot.moderation.normalise import words
from bot.moderation.phrases import Phrases
from config.lexicon import Lexicon
from config.load import load_data

LANGUAGES = ("en", "de")
MOOD, THEME, VALENCE = "mood:", "theme:", "valence:"


class Ready:
    """A lexicon with its phrases in one trie; labels are `mood:id`, `theme:id` and `valence:worth`."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.common = _set(lexicon.common)
        self.first_person = _set(lexicon.first_person)
        self.negations = _set(lexicon.negations)
        self.intensifiers = _set(lexicon.intensifiers)
        self.dampers = _set(lexicon.dampers)
        self.contrasts = _set(lexicon.contrasts)
        self.has_valence = bool(lexicon.valence)
        labels = {MOOD + mood: phrases for mood, phrases in lexicon.mood.items()}
        labels |= {THEME + theme: phrases for theme, phrases in lexicon.theme.items()}
        labels |= {VALENCE + worth: phrases for worth, phrases in lexicon.valence.items()}
        self.phrases = Phrases(labels, fillers=lexicon.fillers)


@lru_cache(maxsize=len(LANGUAGES))
def lexicon(language: str) -> Ready:
    """The lexicon of "en" or "de". Raises `SettingsError` when its file is wrong."""
    return Ready(load_data(Lexicon, f"lexicon.{language}.toml"))


def _set(entries: list[str]) -> frozenset[str]:
    return frozenset(word for entry in entries for word in words(entry))
