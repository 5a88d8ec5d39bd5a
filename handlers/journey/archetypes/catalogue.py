"""The archetypes that there are, as config/archetypes.toml has them."""

from collections.abc import Sequence

from msgspec import Struct

from config.errors import SettingsError
from config.journey import Archetype, Archetypes
from config.load import load_data
from handlers.journey.archetypes.predicates import in_order, problems

FILE = "archetypes.toml"


class Spoken(Struct, frozen=True):
    """What an archetype is called, and what is said of it, in one language."""

    name: str
    text: str


class Catalogue:
    """Every archetype: as written, by id, and `ordered`, each behind those that it requires.

    Raises `SettingsError`, which names the file and the id of each that is wrong.
    """

    def __init__(self, archetypes: Sequence[Archetype]) -> None:
        if wrong := problems(archetypes):
            raise SettingsError("\n".join(f"{FILE}: {line}" for line in wrong), "archetypes")
        self.written = tuple(archetypes)
        self.by_id = {one.id: one for one in archetypes}
        self.ordered = tuple(in_order(archetypes))

    def spoken(self, archetype: str, language: str | None) -> Spoken:
        """Name and text in the reader's language: German, or English for everybody else."""
        one = self.by_id[archetype]
        german = (language or "").partition("-")[0] == "de"
        return Spoken(one.de, one.de_text) if german else Spoken(one.name, one.text)


def load() -> Catalogue:
    """As the file has them. Raises `SettingsError`."""
    return Catalogue(load_data(Archetypes, FILE).archetype)
