"""What can be seen in an answer besides its words: length, signs, who speaks, and when. Each is a number from -1 to about 4."""

from collections.abc import Callable, Mapping

from bot.moderation.normalise import END
from handlers.journey.reading.features import Features
from handlers.journey.reading.lexica import Ready, lexicon

_WE = frozenset({"we", "us", "our", "wir", "uns", "unser", "unsere"})
_YOU = frozenset({"you", "your", "man", "du"})
_PAST = frozenset({"was", "were", "had", "did", "war", "waren", "hatte", "hatten"})
_FUTURE = frozenset({"will", "going", "werde", "wird", "werden"})

_MEASURES: Mapping[str, Callable[[Features, Ready], float]] = {
    "always": lambda _said, _ready: 1.0,
    "short": lambda said, _: max(-1.0, (20 - said.words) / 16),
    "words": lambda said, _: min(1.0, said.words / 60),
    "stops": lambda said, _: min(6, said.said.count(END)) / 6,
    "sentence": lambda said, _: min(20.0, said.words / max(1, said.said.count(END))) / 20,
    "exclamations": lambda said, _: min(3.0, said.exclamations),
    "questions": lambda said, _: min(2.0, said.questions),
    "capitals": lambda said, _: min(2.0, said.capitals),
    "stretched": lambda said, _: min(2.0, said.stretched),
    "person": lambda said, _: min(4, said.first_person) / 4,
    "nobody": lambda said, _: float(said.first_person == 0),
    "we": lambda said, _: float(not _WE.isdisjoint(said.said)),
    "you": lambda said, _: float(not _YOU.isdisjoint(said.said)),
    "past": lambda said, _: float(not _PAST.isdisjoint(said.said)),
    "future": lambda said, _: float(not _FUTURE.isdisjoint(said.said)),
    "denials": lambda said, ready: min(3.0, sum(word in ready.negations for word in said.said)),
    "contrast": lambda said, ready: float(any(word in ready.contrasts for word in said.said)),
}
NAMES = frozenset({*_MEASURES, "good", "bad", "feeling"})
"""Those that config/moods.*.toml may weigh."""


def signals(features: Features, valence: float) -> dict[str, float]:
    """All of `NAMES`; `valence` is from -1 to 1."""
    ready = lexicon(features.language)
    found = {name: measure(features, ready) for name, measure in _MEASURES.items()}
    return found | {"good": max(0.0, valence), "bad": max(0.0, -valence), "feeling": abs(valence)}
