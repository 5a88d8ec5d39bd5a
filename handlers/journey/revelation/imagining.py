"""A reading by the language model, for who lets their words leave for it. What it says is checked before it counts."""

import logging
from collections.abc import Sequence
from typing import Annotated, Final

from msgspec import Meta, Struct

from bot.model import ModelError, Models, Prompt, Source, cost
from bot.moderation.crisis import in_danger
from bot.moderation.moderation import Moderation
from bot.store import Tx
from config.journey import Voice
from handlers.journey.advice import advises
from handlers.journey.moods import Mood
from handlers.journey.reading.features import measure
from handlers.journey.reading.language import common_in

log = logging.getLogger(__name__)
MOST: Final = 400
"""Characters of a reading."""
_TOKENS: Final = 400
_LEAST: Final = 2
"""Common words of a language, from which on it is known to be that one."""
_VOICES: Final[dict[Voice, str]] = {
    "warm": "warm and plain-hearted",
    "plain": "plain and matter-of-fact",
    "mystic": "quietly mystical, in images",
}
_LANGUAGES: Final = {"de": "German", "en": "English"}
_TASK: Final = """Somebody has answered a reflective question. The source "question" is what they were asked, the source \
"answer" is what they wrote. Give them a reading of their answer: one to three sentences in {language}, {voice}, to them as \
"you", at most {most} characters. Mirror what they wrote; never advise, diagnose, promise or foretell; no links, no names of \
people, no emoji. Choose the one mood that leads: ember (heated, intense), tide (sad, longing), dawn (hopeful), grove (content), \
ash (flat, terse), void (questions of who one is). Choose at most three of these themes: {themes}. weight is how much the \
answer seems to matter to them, from 0 to 1."""


class Imagined(Struct, frozen=True):
    """What the model read. `weight` is from 0 to 1, `themes` are ids."""

    mood: Mood
    reading: Annotated[str, Meta(min_length=10, max_length=MOST)]
    themes: Annotated[list[str], Meta(max_length=3)]
    weight: Annotated[float, Meta(ge=0, le=1)]


class Imagining:
    """Asks the model; `themes` are the ids that there are."""

    def __init__(self, models: Models, moderation: Moderation, themes: Sequence[str]) -> None:
        self._models, self._moderation, self._themes = models, moderation, themes

    def fits(self, words: str) -> bool:
        """May these words be sent at all? Not where they give orders to a model, and not what nobody should read."""
        if not self._models.available or self._moderation.instructs(words):
            return False
        return self._moderation.screen(words).level != "severe"

    def spend(self, tx: Tx, person: int, question: str, words: str) -> bool:
        """Pay for `imagine` from what this person may use today; False, and nothing is paid, when that is too little."""
        return self._models.budget.spend(tx, person, cost(self._prompt(question, words, "plain", "en"), _TOKENS))

    async def imagine(self, question: str, words: str, voice: Voice, language: str) -> Imagined | None:
        """What the model makes of an answer; None when it gives nothing that can be used, for whatever reason."""
        try:
            told = await self._models.structured(self._prompt(question, words, voice, language), Imagined, most=_TOKENS)
        except ModelError as error:
            log.warning("an answer is read without the model: %s", error)
            return None
        said = " ".join(told.reading.split())
        if not await self._usable(said, language):
            log.info("an answer is read without the model: what that wrote is not fit to be shown")
            return None
        return Imagined(told.mood, said, [one for one in told.themes if one in self._themes], told.weight)

    def _prompt(self, question: str, words: str, voice: Voice, language: str) -> Prompt:
        themes, spoken = ", ".join(self._themes), _LANGUAGES[language]
        task = _TASK.format(language=spoken, voice=_VOICES[voice], most=MOST, themes=themes)
        return Prompt(task, [Source("question", question), Source("answer", words)])

    async def _usable(self, said: str, language: str) -> bool:
        """In the language that was asked for, harmless as it stands, without advice, and nothing that frightens."""
        if self._moderation.harmless(said, MOST) != said or in_danger(said) or not _spoken(said, language):
            return False
        if advises(said, language):
            return False
        return (await self._moderation.judge(said, public=False)).level == "clean"


def _spoken(said: str, language: str) -> bool:
    """Is it in this language? One that no lexicon knows is not, whatever was asked for."""
    found = measure(said, language)
    return found.language == language and found.readable and common_in(found.said, language) >= _LEAST
