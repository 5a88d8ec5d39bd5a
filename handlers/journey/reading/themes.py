"""What an answer is about."""

from collections import Counter
from collections.abc import Iterable

from bot.moderation.phrases import Found
from handlers.journey.reading.lexica import THEME

MOST = 3


def themes(found: Iterable[Found]) -> tuple[str, ...]:
    """The ids of at most three themes, the one with most words first; each word counts once for a theme."""
    places = {(one.label, one.start) for one in found if one.label.startswith(THEME)}
    counts = Counter(label.removeprefix(THEME) for label, _ in places)
    return tuple(sorted(counts, key=lambda theme: (-counts[theme], theme))[:MOST])
