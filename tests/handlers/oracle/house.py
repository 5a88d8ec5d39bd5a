"""A bot of the oracle alone, with the codex and the profile that it reads, as a plugin; and what is put into it."""

from bot.app import App
from bot.store import Tx
from bot.users import User
from handlers import oracle
from handlers.journey import profile
from handlers.journey.codex import pages
from handlers.journey.codex.pages import Draft
from handlers.journey.profile.profile import change

SEA = "The sea was grey and the gulls were loud, and I felt small and free."
HARBOUR = "Again at the harbour: the sea is loud, but I am no longer afraid of it."
BREAD = "I baked bread with my grandmother."


def setup(app: App) -> None:
    """What the whole bot has besides."""
    app.migrations("handlers.journey.codex.migrations")
    app.on_merge(pages.merge)
    profile.setup(app)
    oracle.setup(app)


def write(tx: Tx, author: User, *answers: str, themes: tuple[str, ...] = ("nature",)) -> None:
    """Seal pages."""
    person = tx.person(author)
    for answer in answers:
        question = "What moved you today?"
        draft = Draft("w1", "body", question, answer, "A reading.", "tide", 0.1, 0.5, themes, "en")
        pages.seal(tx, person, draft)


def allow(tx: Tx, author: User) -> None:
    """The model may read their words."""
    change(tx, author, model=True)
