"""The words by which an answer is read: config/lexicon.*.toml."""

from pydantic import BaseModel, ConfigDict

from config.journey import Mood
from config.moderation import Listed


class Lexicon(BaseModel):
    """One language. Phrases are written as those of config/crisis.toml.

    `common` are words by which the language is known. `valence` gives the worth of words from -3 to 3, as text; where it
    is empty another source is used. `negations` turn what follows, `intensifiers` and `dampers` change its weight,
    `contrasts` make what follows them count more than what was before. `mood` are words that people use in each mood.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    common: Listed
    first_person: Listed
    fillers: str = ""
    negations: Listed
    intensifiers: Listed
    dampers: Listed
    contrasts: Listed
    valence: dict[str, Listed] = {}
    mood: dict[Mood, Listed]
    theme: dict[str, Listed]
