"""Mirrors and their versions: the transactions of spawning, choosing and listing."""

import hashlib

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from bot.errors import UserError
from bot.store import Tx, insert, param
from bot.users import User
from mirrors import words
from mirrors.tables import mirror, own_words, sample, version

NEEDED = 3
"""Texts below which there is no mirror at all."""

_NAMED = 10
ALGORITHM = "kneser-ney-6/1"

_SAMPLES = (
    sa.select(own_words.c.id).where(own_words.c.person == param("person", sa.BigInteger)).order_by(own_words.c.id)
)
_NEW = (
    insert(mirror)
    .values(person=param("person", sa.BigInteger), name=param("name"), folded=param("folded"))
    .on_conflict_do_nothing(index_elements=["person", "folded"])
)
_FIND = sa.select(mirror.c.id).where(
    mirror.c.person == param("person", sa.BigInteger), mirror.c.folded == param("folded")
)
_NEW_VERSION = (
    insert(version)
    .values(
        mirror=param("mirror", sa.BigInteger),
        manifest=param("manifest"),
        samples=param("samples", sa.Integer),
        consent=param("consent", sa.BigInteger),
        at=param("at", sa.BigInteger),
    )
    .returning(version.c.id)
)
_TAKE = insert(sample).values(version=param("version", sa.BigInteger), words=param("words", sa.BigInteger))
_LIVE = (
    mirror.update().where(mirror.c.id == param("mirror", sa.BigInteger)).values(version=param("live", sa.BigInteger))
)
_LIST = (
    sa.select(version.c.id, mirror.c.name, version.c.manifest, version.c.samples)
    .join(version, version.c.id == mirror.c.version)
    .where(mirror.c.person == param("person", sa.BigInteger))
    .order_by(version.c.id.desc())
)
_MANIFESTS = (
    sa.select(version.c.manifest)
    .join(mirror, mirror.c.id == version.c.mirror)
    .where(mirror.c.person == param("person", sa.BigInteger))
)
_MIRRORS = sa.select(mirror.c.id, mirror.c.name, mirror.c.folded).where(
    mirror.c.person == param("person", sa.BigInteger)
)
_MOVE = (
    mirror.update()
    .where(mirror.c.id == param("mirror", sa.BigInteger))
    .values(person=param("to", sa.BigInteger), name=param("new_name"), folded=param("new_folded"))
)


class Version(Struct, frozen=True):
    """The live version of a mirror. `samples` is how many texts it was made of."""

    id: int
    person: int
    name: str
    manifest: str
    samples: int


def spawn(tx: Tx, user: User, name: str) -> Version:
    """A new mirror of the person's words as they are now, or a new version of the one with this name.

    Raises `ConsentMissingError`, and `UserError` when there is too little to learn from.
    """
    person = tx.person(user)
    standing = words.require(tx, person)
    taken = [int(number) for (number,) in tx.execute(_SAMPLES, person=person)]
    if len(taken) < NEEDED:
        raise UserError(
            "A mirror needs at least {needed} of your answers, {missing} more than there are. Ask for a whisper.",
            code="too_few",
            needed=NEEDED,
            missing=NEEDED - len(taken),
        )
    manifest = hashlib.sha256(msgspec.json.encode([ALGORITHM, taken])).hexdigest()
    tx.execute(_NEW, person=person, name=name, folded=name.casefold())
    which = tx.execute(_FIND, person=person, folded=name.casefold())[0][0]
    row = tx.execute(_NEW_VERSION, mirror=which, manifest=manifest, samples=len(taken), consent=standing, at=tx.now)[0][
        0
    ]
    for number in taken:
        tx.execute(_TAKE, version=row, words=number)
    tx.execute(_LIVE, mirror=which, live=row)
    tx.emit("mirror.spawned", person=person, mirror=which, version=row, samples=len(taken))
    return Version(row, person, name, manifest, len(taken))


def mirrors_of(tx: Tx, user: User) -> list[Version]:
    """A person's mirrors, the newest first."""
    person = tx.person(user)
    return [Version(row, person, *rest) for row, *rest in tx.execute(_LIST, person=person)]


def manifests(tx: Tx, user: User) -> list[str]:
    """Of every version that any of a person's mirrors ever had."""
    return [manifest for (manifest,) in tx.execute(_MANIFESTS, person=tx.person(user))]


def choose(tx: Tx, user: User, name: str) -> Version:
    """The mirror of this name, or the newest when there is no name.

    Raises `ConsentMissingError`, and `UserError` when there is no such mirror.
    """
    words.require(tx, tx.person(user))
    mine = mirrors_of(tx, user)
    if not mine:
        raise UserError("You have no mirror yet. Spawn one with mirror spawn and a name.", code="no_mirror")
    found = next((one for one in mine if name.casefold() in ("", one.name.casefold())), None)
    if found is None:
        names = ", ".join(one.name for one in mine[:_NAMED])
        raise UserError("You have no mirror called {name}. Yours: {names}.", code="no_mirror", name=name, names=names)
    return found


def merge(tx: Tx, kept: int, gone: int) -> None:
    """Mirrors come along; where both have one of a name, the number of the mirror is put behind it."""
    names = {folded for _, _, folded in tx.execute(_MIRRORS, person=kept)}
    for number, name, folded in tx.execute(_MIRRORS, person=gone):
        new = f"{name} {number}" if folded in names else name
        while new.casefold() in names:
            new += "'"
        names.add(new.casefold())
        tx.execute(_MOVE, mirror=number, to=kept, new_name=new, new_folded=new.casefold())
