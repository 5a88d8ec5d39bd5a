"""What the oracle looks at for one question, in one snapshot: pages, knowledge, the turns before, and what the person allows."""

from collections.abc import Sequence

from msgspec import Struct

from bot.model import tokens
from bot.store import Tx
from bot.users import User
from config.journey import Voice
from handlers.journey.codex import pages
from handlers.journey.codex.leaf import Opened
from handlers.journey.codex.search import MOST as PAGES
from handlers.journey.profile import profile, voice
from handlers.oracle import know, retrieval, turns
from handlers.oracle.retrieval import Found
from handlers.oracle.turns import Turn
from handlers.oracle.wording import words

SOURCES = 1_500
"""Tokens of all sources of one answer."""
BEFORE = 600
"""Tokens of the turns before."""
_BRIEF = 0.6


class Looked(Struct, frozen=True):
    """What there is for an answer. `sought` is the question, with the one before when it goes on with that; `about` are its words.

    `allowed`: a model may be given all of it.
    """

    sources: list[Found]
    turns: list[Turn]
    sought: str
    about: list[str]
    allowed: bool
    voice: Voice
    brief: bool

    def __repr__(self) -> str:
        return "Looked(…)"


def look(tx: Tx, author: User, home: str, question: str) -> Looked:
    """For somebody's question in the server `home`. A question of a word or less goes on with the one before."""
    person = tx.person(author)
    written = pages.everything(tx, person, PAGES) if person else []
    before = turns.within(_standing(turns.latest(tx, person), written), BEFORE, tokens)
    goes_on = bool(before) and len(words(question)) < 2
    sought = f"{before[0].question} {question}" if goes_on else question
    about = words(sought)
    own = retrieval.by_words(about, written)
    known = [retrieval.of_entry(one) for one in know.find(tx, home, about, retrieval.MOST)]
    tone = voice.tone(tx, person, home)
    return Looked(
        sources=within(retrieval.in_turns(own, known), about),
        turns=before,
        sought=sought,
        about=about,
        allowed=profile.read(tx, person).model,
        voice=voice.nearest(tone),
        brief=tone.brevity >= _BRIEF,
    )


def _standing(said: Sequence[Turn], written: Sequence[Opened]) -> list[Turn]:
    """The turns whose pages are all still there: of what is forgotten nothing is said again."""
    there = {retrieval.of_page(one).id for one in written}
    return [one for one in said if all(id_ in there for id_ in one.ids if id_.startswith(retrieval.PAGE))]


def within(ranked: Sequence[Found], about: Sequence[str]) -> list[Found]:
    """What the tokens of one answer suffice for, the best first."""
    return retrieval.chosen(ranked, about, SOURCES, tokens)


def every(tx: Tx, author: User, home: str) -> list[Found] | None:
    """All that could be a source, for vectors; None when some of it is not in the language that they know."""
    person = tx.person(author)
    own = pages.everything(tx, person, PAGES) if person else []
    if any(one.language != "en" for one in own):
        return None
    return [*map(retrieval.of_page, own), *map(retrieval.of_entry, know.everything(tx, home))]
