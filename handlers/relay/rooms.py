"""Rooms that mirror each other: what happens in a transaction, and what is known in memory."""

import secrets

import sqlalchemy as sa

from bot import Message, UserError
from bot.identity import code_digest, new_code
from bot.store import Store, Tx, insert, param
from bot.users import Place
from handlers.relay.tables import invitation, room

LIFETIME = 10 * 60 * 1_000_000
"""How long a code can be used, in microseconds."""

_RELAY = sa.select(room.c.relay).where(room.c.room == param("here"))
_ADD = insert(room).values(
    room=param("here"),
    relay=param("relay"),
    platform=param("platform"),
    channel=param("channel"),
    thread=param("thread"),
)
_LEAVE = sa.delete(room).where(room.c.room == param("here"))
_OTHERS = (
    sa.select(room.c.platform, room.c.channel, room.c.thread)
    .where(room.c.relay == param("relay"), room.c.room != param("here"))
    .order_by(room.c.room)
)
_ALL = sa.select(room.c.room)
_OF = sa.select(room.c.room, room.c.relay, room.c.thread).where(
    room.c.platform == param("platform"), room.c.channel == param("channel")
)
_INVITE = insert(invitation).values(
    digest=param("digest", sa.LargeBinary), relay=param("relay"), expires=param("until", sa.BigInteger)
)
_TAKE = (
    sa.delete(invitation)
    .where(invitation.c.digest == param("code", sa.LargeBinary), invitation.c.expires > param("now", sa.BigInteger))
    .returning(invitation.c.relay)
)


def key(place: Place) -> str:
    """The name of a room, topics and threads apart."""
    return f"{place.platform}:{place.channel}" + (f":{place.thread}" if place.thread else "")


def invite(tx: Tx, place: Place) -> str:
    """A code that adds another room to the relay of this one, which begins one when it has none."""
    rows = tx.execute(_RELAY, here=key(place))
    relay = rows[0][0] if rows else secrets.token_urlsafe(9)
    if not rows:
        _add(tx, place, relay)
    code = new_code()
    tx.execute(_INVITE, digest=code_digest(tx, "relay", code), relay=relay, until=tx.now + LIFETIME)
    return code


def join(tx: Tx, place: Place, code: str) -> int:
    """Add this room to the relay behind the code; how many others are in it. Raises `UserError`."""
    if tx.execute(_RELAY, here=key(place)):
        raise UserError("This room is in a relay already. Leave that one first.", code="in_relay")
    found = tx.execute(_TAKE, code=code_digest(tx, "relay", code), now=tx.now)
    if not found:
        raise UserError("I do not know this code, or it is older than ten minutes.", code="unknown_code")
    _add(tx, place, found[0][0])
    return len(others(tx, place))


def leave(tx: Tx, place: Place) -> None:
    """Take this room out. Raises `UserError` when it is in no relay."""
    if not tx.execute(_RELAY, here=key(place)):
        raise UserError("This room is in no relay.", code="no_relay")
    tx.execute(_LEAVE, here=key(place))


def move(tx: Tx, platform: str, old: str, new: str) -> None:
    """A channel has another id now: its rooms stay in their relays, unless the new one is in a relay already."""
    for name, relay, thread in tx.execute(_OF, platform=platform, channel=old):
        tx.execute(_LEAVE, here=name)
        place = Place(platform, new, "channel", thread=thread)
        if not tx.execute(_RELAY, here=key(place)):
            _add(tx, place, relay)


def others(tx: Tx, place: Place) -> list[Place]:
    """The other rooms of this one's relay; none when it has none."""
    rows = tx.execute(_RELAY, here=key(place))
    if not rows:
        return []
    found = tx.execute(_OTHERS, relay=rows[0][0], here=key(place))
    return [Place(platform, channel, "channel", thread=thread) for platform, channel, thread in found]


def forward(tx: Tx, place: Place, message: bytes) -> int:
    """Say the same in every other room, once each; to how many it went."""
    there = others(tx, place)
    for one in there:
        tx.send(one, Message.from_json(message))
    return len(there)


def _add(tx: Tx, place: Place, relay: str) -> None:
    tx.execute(_ADD, here=key(place), relay=relay, platform=place.platform, channel=place.channel, thread=place.thread)


class Rooms:
    """The rooms that are in a relay, in memory: every line of talk asks."""

    def __init__(self) -> None:
        self._rooms: set[str] = set()

    async def load(self, store: Store) -> None:
        """Read them at start."""
        self._store = store
        self._rooms = set(await store.read(_names))

    async def moved(self, platform: str, old: str, new: str) -> None:
        """A place has another id now."""
        await self._store.write(move, platform, old, new)
        self._rooms = set(await self._store.read(_names))

    def listens(self, place: Place) -> bool:
        """Is this room in a relay?"""
        return bool(self._rooms) and key(place) in self._rooms

    def joined(self, place: Place) -> None:
        """This room is in one now."""
        self._rooms.add(key(place))

    def left(self, place: Place) -> None:
        """This room is in none any more."""
        self._rooms.discard(key(place))


def _names(tx: Tx) -> list[str]:
    return [name for (name,) in tx.execute(_ALL)]
