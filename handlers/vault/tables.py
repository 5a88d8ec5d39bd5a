"""The vault's tables and statements. No column tells a word or a name: they are sealed, and found by a keyed digest."""

import sqlalchemy as sa

from bot.store import insert, metadata, param, serial

key = sa.Table(
    "vault_key",
    metadata,
    sa.Column("person", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("key_id", sa.Text, nullable=False),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("created", sa.BigInteger, nullable=False),
)
"""A person's own key, sealed with the master key. `version` counts every writing in their vault: none comes twice."""

record = sa.Table(
    "vault_record",
    metadata,
    sa.Column("id", serial, primary_key=True),
    sa.Column("person", sa.BigInteger, nullable=False),
    sa.Column("slot", sa.LargeBinary, nullable=False),
    sa.Column("name", sa.LargeBinary, nullable=False),
    sa.Column("words", sa.LargeBinary, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("written", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("person", "slot", name="vault_record_slot"),
)
"""`slot` is the digest of the name, whatever its letter case, spaces and way of composing characters."""

_person = param("who", sa.BigInteger)
_slot = param("place", sa.LargeBinary)
_here = sa.and_(record.c.person == _person, record.c.slot == _slot)

KEY = sa.select(key.c.key_id, key.c.wrapped).where(key.c.person == _person)
NEW_KEY = insert(key).values(
    person=_person,
    key_id=param("key_id"),
    wrapped=param("wrapped", sa.LargeBinary),
    version=0,
    created=param("now", sa.BigInteger),
)
NEXT_VERSION = sa.update(key).where(key.c.person == _person).values(version=key.c.version + 1).returning(key.c.version)
DROP_KEY = sa.delete(key).where(key.c.person == _person)

COUNT = sa.select(sa.func.count()).select_from(record).where(record.c.person == _person)
FIND = sa.select(record.c.name, record.c.words, record.c.version, record.c.written).where(_here)
ALL = (
    sa.select(record.c.name, record.c.words, record.c.version, record.c.written)
    .where(record.c.person == _person)
    .order_by(record.c.id)
)
WRITE = insert(record).values(
    person=_person,
    slot=_slot,
    name=param("name", sa.LargeBinary),
    words=param("words", sa.LargeBinary),
    version=param("version", sa.BigInteger),
    written=param("written", sa.BigInteger),
)
ERASE = sa.delete(record).where(_here).returning(record.c.version)
ERASE_ALL = sa.delete(record).where(record.c.person == _person)
