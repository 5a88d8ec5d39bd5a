"""Whatever is sealed, forgotten, corrected and merged, in any order: the chain holds, and the codex is what the model says."""

import itertools
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from msgspec import Struct

from bot.users import User
from handlers.journey.codex import pages
from handlers.journey.codex.exports import archive
from handlers.journey.moods import MOODS
from tests.handlers.journey.codex.shelf import DRAFTS, Shelf, link

WHO = st.integers(0, 2)
SETTINGS = settings(
    max_examples=6,
    stateful_step_count=16,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class Written(Struct):
    """A page in the model: its words are None when it is forgotten."""

    at: int
    hash: str
    mood: str
    words: tuple[str, str, str] | None


class Machine(RuleBasedStateMachine):
    """`shelf` is the codex under test; people are new in every run."""

    shelf: ClassVar[Shelf]
    games: ClassVar[Iterator[int]] = itertools.count(1)

    @initialize()
    def start(self) -> None:
        game = next(self.games)
        self.users = [User("discord", f"{game}-{n}", f"U{n}") for n in range(3)]
        self.one = [0, 1, 2]
        self.held: list[list[Written]] = [[], [], []]

    @rule(who=WHO, draft=DRAFTS)
    def seal(self, who: int, draft: pages.Draft) -> None:
        made = self.shelf.seal(self.users[who], draft)
        mine = self.mine(who)
        mine.append(Written(made.at, made.hash, draft.mood, (draft.question, draft.answer, draft.reading)))
        assert made.number == len(mine)

    @rule(who=WHO, draft=DRAFTS, back=st.integers(1, 10**9))
    def seal_while_the_clock_goes_back(self, who: int, draft: pages.Draft, back: int) -> None:
        self.shelf.clock.now -= back * 10
        self.seal(who, draft)

    @rule(who=WHO, place=st.integers(0, 30))
    def forget(self, who: int, place: int) -> None:
        if place < len(mine := self.mine(who)) and mine[place].words:
            self.shelf.write(pages.forget, self.person(who), place + 1)
            mine[place].words = None

    @rule(who=WHO, place=st.integers(0, 30), mood=st.sampled_from(MOODS))
    def correct(self, who: int, place: int, mood: Any) -> None:
        if place < len(mine := self.mine(who)) and mine[place].words:
            self.shelf.write(pages.correct, self.person(who), place + 1, mood)
            mine[place].mood = mood

    @rule(who=WHO)
    def forget_all(self, who: int) -> None:
        self.shelf.write(pages.forget_all, self.person(who))
        for page in self.mine(who):
            page.words = None

    @rule(kept=WHO, gone=WHO)
    def merge(self, kept: int, gone: int) -> None:
        one, other = self.one[kept], self.one[gone]
        if one != other:
            self.shelf.write(link, self.users[kept], self.users[gone])
            self.one = [one if each == other else each for each in self.one]
            self.held[one] = sorted(self.held[one] + self.held[other], key=lambda page: page.at)

    @invariant()
    def agrees(self) -> None:
        for who in set(self.one):
            person = self.person(who)
            found = self.shelf.read(pages.shelf, person)
            assert [
                Written(
                    one.at, one.hash, one.corrected, None if one.forgotten else (one.question, one.answer, one.reading)
                )
                for one in found
            ] == self.held[who]
            assert [one.number for one in found] == list(range(1, len(found) + 1))
            assert self.shelf.read(pages.verify, person) is None
            assert [fact[:2] for fact in self.shelf.read(pages.facts, person)] == [
                (one.at, one.mood) for one in self.held[who]
            ]

    def teardown(self) -> None:
        keys = self.shelf.store.keys
        for who in set(getattr(self, "one", [])):
            volumes = self.shelf.read(pages.volumes, self.person(who))
            signed = archive.read(archive.make(volumes, keys.public, keys.sign))
            assert [one.leaves for one in signed.books] == [one.leaves for one in volumes]

    def mine(self, who: int) -> list[Written]:
        return self.held[self.one[who]]

    def person(self, who: int) -> int:
        return self.shelf.person(self.users[who])


def test_whatever_is_done(everywhere_shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Machine, "shelf", everywhere_shelf, raising=False)
    run_state_machine_as_test(Machine, settings=SETTINGS)
