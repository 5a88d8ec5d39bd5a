"""Notices: what is sent to a person, wherever they can be reached, and kept to be looked up.

A notice keeps the number its person had when it was sent: whoever they are merged into finds it through that person.
"""

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from msgspec import Struct, structs

from bot.message import Message
from bot.store import buttons, outbox
from bot.store.quiet import Quiet
from bot.store.schema import insert, notice, param, users
from bot.store.schema import notice_setting as setting
from bot.store.schema import person as persons
from bot.users import User

if TYPE_CHECKING:
    from bot.store.tx import Tx

NOWHERE = "UTC"
"""The zone of who has named none."""
_MOST = 1_000

_WHO = persons.c.id == param("person", sa.BigInteger)
_NOW = sa.func.coalesce(persons.c.merged_into, persons.c.id, type_=sa.BigInteger)
_SET = (setting.c.platform, setting.c.quiet_from, setting.c.quiet_to, setting.c.zone, setting.c.off)
ADDRESSEE = sa.select(_NOW, *_SET).select_from(sa.outerjoin(persons, setting, setting.c.person == _NOW)).where(_WHO)
REACHED = (
    sa.select(users.c.platform, users.c.id, users.c.name, users.c.handle)
    .where(users.c.person == param("person", sa.BigInteger))
    .order_by(users.c.seen.desc(), users.c.named.desc(), users.c.platform)
)
KEEP = insert(notice).values(
    person=param("person", sa.BigInteger),
    topic=param("topic"),
    body=param("body", sa.LargeBinary),
    at=param("now", sa.BigInteger),
)
_THEIRS = notice.c.person.in_(
    sa.select(persons.c.id).where(sa.or_(_WHO, persons.c.merged_into == param("person", sa.BigInteger)))
)
COUNTS = sa.select(sa.func.count(notice.c.id), sa.func.count(notice.c.read)).where(_THEIRS)
PAGE = (
    sa.select(notice.c.id, notice.c.person, notice.c.topic, notice.c.body, notice.c.at, notice.c.read)
    .where(_THEIRS)
    .order_by(notice.c.id.desc())
    .limit(param("most", sa.Integer))
    .offset(param("skip", sa.BigInteger))
)
READ = (
    sa.update(notice)
    .where(notice.c.id == param("shown", sa.BigInteger), notice.c.read.is_(None))
    .values(read=param("now", sa.BigInteger))
)
_oldest = sa.select(notice.c.id, notice.c.at).order_by(notice.c.id).limit(_MOST).subquery()
FORGET = (
    sa.delete(notice)
    .where(notice.c.id.in_(sa.select(_oldest.c.id).where(_oldest.c.at < param("before", sa.BigInteger))))
    .returning(notice.c.id)
)


class Wishes(Struct, frozen=True):
    """How somebody wants to be reached. `platform` "" is the one they used last; `off` are topics they do not want."""

    platform: str = ""
    quiet: Quiet | None = None
    zone: str = NOWHERE
    off: tuple[str, ...] = ()


class Notice(Struct, frozen=True):
    """What somebody was sent, without what came along with its words. `at` is in microseconds since the epoch."""

    topic: str
    at: int
    new: bool
    body: bytes

    @property
    def message(self) -> Message:
        """Its words."""
        return Message.from_json(self.body)


class Shelf(Struct, frozen=True):
    """One page of somebody's notices, the newest first. `unread` are those that were new before this page was shown."""

    notices: list[Notice]
    page: int
    pages: int
    unread: int


def send(tx: "Tx", person: int, message: Message, topic: str, key: str, invocation: str | None) -> None:
    """Keep a notice, and its message for the platform they want it on, unless they do not want this topic.

    Raises `ValueError` when there is no such person.
    """
    who, wishes = _addressee(tx, person)
    tx.execute(KEEP, person=who, topic=topic, body=_sealed(tx, who, message), now=tx.now)
    there = [] if topic in wishes.off else reached(tx, who, wishes.platform)
    if there:
        handle = outbox.direct(there[0])
        due = wishes.quiet.over(tx.now) if wishes.quiet and wishes.quiet.holds(tx.now) else 0
        outbox.send(tx, key, handle, message, invocation, due=due, person=who)


def readdress(tx: "Tx", parcel: int, tried: str) -> bool:
    """Take another platform for what `tried` has refused. False when there is none left, or some of it was shown."""
    found = outbox.unshown(tx, parcel)
    if found is None:
        return False
    who, wishes = _addressee(tx, found.person)
    refused = [*found.tried, tried]
    to = next((one for one in reached(tx, who, wishes.platform) if one.platform not in refused), None)
    if to is None:
        return False
    handle = outbox.direct(to)
    outbox.reroute(tx, parcel, found.key, handle, buttons.keep(tx, _unkept(found.message), handle), refused)
    return True


def wishes_of(tx: "Tx", person: int) -> Wishes:
    """What they have set; what is usual for a stranger."""
    found = tx.execute(ADDRESSEE, person=person)
    return _wishes(found[0][1:]) if found else Wishes()


def reached(tx: "Tx", person: int, platform: str = "") -> list[User]:
    """Every user of theirs, the one to be tried first at the beginning: on this platform, else the one used last."""
    there = [User(*row) for row in tx.execute(REACHED, person=person)]
    return sorted(there, key=lambda user: user.platform != platform)


def show(tx: "Tx", user: User, page: int, size: int) -> Shelf:
    """One page of the notices of this user's person, the nearest there is; what is on it is read from now on."""
    who = tx.person(user)
    total, read = tx.execute(COUNTS, person=who)[0]
    pages = max(1, -(-total // size))
    page = min(max(page, 1), pages)
    rows = tx.execute(PAGE, person=who, most=size, skip=(page - 1) * size)
    for id_, *_, seen in rows:
        if seen is None:
            tx.execute(READ, shown=id_, now=tx.now)
    return Shelf([_opened(tx, *row[1:]) for row in rows], page, pages, total - read)


def forget(tx: "Tx", before: int) -> int:
    """Remove the oldest notices, read or not, of before this time (µs), 1,000 at most. Returns how many."""
    return len(tx.execute(FORGET, before=before))


def _addressee(tx: "Tx", person: int) -> tuple[int, Wishes]:
    found = tx.execute(ADDRESSEE, person=person)
    if not found:
        raise ValueError(f"there is no person {person}")
    return int(found[0][0]), _wishes(found[0][1:])


def _wishes(row: tuple[Any, ...]) -> Wishes:
    platform, start, end, zone, off = row
    if zone is None:
        return Wishes()
    quiet = None if start is None or end is None else Quiet(start, end, zone)
    return Wishes(platform, quiet, zone, tuple(sorted({topic for topic in off.split(",") if topic})))


def _sealed(tx: "Tx", person: int, message: Message) -> bytes:
    card = message.card and structs.replace(message.card, thumbnail=None)
    words = message.replaced(card=card, images=[], files=[], buttons=[], selects=[], then=None)
    return tx.keys.seal(words.to_json(), "notice", str(person))


def _opened(tx: "Tx", person: int, topic: str, body: bytes, at: int, read: int | None) -> Notice:
    return Notice(topic, at, read is None, tx.keys.unseal(body, "notice", str(person)))


def _unkept(message: Message) -> Message:
    """Its buttons are somebody else's, on another platform, from now on."""
    return message.replaced(
        buttons=[structs.replace(one, id="") for one in message.buttons],
        selects=[structs.replace(one, id="") for one in message.selects],
    )
