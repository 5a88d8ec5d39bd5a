"""Whispers in a model's words: the whisper that was chosen, said anew. Whatever is not fit to be asked is not used."""

import asyncio
import logging
import unicodedata
from typing import Annotated, Final

from msgspec import Meta, Struct

from bot.model import ModelError, Models, Prompt, Source, cost
from bot.moderation.crisis import in_danger
from bot.moderation.moderation import Moderation
from bot.store import Tx
from handlers.journey.advice import LANGUAGES
from handlers.journey.whispers.checking import LONGEST, fits, of_oneself

PATIENCE: Final = 10.0
"""Seconds that somebody waits for other words; the bank's are there at once."""
_MOST: Final = 150
_TASK: Final = """\
You word questions for a quiet ritual: each invites somebody to look at their own life and to answer in a few sentences. \
Say the question of the source anew, in {language}: the same subject, one sentence, one question mark at its end, at most \
{most} letters, simple words, no name, no emoji. Address the person as {you}. Do not advise, console, judge or promise."""
_CALLED: Final = {"en": ("English", "you"), "de": ("German", "du")}
log = logging.getLogger(__name__)


class Written(Struct, frozen=True):
    """What the model answers."""

    question: Annotated[str, Meta(min_length=10, max_length=LONGEST)]


class Writing:
    """Over the model, with the moderation that has a say in what it wrote."""

    def __init__(self, models: Models, moderation: Moderation) -> None:
        self._models, self._moderation = models, moderation

    def can(self, language: str | None) -> bool:
        """Is there a model, and is this a language whose questions can be checked?"""
        return self._models.available and _known(language) in LANGUAGES

    def spend(self, tx: Tx, person: int, text: str, language: str | None) -> bool:
        """Pay for `vary` from what this person may use today; False when that is too little."""
        return self._models.budget.spend(tx, person, cost(_prompt(text, _known(language)), _MOST))

    async def vary(self, text: str, language: str | None) -> str:
        """Other words for this whisper in this language; "" when there are none in time, or none that are fit."""
        known = _known(language)
        try:
            async with asyncio.timeout(PATIENCE):
                written = await self._models.structured(_prompt(text, known), Written, most=_MOST)
        except (ModelError, TimeoutError) as error:
            log.info("a whisper stays as it is: %s", getattr(error, "code", "timeout"))
            return ""
        said = unicodedata.normalize("NFC", written.question.strip())
        return said if self._fit(said, known) else ""

    def _fit(self, said: str, language: str) -> bool:
        if not fits(said, language) or self._moderation.screen(said).level != "clean":
            return False
        return not in_danger(said) and not in_danger(of_oneself(said))


def _known(language: str | None) -> str:
    """`de` of `de-AT`; None is English."""
    return (language or "en").split("-")[0].lower()


def _prompt(text: str, language: str) -> Prompt:
    name, you = _CALLED[language]
    return Prompt(_TASK.format(language=name, most=LONGEST, you=you), [Source("whisper", text)])
