"""One question to the oracle from beginning to end: what is looked at, whether a model may be asked, what is said, what is kept."""

import asyncio
from collections.abc import Sequence
from typing import Final

from msgspec import Struct, structs

from bot import Context, Message, t
from bot.message.text import Part
from bot.model import Models, cost
from bot.model.budget import Budget
from bot.moderation import crisis
from bot.moderation.moderation import Moderation
from bot.store import Tx
from bot.users import User
from handlers.oracle import looking, quoting, retrieval, turns
from handlers.oracle.answering import MOST, Answer, Answering, prompt
from handlers.oracle.embeddings import Embeddings
from handlers.oracle.looking import Looked, look
from handlers.oracle.retrieval import Found
from handlers.oracle.turns import Turn

_WHY: Final = {
    "spent": t("What I may ask the language model for you is used up for today, so I quote you."),
    "failed": t("The language model does not answer just now, so I quote you."),
    "nothing": t("What the language model wrote did not stand on these words, so I quote them."),
}
_ENDED: Final = {
    "cut": t("It broke off there."),
    "stopped": t("I stopped there, since you asked for something else."),
}


class Oracle(Struct, frozen=True):
    """With a model or without one."""

    models: Models
    moderation: Moderation
    embeddings: Embeddings

    async def consult(self, ctx: Context, question: str) -> Message:
        """The answer to a question, for who asked alone. Whoever is in danger is told of help instead, and nothing is kept then;
        whoever may be is told of it beside what is quoted, and no model is asked."""
        danger = await asyncio.to_thread(crisis.danger, question)  # a hostile one takes longer than the loop may wait
        if danger == "clear":
            return crisis.help_message(ctx.language)
        looked = await ctx.step(_Question(ctx, question, self.embeddings).look)
        if danger == "possible":
            quoted, aside = await self._quote(ctx, looked), Message("\n\n", crisis.help_aside(ctx.language))
            return quoted.replaced(runs=[*quoted.runs, *aside.runs])
        asked = self._askable(looked, question)
        if not asked:
            return await self._quote(ctx, looked)
        words = prompt(question, looked, asked)
        if not await ctx.write(spend, ctx.author, self.models.budget, cost(words, MOST)):
            return await self._quote(ctx, looked, "spent")
        answer = await ctx.step(Answering(ctx, self.models, self.moderation, words).answer)
        if not answer.text and answer.ending != "stopped":
            return await self._quote(ctx, looked, answer.ending)
        turn = Turn(question, answer.text, answer.ids) if answer.text else None
        await ctx.write(answered, ctx.author, len(answer.ids), turn)
        return _said(answer, asked)

    def _askable(self, looked: Looked, question: str) -> list[Found]:
        """The sources for a model: none when there is no model, or it is not allowed, or the question is there to steer it."""
        if not (self.models.available and looked.allowed) or self.moderation.instructs(question):
            return []
        return [one for one in looked.sources if not self.moderation.instructs(f"{one.title}\n{one.text}")]

    async def _quote(self, ctx: Context, looked: Looked, why: str = "") -> Message:
        picked = quoting.picked(looked.sources)
        await ctx.write(answered, ctx.author, len(picked), None)
        parts: list[Part] = [_WHY[why], "\n"] if why else []
        parts += quoting.quoted(picked, looked.about)
        return _sourced(parts, picked)


class _Question:
    """What is looked at for a question."""

    def __init__(self, ctx: Context, question: str, embeddings: Embeddings) -> None:
        self._ctx, self._question, self._embeddings = ctx, question, embeddings

    async def look(self) -> Looked:
        """As it is now. Run again, the same sources have the same numbers, and cost the same."""
        home = self._ctx.place.home
        looked = await self._ctx.read(look, self._ctx.author, home, self._question)
        every = await self._ctx.read(looking.every, self._ctx.author, home) if self._embeddings.available else None
        if every is None:
            return looked
        nearness = await self._embeddings.near(looked.sought, [f"{one.title}\n{one.text}" for one in every])
        if nearness is None:
            return looked
        ranked = retrieval.with_words(retrieval.by_nearness(every, nearness), looked.sources)
        return structs.replace(looked, sources=looking.within(ranked, looked.about))


def spend(tx: Tx, author: User, budget: Budget, tokens: int) -> bool:
    """Use so many tokens of today's; False when they are not left."""
    return budget.spend(tx, tx.person(author), tokens)


def answered(tx: Tx, author: User, sources: int, turn: Turn | None) -> None:
    """It is answered from so many sources. What a model said is remembered for a day."""
    person = tx.person(author)
    if turn is not None:
        turns.keep(tx, person, turn)
    tx.emit("oracle.answered", person=person, sources=sources)


def _said(answer: Answer, sources: Sequence[Found]) -> Message:
    by_id = {one.id: one for one in sources}
    parts: list[Part] = [answer.text] if answer.text else []
    if answer.ending in _ENDED:
        parts += ["\n"] * bool(parts) + [_ENDED[answer.ending]]
    return _sourced(parts, [by_id[one] for one in answer.ids])


def _sourced(parts: list[Part], sources: Sequence[Found]) -> Message:
    if sources:
        parts = [*parts, "\n", quoting.named(sources)]
    return Message(*parts, private=True)
