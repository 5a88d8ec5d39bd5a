"""What moderators set for their server: prefix, language, channels, announcements, commands switched off.

Kept by `Place.home`; in memory for every line that comes in, written through the store.
"""

import unicodedata
from collections.abc import Mapping
from typing import Final

import sqlalchemy as sa
from msgspec import Struct, field

from bot.command import CommandSpec
from bot.context import Context
from bot.errors import UserError
from bot.store import Store, Tx, insert, param
from bot.store.schema import server_setting as table
from bot.users import Place

PREFIX, LANGUAGE, ANNOUNCEMENTS = "prefix", "language", "announcements"
CHANNEL, OFF = "channel/", "off/"
"""Keys of settings that there are several of: what follows is a channel's id or a command's path."""

ALWAYS: Final = "settings"
"""The command, or group, that is answered everywhere and cannot be switched off: the way back."""
MOST_CHANNELS = 100

_HOME = table.c.home == param("place")
_ONE = sa.and_(_HOME, table.c.key == param("name"))
_put = insert(table).values(home=param("place"), key=param("name"), value=param("value"))
_PUT = _put.on_conflict_do_update(index_elements=[table.c.home, table.c.key], set_={"value": _put.excluded["value"]})
_DROP = sa.delete(table).where(_ONE)
_DROP_HOME = sa.delete(table).where(_HOME)
_OF = sa.select(table.c.key, table.c.value).where(_HOME)
_ALL = sa.select(table.c.home, table.c.key, table.c.value)


class Server(Struct):
    """What is set for one server. `channels` are where the bot answers, all of them when empty; `off` are paths and groups."""

    prefix: str | None = None
    language: str | None = None
    announcements: str | None = None
    channels: set[str] = field(default_factory=set)
    off: set[str] = field(default_factory=set)

    def note(self, key: str, value: str | None) -> None:
        """One setting is now this; None takes it away."""
        kind, _, what = key.partition("/")
        if what:
            several = self.channels if kind == CHANNEL[:-1] else self.off
            several.discard(what) if value is None else several.add(what)
        elif key in (PREFIX, LANGUAGE, ANNOUNCEMENTS):
            setattr(self, key, value)


_NOTHING: Final = Server()


class Servers:
    """The settings of every server. `defaults` are the prefixes of the platforms, where a server has no other."""

    def __init__(self, defaults: Mapping[str, str]) -> None:
        self._defaults = defaults
        self._homes: dict[str, Server] = {}

    async def load(self, store: Store) -> None:
        """Read everything; once, at start."""
        for home, key, value in await store.read(_everything):
            self._homes.setdefault(home, Server()).note(key, value)

    def of(self, place: Place) -> Server:
        """What is set where this place belongs to; nothing in private. Not to be changed."""
        if not self._homes or place.direct:  # on Twitch somebody's whispers have the id of their own channel
            return _NOTHING
        return self._homes.get(place.home, _NOTHING)

    def prefix(self, place: Place) -> str:
        """What commands begin with here."""
        return self.of(place).prefix or self._defaults[place.platform]

    def language(self, place: Place) -> str | None:
        """The language of what everybody here reads; None when nobody has set it."""
        return self.of(place).language

    def announcements(self, place: Place) -> str | None:
        """The id of the channel where announcements of this server go; None when nobody wants them."""
        return self.of(place).announcements

    def allowed(self, spec: CommandSpec, place: Place) -> bool:
        """Does the bot answer this command here? Everything in private, and the settings everywhere."""
        if not self._homes or place.direct:
            return True
        server = self.of(place)
        if spec.path == ALWAYS or ALWAYS in spec.groups:
            return True
        if server.channels and place.channel not in server.channels and place.thread not in server.channels:
            return False
        return server.off.isdisjoint((spec.path, *spec.groups))

    async def change(self, ctx: Context, key: str, value: str | None) -> None:
        """Set something for the server of this command, or take it away; it counts from the next line on.

        Raises `UserError` for a prefix that would not work, and when there are `MOST_CHANNELS` channels.
        """
        if key == PREFIX and value is not None:
            check_prefix(value, ctx.place.platform)
        if key.startswith(CHANNEL) and value is not None and len(self.of(ctx.place).channels) >= MOST_CHANNELS:
            raise UserError("At most {most} channels can be named.", code="full", most=MOST_CHANNELS)
        await ctx.write(put, ctx.place.home, key, value)
        self._homes.setdefault(ctx.place.home, Server()).note(key, value)

    async def moved(self, store: Store, platform: str, old: str, new: str) -> None:
        """A place has another id now: its settings follow, and so does every setting that names it."""
        changed = await store.write(move, f"{platform}:{old}", f"{platform}:{new}")
        for home in {f"{platform}:{old}", f"{platform}:{new}"}:
            self._homes.pop(home, None)
        for home, key, value in changed:
            self._homes.setdefault(home, Server()).note(key, value)


def check_prefix(prefix: str, platform: str) -> None:
    """Raises `UserError` for a prefix that a platform keeps for itself, that nobody sees, or that would be a word."""
    if not 1 <= len(prefix) <= 3 or any(unicodedata.category(sign)[0] not in "PS" for sign in prefix):
        raise UserError("A prefix is one to three signs, without letters, digits and blanks.", code="prefix")
    if prefix[0] in "/@<#" or (platform == "twitch" and prefix[0] == "."):
        raise UserError("{prefix} means something else here. Take another one.", code="prefix", prefix=prefix)


def put(tx: Tx, home: str, key: str, value: str | None) -> None:
    """Keep one setting; None takes it away."""
    if value is None:
        tx.execute(_DROP, place=home, name=key)
    else:
        tx.execute(_PUT, place=home, name=key, value=value)


def move(tx: Tx, old: str, new: str) -> list[tuple[str, str, str]]:
    """Everything of one home is another's; what that has already stays. Returns all that is set there now."""
    before, after = old.partition(":")[2], new.partition(":")[2]
    there = {key for key, _ in tx.execute(_OF, place=new)}
    for key, value in tx.execute(_OF, place=old):
        moved = CHANNEL + after if key == CHANNEL + before else key
        if moved not in there:
            put(tx, new, moved, after if value == before and key == ANNOUNCEMENTS else value)
    tx.execute(_DROP_HOME, place=old)
    return [(new, key, value) for key, value in tx.execute(_OF, place=new)]


def _everything(tx: Tx) -> list[tuple[str, str, str]]:
    return [(home, key, value) for home, key, value in tx.execute(_ALL)]
