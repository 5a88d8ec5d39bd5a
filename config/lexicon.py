"""The words by which an answer is read: config/lexicon.*.toml, and what they weigh: config/moods.*.toml."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from config.moderation import Listed

Mood = Literal["ember", "tide", "dawn", "grove", "ash", "void"]


class Signs(BaseModel):
    """Phrases that speak for a mood: `strong` ones nearly alone, `plain` ones clearly, `faint` ones a little."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    strong: Listed = []
    plain: Listed = []
    faint: Listed = []


Row = tuple[float, float, float, float, float, float]
"""A number for each mood, in their order."""


class Weights(BaseModel):
    """What adds up to a mood in one language.

    `told` is the worth of the phrases of the lexicon, `places` that of a scene told in one word, in two, in three and more.
    `signals` weigh what is seen besides the words. `words` give the worth of words, as text; `word*` begins others.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    told: float
    places: tuple[float, float, float]
    signals: dict[str, Row]
    scenes: dict[Mood, Listed]
    words: dict[Mood, dict[str, Listed]]


class Lexicon(BaseModel):
    """One language. Phrases are written as those of config/crisis.toml.

    `common` are words by which the language is known. `valence` gives the worth of words from -3 to 3, as text; where it
    is empty another source is used. `negations` turn what follows, `intensifiers` and `dampers` change its weight,
    `contrasts` make what follows them count more than what was before.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    common: Listed
    first_person: Listed
    fillers: str = ""
    negations: Listed
    intensifiers: Listed
    dampers: Listed
    contrasts: Listed
    valence: dict[str, Listed] = {}
    mood: dict[Mood, Signs]
    theme: dict[str, Listed]
