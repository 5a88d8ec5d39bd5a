"""Who has become which archetype, and the statements about it. Rows are only ever added, or moved by a merge."""

import sqlalchemy as sa

from bot.store import insert, metadata, param

archetype = sa.Table(
    "archetype",
    metadata,
    sa.Column("person", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("archetype", sa.Text, primary_key=True),
    sa.Column("at", sa.BigInteger, nullable=False),
)
"""`archetype` is the id in config/archetypes.toml; `at` is in microseconds since the epoch."""

_row = insert(archetype).values(
    person=param("person", sa.BigInteger), archetype=param("which"), at=param("at", sa.BigInteger)
)
EARN = _row.on_conflict_do_nothing(index_elements=["person", "archetype"]).returning(archetype.c.archetype)
EARLIER = _row.on_conflict_do_update(
    index_elements=["person", "archetype"],
    set_={"at": _row.excluded["at"]},
    where=archetype.c.at > _row.excluded["at"],
)
OF = (
    sa.select(archetype.c.archetype, archetype.c.at)
    .where(archetype.c.person == param("who", sa.BigInteger))
    .order_by(archetype.c.at, archetype.c.archetype)
)
DROP = sa.delete(archetype).where(archetype.c.person == param("gone", sa.BigInteger))
