"""The statements of the whispers."""

import sqlalchemy as sa

from bot.store import insert, param
from handlers.whispers.tables import asked

_person = asked.c.person == param("who", sa.BigInteger)
_open = sa.and_(_person, asked.c.state == "open")

OPEN = sa.select(asked.c.id, asked.c.text, asked.c.asked).where(_open)
EXPIRE = (
    asked.update()
    .where(_open, asked.c.asked < param("oldest", sa.BigInteger))
    .values(state="expired", ended=param("now", sa.BigInteger))
)
ASK = (
    insert(asked)
    .values(
        person=param("person", sa.BigInteger),
        name=param("name"),
        category=param("category"),
        text=param("text"),
        state="open",
        asked=param("now", sa.BigInteger),
    )
    .on_conflict_do_nothing(
        index_elements=["person"], index_where=sa.literal_column("state") == sa.literal_column("'open'")
    )
    .returning(asked.c.id)
)
END = (
    asked.update()
    .where(_open, asked.c.asked >= param("oldest", sa.BigInteger))
    .values(state=param("how"), ended=param("now", sa.BigInteger))
    .returning(asked.c.id, asked.c.category)
)
RECENT = sa.select(asked.c.name).where(_person).order_by(asked.c.id.desc()).limit(param("n", sa.Integer))
LAST_ASKED = sa.select(asked.c.category, sa.func.max(asked.c.id)).where(_person).group_by(asked.c.category)
LAST_ANSWERED = sa.select(sa.func.coalesce(sa.func.max(asked.c.ended), 0)).where(_person, asked.c.state == "answered")
SKIPPED = (
    sa.select(asked.c.category, asked.c.ended)
    .where(_person, asked.c.state == "skipped", asked.c.ended > param("since", sa.BigInteger))
    .order_by(asked.c.id.desc())
)
EXPIRE_ONE = (
    asked.update()
    .where(asked.c.id == param("row", sa.BigInteger))
    .values(state="expired", ended=param("now", sa.BigInteger))
)
MOVE = asked.update().where(asked.c.person == param("gone", sa.BigInteger)).values(person=param("kept", sa.BigInteger))
