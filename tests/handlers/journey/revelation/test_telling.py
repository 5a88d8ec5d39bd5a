"""Readings from the templates: there is one for every answer, voice and language, and nobody's words are in it."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.journey import Readings, Voice
from config.load import load_data
from handlers.journey.moods import MOODS, Mood
from handlers.journey.profile.voice import POINTS, Tone, nearest
from handlers.journey.reading.analysis import Analysis
from handlers.journey.revelation.telling import Teller

READINGS = load_data(Readings, "readings.toml")
TELLER = Teller(READINGS)
THEMES = [one.id for one in READINGS.theme]
WRITTEN = {one.text for one in READINGS.reading} | {one.de for one in READINGS.reading}
shares = st.floats(0, 1)
analyses = st.builds(
    Analysis,
    mood=st.sampled_from(MOODS),
    valence=st.floats(-1, 1),
    arousal=shares,
    depth=shares,
    themes=st.lists(st.sampled_from([*THEMES, "unknown"]), max_size=3, unique=True).map(tuple),
    language=st.sampled_from(["en", "de"]),
)
tones = st.builds(Tone, shares, shares, shares, shares, shares)


@given(analyses, tones, st.sampled_from([None, "en", "de", "de-AT", "fr"]), st.binary(min_size=8, max_size=32))
def test_there_is_a_reading_for_every_answer(analysis: Analysis, tone: Tone, language: str | None, seed: bytes) -> None:
    said = TELLER.tell(analysis, tone, language, seed)
    assert "{" not in said
    assert said == TELLER.tell(analysis, tone, language, seed)
    german = (language or "").startswith("de")
    written = [
        (one.de if german else one.text).replace("{theme}", theme.de if german else theme.en)
        for one in READINGS.reading
        if (one.mood, one.voice) == (analysis.mood, nearest(tone))
        for theme in READINGS.theme
        if not one.themed or theme.id in analysis.themes
    ]
    assert said in written


@pytest.mark.parametrize("mood", MOODS)
@pytest.mark.parametrize("voice", get_args(Voice))
def test_each_reading_is_reached(mood: Mood, voice: Voice) -> None:
    tone = Tone(**{axis: share / 100 for axis, share in POINTS[voice].items()})
    for depth, name in ((0.2, "shallow"), (0.8, "deep")):
        analysis = Analysis(mood, 0, 0, depth, ("home",), "en")
        told = {TELLER.tell(analysis, tone, "en", bytes([seed])) for seed in range(60)}
        of_it = [one for one in READINGS.reading if (one.mood, one.voice, one.depth) == (mood, voice, name)]
        assert len(told) == len(of_it)


def test_who_likes_it_brief_gets_the_shortest() -> None:
    for mood in MOODS:
        analysis = Analysis(mood, 0, 0, 0.9, ("home",), "en")
        long = {len(TELLER.tell(analysis, Tone(), "de", bytes([seed]))) for seed in range(60)}
        brief = {len(TELLER.tell(analysis, Tone(brevity=0.9), "de", bytes([seed]))) for seed in range(60)}
        assert len(brief) == 1
        assert brief.pop() <= min(long) + len("deine Kindheit")
