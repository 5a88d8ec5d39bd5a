"""An answer by the language model: asked with numbered sources, shown sentence by sentence, each checked before it is shown."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from bot import Context
from bot.model import ModelError, Models, Prompt, Source
from bot.moderation.crisis import in_danger
from bot.moderation.moderation import Moderation
from config.journey import Voice
from handlers.oracle import citing
from handlers.oracle.citing import Sentences
from handlers.oracle.looking import Looked
from handlers.oracle.retrieval import Found

MOST: Final = 400
"""Tokens of an answer."""
_LONGEST: Final = 600
"""Characters of one sentence."""
_BEFORE: Final = "turn"
_VOICES: Final[dict[Voice, str]] = {
    "warm": "Your tone is warm and gentle.",
    "plain": "Your tone is plain and matter-of-fact.",
    "mystic": "Your tone is calm, with an image now and then.",
}
_TASK: Final = """
You are an oracle that knows only what it was given. You answer the question of one person from what they wrote themselves \
(sources p1, p2 …) and from what their server keeps (sources k1, k2 …). Sources turn1, turn2 … are your conversation so far, \
the newest first: they help you to understand the question, and are never cited.
Answer in the language of the question, in plain text, in at most {most} short sentences, to the person as "you".
End every sentence with the ids of the sources that it rests on, in square brackets: [p12] or [p3][k4]. A sentence without \
is thrown away. Say nothing that the sources do not say: no advice, no diagnosis, no foretelling. When they do not answer \
the question, say so in one sentence that cites the nearest of them. {voice}"""
Ending: TypeAlias = Literal["whole", "cut", "stopped", "failed", "nothing"]


class Answer(Struct, frozen=True):
    """What may be shown of what a model wrote. `ids` are the sources, in the order of their numbers.

    `ending`: "cut" after some sentences, "failed" before the first; "nothing": it wrote no sentence that may be shown;
    "stopped": the person asked for something else meanwhile.
    """

    text: str
    ids: list[str]
    ending: Ending

    def __repr__(self) -> str:
        return f"Answer({self.ids}, {self.ending})"


def prompt(question: str, looked: Looked, sources: Sequence[Found]) -> Prompt:
    """Our own words in the task; those of people are data. Pure."""
    task = _TASK.format(most="three" if looked.brief else "six", voice=_VOICES[looked.voice]).strip()
    data = [Source(one.id, _told(one)) for one in sources]
    said = [
        Source(f"{_BEFORE}{place}", f"Asked: {one.question}\nAnswered: {one.answer}")
        for place, one in enumerate(looked.turns, 1)
    ]
    return Prompt(task, [*data, *said], question)


def _told(one: Found) -> str:
    if not one.page:
        return f"{one.title}\n{one.text}".strip()
    day = datetime.fromtimestamp(one.at / 1_000_000, UTC)
    return f"On {day:%Y-%m-%d}, asked: {one.title}\nthey wrote: {one.text}"


class Answering:
    """One answer, as it comes. Nothing is shown that was not checked: its sources, its script, its words."""

    def __init__(self, ctx: Context, models: Models, moderation: Moderation, asked: Prompt) -> None:
        self._ctx, self._models, self._moderation, self._asked = ctx, models, moderation, asked
        self._known = {one.id for one in asked.data if not one.id.startswith(_BEFORE)}
        self._given = " ".join([asked.question, *(one.text for one in asked.data)])
        self._numbers: dict[str, int] = {}
        self._said: list[str] = []
        self._ending: Ending = "nothing"

    async def answer(self) -> Answer:
        """Show it while it is written; the whole of it. What the model fails with is part of the result.

        When the person asks for something else, which waits behind this, the request is over at once.
        """
        try:
            async with asyncio.timeout(None) as until, aclosing(self._checked()) as sentences:

                def stop() -> None:
                    if not until.expired():
                        until.reschedule(0)

                with self._ctx.house.dialogue.watched(self._ctx.author, stop):
                    await self._ctx.stream(sentences)
        except TimeoutError:
            if not until.expired():
                raise
            self._ending = "stopped"
        return Answer("".join(self._said).strip(), list(self._numbers), self._ending)

    async def _checked(self) -> AsyncGenerator[str, None]:
        """The sentences that may be shown, as they become whole."""
        try:
            async with aclosing(self._whole()) as sentences:
                async for sentence in sentences:
                    if said := await self._passed(sentence):
                        self._ending = "whole"
                        self._said.append(f"{said} ")
                        yield self._said[-1]
        except ModelError:
            self._ending = "cut" if self._numbers else "failed"

    async def _whole(self) -> AsyncGenerator[str, None]:
        split = Sentences()
        async with aclosing(self._models.stream(self._asked, most=MOST)) as pieces:
            async for piece in pieces:
                for sentence in split.feed(piece):
                    yield sentence
        if rest := split.rest():
            yield rest

    async def _passed(self, written: str) -> str:
        """A sentence as it is shown; "" for one that is dropped."""
        sentence = citing.cited(written, self._known)
        if sentence is None or citing.strange(sentence.words, self._given):
            return ""
        words = self._moderation.harmless(sentence.words, _LONGEST).strip()
        if not words or in_danger(words) or (await self._moderation.judge(words, public=False)).level == "severe":
            return ""
        for one in sentence.ids:
            self._numbers.setdefault(one, len(self._numbers) + 1)
        return citing.shown(citing.Sentence(words, sentence.ids), self._numbers)
