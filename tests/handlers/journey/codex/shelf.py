"""A store with the codex's tables, driven from outside of an event loop, and drafts to write into it."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from hypothesis import strategies as st

from bot.security.keyring import Keyring
from bot.store import Store, Tx, people
from bot.users import User
from handlers.journey.codex import pages
from handlers.journey.codex.leaf import Opened
from handlers.journey.codex.pages import Draft, Page
from handlers.journey.moods import MOODS

T = TypeVar("T")
P = ParamSpec("P")

MIGRATIONS = ("handlers.journey.codex.migrations",)
ADA, BOB, CLEO = User("discord", "1", "Ada"), User("twitch", "2", "Bob"), User("telegram", "3", "Cleo")
HOUR = 3_600_000_000

DRAFTS = st.builds(
    Draft,
    whisper=st.sampled_from(["origin-1", "body-7"]),
    category=st.sampled_from(["origin", "body"]),
    question=st.text(max_size=20),
    answer=st.text(min_size=1, max_size=40),
    reading=st.text(max_size=20),
    mood=st.sampled_from(MOODS),
    valence=st.floats(-1, 1),
    depth=st.floats(0, 1),
    themes=st.lists(st.sampled_from(["sea", "home", "self"]), max_size=3).map(tuple),
    language=st.sampled_from(["en", "de"]),
)


def draft(answer: str = "by the sea", mood: Any = "tide", **more: Any) -> Draft:
    """One with these words."""
    plain = {
        "whisper": "origin-1",
        "category": "origin",
        "question": "Where are you at home?",
        "answer": answer,
        "reading": "What leaves comes back as weather.",
        "mood": mood,
        "valence": -0.5,
        "depth": 0.725,
        "themes": ("sea", "home"),
        "language": "en",
    }
    return Draft(**(plain | more))


def opened(number: int, answer: str = "by the sea", **more: Any) -> Opened:
    """A page that was never in a store."""
    plain: dict[str, Any] = {
        "id": number, "book": 1, "number": number, "chapter": 1, "at": 1_700_000_000_000_000 + number * 24 * HOUR, "mood": "tide",
        "depth": 0.7, "valence": -0.5, "seed": bytes([number % 256]) * 32, "hash": "aa", "svg": "bb", "leaf": number,
        "category": "origin", "whisper": "origin-1", "themes": (), "language": "en", "corrected": "tide",
        "question": "Where are you at home?", "answer": answer, "reading": "It comes back.",
    }  # fmt: skip
    return Opened(**(plain | more))


class Clock:
    """Microseconds that a test moves."""

    def __init__(self) -> None:
        self.now = 1_700_000_000_000_000

    def __call__(self) -> int:
        return self.now


class Shelf:
    """The store. `sealed` and its like run as one write each, for the person behind a user."""

    def __init__(self, where: Path | str, keys: Path) -> None:
        self.loop = asyncio.new_event_loop()
        self.clock = Clock()
        self.where = where
        self.store = self.wait(Store.open(where, Keyring.open(keys), MIGRATIONS, clock=self.clock))

    def wait(self, what: Coroutine[Any, Any, T]) -> T:
        """Run it to its end."""
        return self.loop.run_until_complete(what)

    def write(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`fn(tx, …)`, committed."""

        async def written() -> T:
            return await self.store.write(fn, *args, **kwargs)

        return self.wait(written())

    def read(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`fn(tx, …)` on a snapshot."""

        async def seen() -> T:
            return await self.store.read(fn, *args, **kwargs)

        return self.wait(seen())

    def person(self, user: User) -> int:
        """Who is behind a user."""
        return self.write(people.person, user)

    def seal(self, user: User, one: Draft | None = None) -> Page:
        """A page more, an hour later."""
        self.clock.now += HOUR
        return self.write(pages.seal, self.person(user), one or draft())

    def shelf(self, user: User) -> list[Opened]:
        """Everything, with the forgotten pages."""
        return self.read(pages.shelf, self.person(user))

    def close(self) -> None:
        """Let go of the database."""
        self.wait(self.store.close())
        self.loop.close()


def link(tx: Tx, kept: User, gone: User) -> None:
    """As identity does it."""
    one, other = tx.person(kept), tx.person(gone)
    pages.merge(tx, one, other)
    people.merge(tx, one, other)
