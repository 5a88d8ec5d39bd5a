"""Who and what a text means in a server, and what somebody is there. Asks Discord where the gateway has not told.

Source: discord.com/developers/docs/resources/guild (Search Guild Members needs no privileged intent).
"""

import asyncio
import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Iterable
from typing import Any, Final, TypeVar, cast

import aiohttp
import discord
import msgspec
from discord.http import Route

from bot.platforms.discord import events, wire
from bot.platforms.discord.values import NAME, account
from bot.platforms.names import shown
from bot.users import Channel, Place, Role, Standing, User

Found = TypeVar("Found")
_REFERENCE: Final = re.compile(r"<(@&|@!?|#)(\d{1,20})>")
_LOST: Final = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError)
_SECONDS, _FRESH, _KEPT, _MATCHES = 5.0, 60.0, 2_000, 100


class Directory:
    """What one client knows. `client` gives it once it is logged in. What was asked for is kept for a minute."""

    def __init__(self, client: Callable[[], discord.Client | None]) -> None:
        self._client = client
        self._kept: OrderedDict[Hashable, tuple[float, Any]] = OrderedDict()

    async def resolve(self, ref: str, place: Place, kind: type[User | Channel | Role]) -> User | Channel | Role | None:
        """As `Platform.resolve`. People by exact username: display names can be taken by anybody."""
        mention = _REFERENCE.fullmatch(ref)
        if kind is User:
            if mention:
                return await self.user(mention[2], place.server) if mention[1] in ("@", "@!") else None
            return await self._named(ref.removeprefix("@"), place.server)
        guild = await self._guild(place.server)
        if guild is None:
            return None
        if kind is Role:
            roles = [events.role(one) for one in guild.roles if not one.is_default()]
            return _one(roles, ref.removeprefix("@"), mention, "@&")
        return _one(await self._channels(guild), ref.removeprefix("#"), mention, "#")

    async def user(self, id_: str, server: str | None = None) -> User | None:
        """Somebody by id: a member as the server calls them, or any account."""
        guild = await self._guild(server)
        member = await self._member(guild, id_) if guild else None
        if member is not None:
            return events.user(member)
        client = self._client()
        if client is None or not int(id_):
            return None
        known = client.get_user(int(id_)) or await self._once(("user", id_), lambda: client.fetch_user(int(id_)))
        return events.user(known) if known else None

    async def standing(self, user: User, place: Place) -> Standing:
        """As `Platform.standing`: by the permissions of the whole server."""
        guild = await self._guild(place.server)
        member = await self._member(guild, user.id) if guild else None
        return events.standing(member) if member else Standing()

    def forget(self, server: int, user: int) -> None:
        """They came, went or changed."""
        self._kept.pop(("member", server, str(user)), None)

    async def _named(self, name: str, server: str | None) -> User | None:
        """A member with exactly this username."""
        client, name = self._client(), name.lower()
        if client is None or server is None or not name:
            return None
        guild = client.get_guild(int(server))
        found = discord.utils.get(guild.members, name=name) if guild else None
        if found is not None:
            return events.user(found)
        matches = await self._once(("named", server, name), lambda: _search(client, server, name))
        members = msgspec.convert(matches or [], list[wire.Member])
        named = ((one.user, one) for one in members if one.user and one.user.username.lower() == name)
        return next((account(user, member) for user, member in named), None)

    async def _guild(self, server: str | None) -> discord.Guild | None:
        client = self._client()
        if client is None or server is None:
            return None
        known = client.get_guild(int(server))
        if known is not None and known.owner_id is not None:
            return known
        return await self._once(("guild", server), lambda: client.fetch_guild(int(server), with_counts=False))

    async def _member(self, guild: discord.Guild, id_: str) -> discord.Member | None:
        known = guild.get_member(int(id_))
        return known or await self._once(("member", guild.id, id_), lambda: guild.fetch_member(int(id_)))

    async def _channels(self, guild: discord.Guild) -> list[Channel]:
        rooms: Iterable[Any] = [*guild.channels, *guild.threads]
        if not guild.channels:
            rooms = await self._once(("channels", guild.id), guild.fetch_channels) or []
        return [events.channel(one, str(guild.id)) for one in rooms]

    async def _once(self, key: Hashable, ask: Callable[[], Awaitable[Found]]) -> Found | None:
        """What Discord says, or said a moment ago; None when it does not say."""
        at, known = self._kept.get(key, (0.0, None))
        if time.monotonic() - at < _FRESH and at:
            return cast(Found, known)
        found: Found | None = None
        try:
            async with asyncio.timeout(_SECONDS):
                found = await ask()
        except discord.NotFound:
            pass
        except _LOST:
            return None
        self._kept[key] = (time.monotonic(), found)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return found


async def _search(client: discord.Client, server: str, name: str) -> Any:  # noqa: ANN401  (of the wire)
    route = Route("GET", "/guilds/{guild_id}/members/search", guild_id=int(server))
    return await client.http.request(route, params={"query": name[:100], "limit": _MATCHES})


Thing = TypeVar("Thing", Channel, Role)


def _one(things: Iterable[Thing], name: str, mention: re.Match[str] | None, mark: str) -> Thing | None:
    """By mention or by name, case aside."""
    if mention:
        return next((one for one in things if mention[1] == mark and one.id == mention[2]), None)
    return next((one for one in things if one.name.lower() == name.lower()), None)


def stranger(id_: str) -> User:
    """Somebody of whom only the id is known."""
    return User(NAME, id_, shown(id_))
