"""The order of things when a whisper is answered.

Crisis first: then nothing is read, drawn or kept. The model next, if it may be asked; what it gave is remembered. Then one
transaction: the whisper ends, the page is sealed, archetypes are earned, blessings given, events told. The pictures are drawn
after it, from the seeds that it left.
"""

import asyncio
import logging
from contextlib import suppress
from typing import Final

from msgspec import Struct, structs

from bot.context import Context
from bot.errors import UserError
from bot.languages import Languages
from bot.message import code, t
from bot.moderation.crisis import danger
from bot.moderation.moderation import Moderation
from bot.store import Tx
from bot.users import User
from config.journey import Voice
from economy import Ledger
from handlers.journey.archetypes.gathering import gather
from handlers.journey.archetypes.metrics import Fact
from handlers.journey.archetypes.unlocking import Earned, Unlocking
from handlers.journey.codex import pages
from handlers.journey.codex.leaf import Draft, Page
from handlers.journey.moods import Mood
from handlers.journey.profile import profile, voice
from handlers.journey.reading.analysis import Analysis, analyse
from handlers.journey.revelation.imagining import Imagined, Imagining
from handlers.journey.revelation.telling import Teller
from handlers.journey.whispers.whispering import Answered, Whispering, enough
from mirrors import words as own_words

log = logging.getLogger(__name__)
LONGEST: Final = 4000
"""Characters of an answer."""


class Revealed(Struct, frozen=True):
    """What came of an answer. `reward` is in whole blessings, without what the archetypes give; `worrying` words are answered
    with an address of help too."""

    page: Page
    reading: str
    reward: int
    earned: list[Earned]
    worrying: bool = False


class Asked(Struct, frozen=True):
    """What the model may be asked about, and how. `question` is the open one, as the bank has it."""

    question: str
    voice: Voice


class Answer(Struct, frozen=True):
    """What is to be sealed. `told` is what the model made of it; `question` what it must answer, None for whatever is open.

    `worrying`: somebody may be in danger. No language model is asked then."""

    words: str
    analysis: Analysis
    worrying: bool = False
    told: Imagined | None = None
    question: str | None = None

    def __repr__(self) -> str:
        return "Answer(…)"


class Saga:
    """From words to a page. `reward` is what each page brings."""

    def __init__(
        self,
        whispering: Whispering,
        unlocking: Unlocking,
        ledger: Ledger,
        languages: Languages,
        moderation: Moderation,
        teller: Teller,
        imagining: Imagining,
        reward: int,
    ) -> None:
        self.unlocking = unlocking
        self._whispering, self._ledger, self._languages = whispering, ledger, languages
        self._moderation, self._teller, self._imagining, self._reward = moderation, teller, imagining, reward

    async def reveal(self, ctx: Context, words: str, question: str | None = None) -> Revealed | None:
        """What the answer is read as; None when the words say that somebody is in danger.

        `question` is what they were shown when they were asked for their words, as the bank has it. Raises `UserError` when
        the words are too few, when no whisper is open, and when it is no longer the one that they answer.
        """
        read = await asyncio.to_thread(_read, words, ctx.language)  # a long one takes longer than the loop may wait
        if read is None:
            await ctx.write(self.rest, ctx.author)
            return None
        enough(words)
        answer = structs.replace(read, question=question)
        if not read.worrying and self._imagining.fits(words):
            answer = await self._imagined(ctx, answer)
        return await ctx.write(self.seal, ctx.author, answer, ctx.language, ctx.place.home)

    async def _imagined(self, ctx: Context, answer: Answer) -> Answer:
        """With what the model makes of it, if it may be asked."""
        asked = await ctx.write(self.ready, ctx.author, ctx.place.home, answer.words)
        if asked is None:
            return answer
        imagine = self._imagining.imagine
        told = await ctx.step(imagine, asked.question, answer.words, asked.voice, answer.analysis.language)
        return structs.replace(answer, told=told, question=answer.question or asked.question)

    # --- the transactions ------------------------------------------------------------------------------------------------

    def rest(self, tx: Tx, user: User) -> None:
        """The open whisper ends, if there is one, and nothing is kept of what was said."""
        with suppress(UserError):
            self._whispering.answered(tx, tx.person(user))

    def ready(self, tx: Tx, user: User, home: str, words: str) -> Asked | None:
        """What the model may be asked, of what the author may use of it today; None for who has not agreed or has used that up.

        Raises `UserError` when no whisper is open. Run again after the page was sealed it is read, since none is open then.
        """
        person = tx.person(user)
        if not profile.read(tx, person).model:
            return None
        question = self._whispering.open(tx, user).text
        if not self._imagining.spend(tx, person, question, words):
            return None
        return Asked(question, voice.nearest(voice.tone(tx, person, home)))

    def seal(self, tx: Tx, user: User, answer: Answer, language: str | None, home: str) -> Revealed:
        """The one that counts. Raises `UserError` when no whisper is open, or another one than was answered."""
        person, words, told = tx.person(user), answer.words, answer.told
        answered = self._whispering.answered(tx, person)
        if answer.question not in (None, answered.text):
            raise UserError("That question is over.", code="over")
        analysis = answer.analysis
        reading = told.reading if told else self._told(tx, person, home, answered, analysis, language)
        page = pages.seal(tx, person, self._draft(answered, words, reading, language, _joined(analysis, told)))
        if told is not None:
            _compared(tx, page, analysis, told)
        if self._trains(words):
            own_words.keep(tx, person, own_words.page(page.book, page.leaf), words)
        reward = self._rewarded(tx, person, page, home)
        return Revealed(page, reading, reward, self._unlocked(tx, person, home), answer.worrying)

    def _told(
        self, tx: Tx, person: int, home: str, answered: Answered, analysis: Analysis, language: str | None
    ) -> str:
        seed = tx.keys.digest(f"reading/{person}/{answered.row}".encode())
        return self._teller.tell(analysis, voice.tone(tx, person, home), language, seed)

    def _draft(self, answered: Answered, words: str, reading: str, language: str | None, analysis: Analysis) -> Draft:
        return Draft(
            whisper=answered.id,
            category=answered.category,
            question=self._languages.translate(language)(answered.text),
            answer=words,
            reading=reading,
            mood=analysis.mood,
            valence=analysis.valence,
            depth=analysis.depth,
            themes=analysis.themes,
            language=analysis.language,
        )

    def _trains(self, words: str) -> bool:
        """May a mirror learn from these words, once their author agrees?"""
        return self._moderation.screen(words).level != "severe" and not self._moderation.instructs(words)

    def _rewarded(self, tx: Tx, person: int, page: Page, home: str) -> int:
        if self._reward:
            key = f"journey:answer:{page.book}:{page.leaf}"
            self._ledger.reward(tx, person, self._reward, key, "answer", home)
        return self._reward

    def _unlocked(self, tx: Tx, person: int, home: str) -> list[Earned]:
        earned = self.unlocking.unlock(tx, person, gather(tx, person, facts))
        for one in earned:
            if one.reward:
                key = f"journey:archetype:{person}:{one.id}"
                self._ledger.reward(tx, person, one.reward, key, "archetype", home)
        return earned


def facts(tx: Tx, person: int) -> list[Fact]:
    """What counts of somebody's pages: for the archetypes."""
    return [Fact(*one) for one in pages.facts(tx, person)]


def correct(tx: Tx, user: User, number: int, mood: Mood) -> Page:
    """The author knows better what it felt like. Raises `UserError` for a page that there is not."""
    return pages.correct(tx, tx.person(user), number, mood)


def newest(tx: Tx, user: User) -> pages.Opened:
    """The newest page. Raises `UserError` when there is none."""
    found = pages.latest(tx, tx.person(user))
    if found is None:
        raise UserError(
            "You have no revelation yet. Ask for a {whisper} first.", code="no_page", whisper=code(t("whisper"))
        )
    return found


def _read(words: str, language: str | None) -> Answer | None:
    """None for words that say that somebody is in danger."""
    heard = danger(words)
    return None if heard == "clear" else Answer(words, analyse(words, language), worrying=heard == "possible")


def _joined(analysis: Analysis, told: Imagined | None) -> Analysis:
    """The model's mood and themes, when it was asked; what can be measured stays measured."""
    if told is None:
        return analysis
    return structs.replace(analysis, mood=told.mood, themes=tuple(told.themes) or analysis.themes)


def _compared(tx: Tx, page: Page, analysis: Analysis, told: Imagined) -> None:
    """The mood by the words is kept beside the model's."""
    tx.emit("page.imagined", book=page.book, number=page.leaf, words=analysis.mood, model=told.mood)
    if analysis.mood != told.mood:
        log.info("page %d of book %d: %s by the words, %s by the model", page.leaf, page.book, analysis.mood, told.mood)
