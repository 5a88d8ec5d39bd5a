"""A reading from the templates: by mood, voice and depth, by seed among those that fit. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from config.journey import THEME, Depth, Reading, Readings, Voice
from handlers.journey.moods import Mood
from handlers.journey.profile.voice import Tone, nearest
from handlers.journey.reading.analysis import Analysis

DEEP: Final = 0.5
"""From this depth on an answer is read as a deep one."""
BRIEF: Final = 0.7
"""From this brevity on the shortest reading is taken."""


class Teller:
    """Says what an answer was read as. No word of the person's own is in it: what is quoted is the name of a theme."""

    def __init__(self, readings: Readings) -> None:
        self._readings: dict[tuple[Mood, Voice, Depth], list[Reading]] = defaultdict(list)
        for one in readings.reading:
            self._readings[one.mood, one.voice, one.depth].append(one)
        self._themes = {one.id: one for one in readings.theme}

    def tell(self, analysis: Analysis, tone: Tone, language: str | None, seed: bytes) -> str:
        """A reading in German for who reads German, in English for everybody else."""
        german = (language or "").partition("-")[0] == "de"
        chosen = self._chosen(analysis, tone, seed, german=german)
        text = chosen.de if german else chosen.text
        if not chosen.themed:
            return text
        theme = self._themes[self._known(analysis.themes)[0]]
        return text.replace(THEME, theme.de if german else theme.en)

    def _chosen(self, analysis: Analysis, tone: Tone, seed: bytes, *, german: bool) -> Reading:
        depth: Depth = "deep" if analysis.depth >= DEEP else "shallow"
        fitting = self._readings[analysis.mood, nearest(tone), depth]
        if not self._known(analysis.themes):
            fitting = [one for one in fitting if not one.themed]
        if tone.brevity >= BRIEF:
            return min(fitting, key=lambda one: len(one.de if german else one.text))
        return fitting[int.from_bytes(seed, "big") % len(fitting)]

    def _known(self, themes: Sequence[str]) -> list[str]:
        return [one for one in themes if one in self._themes]
