"""What the commands ask for: a whisper for somebody, with what is known of them, in a model's words if they allow that."""

from collections.abc import Callable
from typing import TypeAlias

from bot.errors import UserError
from bot.store import Tx
from bot.users import User
from config.whispers import Category
from handlers.journey.whispers.daily import LeaningOf
from handlers.journey.whispers.whispering import Asked, Whispering, Wording
from handlers.journey.whispers.writing import Writing

Allowed: TypeAlias = Callable[[Tx, int], bool]
"""`allowed(tx, person)`: may the language model be asked for them?"""


class Asking:
    """The transactions of the commands. Without `writing` every whisper is the bank's."""

    def __init__(
        self, whispering: Whispering, leaning: LeaningOf, allowed: Allowed, writing: Writing | None = None
    ) -> None:
        self.whispering = whispering
        self._leaning, self._allowed, self._writing = leaning, allowed, writing

    def ask(self, tx: Tx, user: User, category: Category | None, wording: Wording | None) -> Asked:
        """`Whispering.ask`, with what is known of them."""
        return self.whispering.ask(tx, user, category, self._leaning(tx, tx.person(user)), wording)

    def writes(self, language: str | None) -> bool:
        """Could a model word a whisper in this language?"""
        return self._writing is not None and self._writing.can(language)

    def draft(self, tx: Tx, user: User, category: Category | None, language: str | None) -> Wording | None:
        """The whisper whose turn it is, in the bank's words, paid for to be worded anew.

        None when none is to be asked, they do not allow it, or have used up their day.
        """
        person = tx.person(user)
        if self._writing is None or not self._allowed(tx, person) or self.whispering.has_open(tx, person):
            return None
        try:
            chosen = self.whispering.next(tx, person, category, self._leaning(tx, person))
        except UserError:  # `ask` tells it
            return None
        if not self._writing.spend(tx, person, chosen.text, language):
            return None
        return Wording(chosen.id, chosen.text)

    async def vary(self, draft: Wording, language: str | None) -> Wording | None:
        """The same whisper in a model's words; None when the bank's are used."""
        text = await self._writing.vary(draft.text, language) if self._writing else ""
        return Wording(draft.id, text) if text else None
