"""Persons and their users on the platforms."""

from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.store.schema import insert, param, users
from bot.store.schema import person as persons
from bot.users import User

if TYPE_CHECKING:
    from bot.store.tx import Rows, Tx

RECENT = 10 * 60 * 1_000_000
"""How long somebody is taken to be where they were seen, in microseconds, before it is written down again."""

FIND = sa.select(users.c.person, users.c.name, users.c.handle, users.c.seen).where(
    users.c.platform == param("platform"), users.c.id == param("id")
)
UNMADE = sa.delete(persons).where(persons.c.id == param("who", sa.BigInteger))
NEW_PERSON = insert(persons).values(created=param("now", sa.BigInteger)).returning(persons.c.id)
NOBODY = sa.delete(persons).where(persons.c.id == param("person", sa.BigInteger))
_new_user = insert(users).values(
    platform=param("platform"),
    id=param("id"),
    person=param("person", sa.BigInteger),
    name=param("name"),
    handle=param("handle"),
    folded_name=param("folded_name"),
    folded_handle=param("folded_handle"),
    named=param("now", sa.BigInteger),
)
NAME = _new_user.on_conflict_do_update(
    index_elements=[users.c.platform, users.c.id],
    set_={name: _new_user.excluded[name] for name in ("name", "handle", "folded_name", "folded_handle", "named")},
).returning(users.c.person)
SEE = (
    sa.update(users)
    .where(
        users.c.platform == param("where"), users.c.id == param("which"), users.c.seen < param("before", sa.BigInteger)
    )
    .values(seen=param("now", sa.BigInteger))
)
BY_HANDLE = (
    sa.select(users.c.id, users.c.name, users.c.handle)
    .where(users.c.platform == param("platform"), users.c.folded_handle == param("folded"))
    .order_by(users.c.named.desc())
    .limit(1)
)
BY_NAME = (
    sa.select(users.c.id, users.c.name, users.c.handle)
    .where(users.c.platform == param("platform"), users.c.folded_name == param("folded"))
    .limit(2)
)
USERS_OF = (
    sa.select(users.c.platform, users.c.id, users.c.name, users.c.handle)
    .where(users.c.person == param("person", sa.BigInteger))
    .order_by(users.c.platform, users.c.id)
)
MERGED = sa.select(persons.c.merged_into).where(persons.c.id == param("person", sa.BigInteger))
MOVE_USERS = (
    sa.update(users).where(users.c.person == param("gone", sa.BigInteger)).values(person=param("kept", sa.BigInteger))
)
MOVE_PERSONS = (
    sa.update(persons)
    .where(sa.or_(persons.c.id == param("gone", sa.BigInteger), persons.c.merged_into == param("gone", sa.BigInteger)))
    .values(merged_into=param("kept", sa.BigInteger))
)


def person(tx: "Tx", user: User) -> int:
    """The person behind a user, created when new; the newest name and handle are kept. 0 for strangers in a read."""
    found = tx.execute(FIND, platform=user.platform, id=user.id)
    if tx.readonly:
        return int(found[0][0]) if found else 0
    return _named(tx, user, found)


def met(tx: "Tx", user: User) -> int:
    """The person behind a user who is here now: this platform is the one they used last."""
    found = tx.execute(FIND, platform=user.platform, id=user.id)
    who = _named(tx, user, found)
    if not found or found[0][3] < tx.now - RECENT:
        tx.execute(SEE, where=user.platform, which=user.id, before=tx.now - RECENT, now=tx.now)
    return who


def _named(tx: "Tx", user: User, found: "Rows") -> int:
    if found and found[0][1:3] == (user.name, user.handle):
        return int(found[0][0])
    who = int((found or tx.execute(NEW_PERSON, now=tx.now))[0][0])
    named = tx.execute(
        NAME,
        platform=user.platform,
        id=user.id,
        person=who,
        name=user.name,
        handle=user.handle,
        folded_name=user.name.casefold(),
        folded_handle=user.handle.casefold(),
        now=tx.now,
    )
    if not found and named[0][0] != who:  # another process met them in the same moment
        tx.execute(UNMADE, who=who)
    if named[0][0] != who and not found:  # another transaction met them at the same time
        tx.execute(NOBODY, person=who)
    return int(named[0][0])


def find_user(tx: "Tx", platform: str, name: str) -> User | None:
    """Who is meant by a handle, or by a name that only one user of the platform has; letter case does not matter."""
    folded = name.casefold()
    if not folded:
        return None
    found = tx.execute(BY_HANDLE, platform=platform, folded=folded) or tx.execute(
        BY_NAME, platform=platform, folded=folded
    )
    return User(platform, *found[0]) if len(found) == 1 else None


def users_of(tx: "Tx", who: int) -> list[User]:
    """Every user of a person."""
    return [User(*row) for row in tx.execute(USERS_OF, person=who)]


def current(tx: "Tx", who: int) -> int:
    """The person that a person id of any age means now."""
    found = tx.execute(MERGED, person=who)
    return int(found[0][0] or who) if found else who


def merge(tx: "Tx", kept: int, gone: int) -> None:
    """All users of `gone` are users of `kept` from now on. Features move their own rows in the same transaction."""
    kept, gone = current(tx, kept), current(tx, gone)
    if kept == gone:
        return
    tx.execute(MOVE_USERS, kept=kept, gone=gone)
    tx.execute(MOVE_PERSONS, kept=kept, gone=gone)
    tx.emit("person.merged", kept=kept, gone=gone)
