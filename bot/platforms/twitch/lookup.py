"""Who is who, and who is what in a room, where it takes asking Twitch."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from aiohttp import ClientError

from bot.errors import UserError
from bot.platforms.twitch.directory import Directory
from bot.platforms.twitch.incoming import user_of
from bot.platforms.twitch.library import HTTPException
from bot.platforms.twitch.standings import Standings, role_of
from bot.users import Channel, Role, Standing, User

if TYPE_CHECKING:
    from bot.platforms.twitch.client import Listener

_PATIENCE = 5.0  # seconds for an answer
_SILENT = (HTTPException, ClientError, OSError, RuntimeError)  # RuntimeError: the session was closed meanwhile
_MODERATORS = ("moderation:read", "channel:manage:moderators")


class Lookup:
    """For one bot; `client` gives the connection that there is just now. What was seen or asked lately is not asked again."""

    def __init__(self, bot: str, client: "Callable[[], Listener | None]", standings: Standings) -> None:
        self._bot, self._client, self._standings, self._directory = bot, client, standings, Directory()

    async def resolve(self, ref: str, kind: type[User | Channel | Role]) -> User | Channel | Role | None:
        """A user by `@bob` or `<@42>`, somebody's room by `#bob` or `<#42>`, a badge by its name.

        Raises `UserError` when Twitch does not say.
        """
        if kind is Role:
            return role_of(ref)
        try:
            user = await self._directory.find(ref, self._fetch)
        except _SILENT:
            raise UserError("Twitch does not say who that is just now. Please try again.") from None
        if kind is Channel:
            return Channel("twitch", user.id, user.handle) if user else None
        return user

    async def standing(self, user: User, room: str) -> Standing:
        """As their badges showed it lately; else moderators are asked for, where there is a token that may."""
        if user.id == room:
            return Standing("owner", ["broadcaster"])
        return self._standings.recall(room, user.id) or await self._asked(user, room)

    async def _asked(self, user: User, room: str) -> Standing:
        client = self._client()
        if client is None or not any(client.allows(room, scope) for scope in _MODERATORS):
            return Standing()
        try:
            async with asyncio.timeout(_PATIENCE):
                found = await client.create_partialuser(room).fetch_moderators(user_ids=[user.id])
        except _SILENT:
            return Standing()
        standing = Standing("moderator", ["moderator"]) if found else Standing()
        self._standings.learn(room, user.id, standing)
        return standing

    async def _fetch(self, by: Literal["ids", "logins"], value: str) -> User | None:
        client = self._client()
        if client is None:
            raise ConnectionError
        ids = list[str | int]([value])
        async with asyncio.timeout(_PATIENCE):
            if by == "ids":
                found = await client.fetch_users(ids=ids, token_for=self._bot)
            else:
                found = await client.fetch_users(logins=[value], token_for=self._bot)
        return user_of(found[0]) if found else None
