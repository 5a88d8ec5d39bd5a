"""The statements of the whispers."""

import sqlalchemy as sa

from bot.store import insert, param
from handlers.journey.whispers.tables import asked, daily

MOST = 500
"""Rows that a job takes up at once."""

_person = asked.c.person == param("who", sa.BigInteger)
_is_open = asked.c.state == "open"
_open = sa.and_(_person, _is_open)
_too_old = asked.c.asked < param("oldest", sa.BigInteger)
_young = asked.c.asked >= param("oldest", sa.BigInteger)
_now = param("now", sa.BigInteger)
_what = (asked.c.id, asked.c.name, asked.c.category, asked.c.text)

OPEN = sa.select(*_what, asked.c.asked).where(_open)
EXPIRE = asked.update().where(_open, _too_old).values(state="expired", ended=_now).returning(asked.c.id, asked.c.person)
ASK = (
    insert(asked)
    .values(
        person=param("person", sa.BigInteger),
        name=param("name"),
        category=param("category"),
        text=param("text"),
        state="open",
        asked=_now,
    )
    .on_conflict_do_nothing(
        index_elements=["person"], index_where=sa.literal_column("state") == sa.literal_column("'open'")
    )
    .returning(asked.c.id)
)
END = asked.update().where(_open, _young).values(state=param("how"), ended=_now).returning(*_what)
RECENT = sa.select(asked.c.id, asked.c.name).where(_person).order_by(asked.c.id.desc()).limit(param("n", sa.Integer))
LAST_ASKED = sa.select(asked.c.category).where(_person).group_by(asked.c.category).order_by(sa.func.max(asked.c.id))
ANSWERED = sa.select(sa.func.count(asked.c.id)).where(_person, asked.c.state == "answered")
LAST_ANSWERED = (
    sa.select(asked.c.ended, asked.c.id, asked.c.name)
    .where(_person, asked.c.state == "answered")
    .order_by(asked.c.ended.desc(), asked.c.id.desc())
    .limit(1)
)
SKIPPED = (
    sa.select(asked.c.category, asked.c.ended, asked.c.id)
    .where(_person, asked.c.state == "skipped", asked.c.ended > param("since", sa.BigInteger))
    .order_by(asked.c.ended.desc(), asked.c.id.desc())
)
EXPIRE_ONE = (
    asked.update()
    .where(asked.c.id == param("row", sa.BigInteger), _is_open)
    .values(state="expired", ended=_now)
    .returning(asked.c.id, asked.c.person)
)
MOVE = asked.update().where(asked.c.person == param("gone", sa.BigInteger)).values(person=param("kept", sa.BigInteger))

EXPIRE_ALL = (
    asked.update()
    .where(asked.c.id.in_(sa.select(asked.c.id).where(_is_open, _too_old).limit(MOST)), _is_open)
    .values(state="expired", ended=_now)
    .returning(asked.c.id, asked.c.person)
)
_waiting = (_is_open, _young, asked.c.asked <= param("since", sa.BigInteger), asked.c.reminded.is_(None))
WAITING = sa.select(asked.c.id).where(*_waiting).order_by(asked.c.asked).limit(MOST)
REMIND = (
    asked.update()
    .where(asked.c.id == param("row", sa.BigInteger), *_waiting)
    .values(reminded=_now)
    .returning(asked.c.person, *_what)
)

_due = insert(daily).values(person=param("who", sa.BigInteger), at=_now)
CLAIM = _due.on_conflict_do_update(
    index_elements=[daily.c.person],
    set_={"at": _due.excluded["at"]},
    where=daily.c.at <= param("before", sa.BigInteger),
).returning(daily.c.person)
TAKE_DAILY = sa.delete(daily).where(daily.c.person == param("gone", sa.BigInteger)).returning(daily.c.at)
