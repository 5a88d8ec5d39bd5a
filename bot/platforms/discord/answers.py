"""Requests that the token of an interaction pays for: its first answer, follow-ups, and what becomes of them.

They carry no bot token, so any process can make them. Each is made once, when Discord has room for it: what may be
repeated is decided by whoever sends. Sources: discord.com/developers/docs/interactions/receiving-and-responding,
discord.com/developers/docs/resources/webhook.
"""

import json
from collections.abc import Mapping
from typing import Final, TypeAlias
from urllib.parse import quote

import aiohttp
import discord
import msgspec

from bot.adapter import Payload
from bot.command import ReplyHandle
from bot.platforms.discord import requests, wire
from bot.platforms.discord.buckets import Buckets, Route
from bot.platforms.discord.requests import BrokenError, BusyError, UncertainError, called, form, patience

Data: TypeAlias = bytes | aiohttp.FormData
_AGENT: Final = {"User-Agent": f"DiscordBot (https://github.com/Rapptz/discord.py {discord.__version__})"}
_JSON: Final = {"Content-Type": "application/json"}
_BUSY, _BROKEN = 429, 500
_UNSURE = (BrokenError, TimeoutError, aiohttp.ClientError, msgspec.DecodeError)
_CALLBACK, _FOLLOW_UP = Route("POST", "callback"), Route("POST", "webhook")
_ANSWERED: Final = msgspec.json.Decoder(wire.Answered)
_SHOWN: Final = msgspec.json.Decoder(wire.Shown)


class Answers:
    """Raises `discord.HTTPException`, `BusyError`, `BrokenError`, `TimeoutError`, `aiohttp.ClientError`, `msgspec.DecodeError`."""

    def __init__(self) -> None:
        self._buckets = Buckets()
        self._session = aiohttp.ClientSession(headers=_AGENT, cookie_jar=aiohttp.DummyCookieJar())

    async def close(self) -> None:
        """Let go of the connections."""
        await self._session.close()

    async def callback(self, handle: ReplyHandle, kind: int, body: Payload | None = None) -> str:
        """The first answer; the id of the message it made, if any."""
        path = f"/interactions/{int(handle.interaction or 0)}/{_token(handle)}/callback?with_response=1"
        said = await self._asked(_CALLBACK, handle, path, *_data(body or {}, kind))
        return _ANSWERED.decode(said).interaction.response_message_id or ""

    async def original(self, handle: ReplyHandle) -> wire.Shown:
        """The first answer as it stands."""
        return _SHOWN.decode(await self._of_message("GET", handle, "@original"))

    async def message(self, handle: ReplyHandle, message: str) -> wire.Shown:
        """A message that answered this interaction, as it stands."""
        return _SHOWN.decode(await self._of_message("GET", handle, str(int(message))))

    async def edit(self, handle: ReplyHandle, message: str, body: Payload) -> str:
        """Put this in place of a message that answered this interaction."""
        return _SHOWN.decode(await self._of_message("PATCH", handle, f"{int(message)}?with_components=1", body)).id

    async def edit_original(self, handle: ReplyHandle, body: Payload) -> str:
        """Put this in place of the first answer."""
        return _SHOWN.decode(await self._of_message("PATCH", handle, "@original", body)).id

    async def delete_original(self, handle: ReplyHandle) -> None:
        """Take the first answer away."""
        await self._of_message("DELETE", handle, "@original")

    async def follow_up(self, handle: ReplyHandle, body: Payload) -> str:
        """Another message. Raises `UncertainError` when nobody knows whether it arrived: it has no idempotency key."""
        path = f"{_webhook(handle)}?wait=1&with_components=1"
        try:
            return _SHOWN.decode(await self._asked(_FOLLOW_UP, handle, path, *_data(body))).id
        except aiohttp.ClientConnectorError:
            raise
        except _UNSURE as error:
            raise UncertainError(type(error).__name__) from error

    async def _of_message(self, method: str, handle: ReplyHandle, which: str, body: Payload | None = None) -> bytes:
        route, path = Route(method, "message"), f"{_webhook(handle)}/messages/{which}"
        return await self._asked(route, handle, path, *(_data(body) if body is not None else (None, None)))

    async def _asked(
        self, route: Route, handle: ReplyHandle, path: str, data: Data | None, headers: Mapping[str, str] | None
    ) -> bytes:
        """One request; what it was answered."""
        token = handle.token or ""
        if wait := self._buckets.wait(route, token):
            raise BusyError(wait)
        async with self._session.request(
            route.method,
            f"{discord.http.Route.BASE}{path}",
            data=data,
            headers=headers,
            timeout=patience(requests.SECONDS),
        ) as response:
            said = await response.read()
        status = response.status
        pause = self._buckets.told(route, token, status, response.headers, _told(said) if status == _BUSY else {})
        if status < 300:
            return said
        if status == _BUSY:
            raise BusyError(pause)
        if status >= _BROKEN:
            raise BrokenError(f"HTTP {status}")
        raise discord.HTTPException(response, _told(said) or said.decode(errors="replace"))


def _webhook(handle: ReplyHandle) -> str:
    return f"/webhooks/{int(handle.bot)}/{_token(handle)}"


def _token(handle: ReplyHandle) -> str:
    """As a part of a path. Discord's are letters and digits."""
    token = handle.token or ""
    return token if token.isalnum() and token.isascii() else quote(token, safe="")


def _data(body: Payload, kind: int | None = None) -> tuple[Data, Mapping[str, str] | None]:
    """The body as it is sent, with its headers: JSON, or a form when there are files. With a `kind` it is that of a callback."""
    if "files" not in body:
        return _encoded(called(kind, body)), _JSON
    data = aiohttp.FormData(quote_fields=False)  # Discord does not take quoted brackets
    for part in form(body, kind).multipart or ():
        data.add_field(**part)
    return data, None


def _encoded(payload: object) -> bytes:
    try:
        return msgspec.json.encode(payload)
    except UnicodeEncodeError:  # half a surrogate pair
        return json.dumps(payload).encode()


def _told(said: bytes) -> Payload:
    """The body of a refusal; what is none says nothing."""
    try:
        found = json.loads(said)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
