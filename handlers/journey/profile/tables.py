"""The tables of profiles and voices, and their statements. What somebody says of themselves is sealed."""

from typing import Any, Final

import sqlalchemy as sa

from bot.store import insert, metadata, param

profile = sa.Table(
    "journey_profile",
    metadata,
    sa.Column("person", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("name", sa.LargeBinary, nullable=False),
    sa.Column("purpose", sa.LargeBinary, nullable=False),
    sa.Column("offering", sa.LargeBinary, nullable=False),
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("hour", sa.Integer),
    sa.Column("public", sa.Integer, nullable=False),
    sa.Column("model", sa.Integer, nullable=False),
    sa.Column("model_text", sa.Integer, nullable=False),
    sa.Column("model_at", sa.BigInteger, nullable=False),
)
"""`name`, `purpose` and `offering` are sealed, empty where nothing is said. `zone` (IANA) is "" where none was named here.

`model`: the newest decision on whether words may leave for the language model, on which version of the text it was made,
and when (microseconds since the epoch, 0 for never).
"""

person_voice = sa.Table(
    "voice_person",
    metadata,
    sa.Column("person", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("axis", sa.Text, primary_key=True),
    sa.Column("value", sa.Integer, nullable=False),
)
"""Only the axes that somebody has set, 0 to 100."""

server_voice = sa.Table(
    "voice_server",
    metadata,
    sa.Column("home", sa.Text, primary_key=True),
    sa.Column("axis", sa.Text, primary_key=True),
    sa.Column("value", sa.Integer, nullable=False),
)
"""The same for a server, by `Place.home`."""

_who = profile.c.person == param("who", sa.BigInteger)
READ = sa.select(*[column for column in profile.c if column.name != "person"]).where(_who)
DROP = sa.delete(profile).where(_who)
_new = insert(profile).values({column.name: param(column.name, column.type) for column in profile.c})
NEW = _new.on_conflict_do_nothing(index_elements=["person"])
_MODEL: Final = ("model", "model_text", "model_at")


def _put(*names: str) -> sa.Update:
    """Set these columns alone; the others are what they are, also when two are set at the same time."""
    return sa.update(profile).where(_who).values({name: param(f"new_{name}", profile.c[name].type) for name in names})


PUT: Final[dict[str, sa.Update]] = {
    **{column.name: _put(column.name) for column in profile.c if column.name not in ("person", *_MODEL)},
    "model": _put(*_MODEL),
}
HOURS = sa.select(profile.c.person, profile.c.zone, profile.c.hour).where(profile.c.hour.is_not(None))


class Voices:
    """The statements about the axes of one owner: a person, or a server by its home."""

    def __init__(self, table: sa.Table, key: str) -> None:
        column: sa.Column[Any] = table.c[key]
        owner = column == param("owner", column.type)
        self.of = sa.select(table.c.axis, table.c.value).where(owner)
        self.drop = sa.delete(table).where(owner)
        new = insert(table).values(
            {key: param("owner", column.type), "axis": param("which"), "value": param("share", sa.Integer)}
        )
        self.keep = new.on_conflict_do_nothing(index_elements=[key, "axis"])
        self.put = new.on_conflict_do_update(index_elements=[key, "axis"], set_={"value": new.excluded["value"]})


OF_PERSON, OF_SERVER = Voices(person_voice, "person"), Voices(server_voice, "home")
