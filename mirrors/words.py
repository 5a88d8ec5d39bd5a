"""A person's own words, and their consent. Words are read in one function only, and it looks for consent first."""

import sqlalchemy as sa

from bot.errors import UserError
from bot.store import Tx, insert, param
from bot.users import User
from mirrors.tables import consent, own_words, sample

TEXT_VERSION = 1
"""Of the consent text that people are shown; a new text gets a new number, and its rows say which one was agreed to."""

_KEEP = insert(own_words).values(
    person=param("person", sa.BigInteger),
    source=param("source"),
    at=param("at", sa.BigInteger),
    words=param("words", sa.LargeBinary),
)
_COUNT = sa.select(sa.func.count(own_words.c.id)).where(own_words.c.person == param("person", sa.BigInteger))
_DECIDE = insert(consent).values(
    person=param("person", sa.BigInteger),
    granted=param("granted", sa.Integer),
    text_version=param("text_version", sa.Integer),
    platform=param("platform"),
    at=param("at", sa.BigInteger),
)
_NEWEST = (
    sa.select(consent.c.id, consent.c.granted, consent.c.text_version, consent.c.platform)
    .where(consent.c.person == param("person", sa.BigInteger))
    .order_by(consent.c.id.desc())
    .limit(1)
)
_READ = (
    sa.select(own_words.c.words)
    .join(sample, sample.c.words == own_words.c.id)
    .where(sample.c.version == param("version", sa.BigInteger), own_words.c.person == param("person", sa.BigInteger))
    .order_by(own_words.c.id)
)
_ALL = sa.select(own_words.c.id, own_words.c.words).where(own_words.c.person == param("person", sa.BigInteger))
_of_source = sa.and_(own_words.c.person == param("person", sa.BigInteger), own_words.c.source == param("source"))
_UNTIE = sa.delete(sample).where(sample.c.words.in_(sa.select(own_words.c.id).where(_of_source)))
_ERASE = sa.delete(own_words).where(_of_source)
_MOVE = (
    own_words.update()
    .where(own_words.c.id == param("row", sa.BigInteger))
    .values(person=param("to", sa.BigInteger), words=param("sealed", sa.LargeBinary))
)


class ConsentMissingError(UserError):
    """This person has not agreed that their words are read, or has taken it back."""

    def __init__(self) -> None:
        super().__init__("Your words are unread: you have not agreed to a mirror, or ended it.", code="consent")


def page(book: int, leaf: int) -> str:
    """The source that a page of the codex is."""
    return f"page:{book}:{leaf}"


def keep(tx: Tx, person: int, source: str, text: str) -> int:
    """Keep what somebody said for themselves, sealed. Returns how many such texts they have now.

    `source` names what they said it in (`page:3:7`), by which it is forgotten.
    """
    tx.execute(_KEEP, person=person, source=source, at=tx.now, words=_sealed(tx, person, text))
    return count(tx, person)


def forget(tx: Tx, person: int, source: str) -> None:
    """Erase what was kept from this source; mirrors that were made of it are made without it from now on."""
    tx.execute(_UNTIE, person=person, source=source)
    tx.execute(_ERASE, person=person, source=source)


def count(tx: Tx, person: int) -> int:
    """How many texts of theirs are kept."""
    return int(tx.execute(_COUNT, person=person)[0][0])


def decide(tx: Tx, user: User, agree: bool) -> None:
    """Remember, beside all earlier decisions, that this person agrees or does not."""
    person = tx.person(user)
    tx.execute(_DECIDE, person=person, granted=int(agree), text_version=TEXT_VERSION, platform=user.platform, at=tx.now)
    tx.emit("mirror.consent", person=person, granted=int(agree), text_version=TEXT_VERSION)


def require(tx: Tx, person: int) -> int:
    """The consent that stands. Raises `ConsentMissingError`."""
    newest = tx.execute(_NEWEST, person=person)
    if not newest or not newest[0][1]:
        raise ConsentMissingError
    return int(newest[0][0])


def read(tx: Tx, person: int, version: int) -> list[str]:
    """The words that a mirror's version was made of. Raises `ConsentMissingError` before anything is opened."""
    require(tx, person)
    return [_opened(tx, person, blob) for (blob,) in tx.execute(_READ, person=person, version=version)]


def merge(tx: Tx, kept: int, gone: int) -> None:
    """Words come along, sealed for their new person; of the decisions of both, the newest counts."""
    for row, blob in tx.execute(_ALL, person=gone):
        tx.execute(_MOVE, row=row, to=kept, sealed=_sealed(tx, kept, _opened(tx, gone, blob)))
    mine, theirs = tx.execute(_NEWEST, person=kept), tx.execute(_NEWEST, person=gone)
    if theirs and theirs > mine:
        _, granted, text_version, platform = theirs[0]
        tx.execute(_DECIDE, person=kept, granted=granted, text_version=text_version, platform=platform, at=tx.now)


def _sealed(tx: Tx, person: int, text: str) -> bytes:
    return tx.keys.seal(text.encode(), "own_words", str(person))


def _opened(tx: Tx, person: int, blob: bytes) -> str:
    return tx.keys.unseal(blob, "own_words", str(person)).decode()
