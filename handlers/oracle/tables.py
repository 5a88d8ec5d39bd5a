"""What a server knows, and the last turns with the oracle: tables and statements.

What moderators have the bot know is for everybody who asks there, and is looked for by the database: it stands open. What
somebody asks the oracle, and is answered, is sealed.
"""

import sqlalchemy as sa

from bot.store import insert, metadata, param, serial
from handlers.oracle.fulltext import distance, found, matches

knowledge = sa.Table(
    "knowledge",
    metadata,
    sa.Column("id", serial, primary_key=True),
    sa.Column("home", sa.Text, nullable=False),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("home", "number", name="knowledge_number"),
)
"""`home` is `Place.home`; `number` is what people call it, never used again there. `at` is in microseconds."""

shelf = sa.Table(
    "knowledge_shelf",
    metadata,
    sa.Column("home", sa.Text, primary_key=True),
    sa.Column("last", sa.BigInteger, nullable=False),
    sa.Column("held", sa.BigInteger, nullable=False),
)
"""The last number that was given in a server, and how many entries it has."""

turn = sa.Table(
    "oracle_turn",
    metadata,
    sa.Column("id", serial, primary_key=True),
    sa.Column("person", sa.BigInteger, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Index("oracle_turn_person", "person", "id"),
    sa.Index("oracle_turn_at", "at"),
)
"""`body` is a question and its answer, sealed."""

_home = param("home")
_here = knowledge.c.home == _home
_entry = (knowledge.c.number, knowledge.c.title, knowledge.c.words, knowledge.c.at)

NUMBER = (
    insert(shelf)
    .values(home=_home, last=1, held=1)
    .on_conflict_do_update(
        index_elements=[shelf.c.home],
        set_={"last": shelf.c.last + 1, "held": shelf.c.held + 1},
        where=shelf.c.held < param("most", sa.BigInteger),
    )
    .returning(shelf.c.last)
)
"""The next number; no row when there are `most` entries already."""
ADD = insert(knowledge).values(
    home=_home,
    number=param("number", sa.BigInteger),
    title=param("title"),
    words=param("words"),
    at=param("now", sa.BigInteger),
)
REMOVE = (
    sa.delete(knowledge).where(_here, knowledge.c.number == param("number", sa.BigInteger)).returning(knowledge.c.title)
)
LESS = sa.update(shelf).where(shelf.c.home == _home).values(held=shelf.c.held - 1)
HELD = sa.select(shelf.c.held).where(shelf.c.home == _home)
ALL = sa.select(*_entry).where(_here).order_by(knowledge.c.number)
_query = param("query")
FIND = (
    sa.select(*_entry)
    .join(found, found.c.rowid == knowledge.c.id)
    .where(_here, matches(_home, _query))
    .order_by(distance(_query), knowledge.c.number)
    .limit(param("most", sa.Integer))
)
MOVE = sa.update(knowledge).where(knowledge.c.home == param("old")).values(home=_home)
MOVE_SHELF = sa.update(shelf).where(shelf.c.home == param("old")).values(home=_home)

_person = param("who", sa.BigInteger)
KEEP_TURN = insert(turn).values(person=_person, at=param("now", sa.BigInteger), body=param("body", sa.LargeBinary))
TURNS = (
    sa.select(turn.c.at, turn.c.body)
    .where(turn.c.person == _person, turn.c.at > param("since", sa.BigInteger))
    .order_by(turn.c.id.desc())
    .limit(param("most", sa.Integer))
)
DROP_TURNS = sa.delete(turn).where(turn.c.person == _person)
FORGET_TURNS = (
    sa.delete(turn)
    .where(turn.c.id.in_(sa.select(turn.c.id).where(turn.c.at <= param("before", sa.BigInteger)).limit(1_000)))
    .returning(turn.c.id)
)
