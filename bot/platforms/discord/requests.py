"""Discord's REST requests, one function each, through the library's own request layers.

Interaction callbacks, edits of `@original` and follow-ups carry the interaction's token and no bot token, so any
process can make them. They run on a session of their own, whose middleware stops the library from sleeping and
repeating: what may be repeated is decided by whoever sends.
"""

import asyncio
import hashlib
import io
import json
from collections.abc import Awaitable
from contextlib import AbstractAsyncContextManager
from functools import cache
from typing import Any, TypeVar, cast

import aiohttp
import discord
from discord.http import HTTPClient, MultipartParameters
from discord.webhook.async_ import async_context
from multidict import CIMultiDict, CIMultiDictProxy

from bot.adapter import Payload
from bot.command import ReplyHandle
from bot.platforms.discord.buckets import Buckets, Route

T = TypeVar("T")
SECONDS = 20.0
"""How long an answer is waited for."""


class BusyError(Exception):
    """429: it was not taken; try again after `seconds`."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"rate limited for {seconds} s")


class BrokenError(Exception):
    """5xx: nobody knows whether it was taken."""


class UncertainError(Exception):
    """A request that must not be repeated went out and its answer was lost."""


class _Once:
    """Makes a request when Discord has room for it, and only once: the library would sleep and repeat."""

    def __init__(self) -> None:
        self._buckets = Buckets()

    async def __call__(
        self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        route = Route.of(request.method, request.url.path)
        if wait := self._buckets.wait(route):
            raise BusyError(wait)
        response = await handler(request)
        refused = response.status == 429
        headers = cast(_Response, response).told
        pause = self._buckets.told(route, response.status, headers, await _said(response) if refused else {})
        if refused or response.status >= 500:
            response.release()
            raise BusyError(pause) if refused else BrokenError(f"HTTP {response.status}")
        return response


class _Response(aiohttp.ClientResponse):
    """Hides that a bucket is spent: the library would sleep for it before it gives the answer of what it has sent."""

    @property
    def told(self) -> CIMultiDictProxy[str]:
        """What Discord sent."""
        return super().headers

    @property
    def headers(self) -> CIMultiDictProxy[str]:
        told = self.told
        if told.get("X-RateLimit-Remaining") != "0":
            return told
        shown = CIMultiDict(told)
        shown.popall("X-RateLimit-Remaining")
        return CIMultiDictProxy(shown)


async def _said(response: aiohttp.ClientResponse) -> Payload:
    """The body of a 429; what is none says nothing."""
    try:
        body = await response.json(content_type=None)
    except (ValueError, aiohttp.ClientError):
        return {}
    return body if isinstance(body, dict) else {}


def nonce(key: str) -> str:
    """The idempotency key of a channel message: at most 25 characters."""
    return hashlib.blake2b(key.encode(), digest_size=12).hexdigest()


def form(payload: Payload, kind: int | None = None) -> MultipartParameters:
    """The body as the library sends it: JSON, or multipart when there are files. With a `kind` it is that of a callback."""
    if "files" not in payload:
        return MultipartParameters(_called(kind, payload), None, None)
    body = {name: value for name, value in payload.items() if name != "files"}
    files = [
        discord.File(io.BytesIO(file["data"]), file["name"], description=file.get("description"))
        for file in payload["files"]
    ]
    body["attachments"] = [{**file.to_dict(index), "id": str(index)} for index, file in enumerate(files)]
    parts: list[dict[str, Any]] = [{"name": "payload_json", "value": json.dumps(_called(kind, body))}]
    for index, file in enumerate(files):
        parts.append({"name": f"files[{index}]", "value": file.fp, "filename": file.filename})
        parts[-1]["content_type"] = "application/octet-stream"
    return MultipartParameters(None, parts, files)


def _called(kind: int | None, body: Payload) -> Payload:
    if kind is None:
        return body
    return {"type": kind, "data": body} if body else {"type": kind}


async def _limited(request: Awaitable[T]) -> T:
    async with asyncio.timeout(SECONDS):
        return await request


class _Limited:
    """A session as the library's requests use it, whose answers are waited for no longer than `SECONDS`."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    def request(self, method: str, url: str, **more: Any) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:  # noqa: ANN401
        """As `aiohttp.ClientSession.request`."""
        return self._session.request(method, url, timeout=_patience(SECONDS), **more)


@cache
def _patience(seconds: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=seconds)


class Answers:
    """Everything the token of an interaction can pay for. Raises `discord.HTTPException`, `BusyError`, `BrokenError`,
    `TimeoutError`, `aiohttp.ClientError`."""

    def __init__(self) -> None:
        self._adapter = async_context.get()
        self._open = aiohttp.ClientSession(
            middlewares=[_Once()], response_class=_Response, cookie_jar=aiohttp.DummyCookieJar()
        )
        self._session = cast(aiohttp.ClientSession, _Limited(self._open))

    async def close(self) -> None:
        """Let go of the connections."""
        await self._open.close()

    async def callback(self, handle: ReplyHandle, kind: int, body: Payload | None = None) -> str:
        """The first answer; the id of the message it made, if any."""
        request = self._adapter.create_interaction_response(
            int(handle.interaction or 0), handle.token or "", session=self._session, params=form(body or {}, kind)
        )
        answer = await request
        return str(answer["interaction"].get("response_message_id", ""))

    async def original(self, handle: ReplyHandle) -> Payload:
        """The first answer as it stands."""
        request = self._adapter.get_original_interaction_response(*_credential(handle), session=self._session)
        return dict(await request)

    async def message(self, handle: ReplyHandle, message: str) -> Payload:
        """A message that answered this interaction, as it stands."""
        return dict(await self._adapter.get_webhook_message(*_credential(handle), int(message), session=self._session))

    async def edit(self, handle: ReplyHandle, message: str, body: Payload) -> str:
        """Put this in place of a message that answered this interaction."""
        request = self._adapter.edit_webhook_message(
            *_credential(handle), int(message), session=self._session, with_components=True, **_parts(body)
        )
        return str((await request)["id"])

    async def edit_original(self, handle: ReplyHandle, body: Payload) -> str:
        """Put this in place of the first answer."""
        request = self._adapter.edit_original_interaction_response(
            *_credential(handle), session=self._session, **_parts(body)
        )
        return str((await request)["id"])

    async def delete_original(self, handle: ReplyHandle) -> None:
        """Take the first answer away."""
        await self._adapter.delete_original_interaction_response(*_credential(handle), session=self._session)

    async def follow_up(self, handle: ReplyHandle, body: Payload) -> str:
        """Another message. Raises `UncertainError` when nobody knows whether it arrived: it has no idempotency key."""
        request = self._adapter.execute_webhook(
            *_credential(handle), session=self._session, wait=True, with_components=True, **_parts(body)
        )
        try:
            answer = await request
        except aiohttp.ClientConnectorError:
            raise
        except (BrokenError, TimeoutError, aiohttp.ClientError, json.JSONDecodeError) as error:
            raise UncertainError(type(error).__name__) from error
        return str(answer["id"]) if answer else ""


def _credential(handle: ReplyHandle) -> tuple[int, str]:
    return int(handle.bot), handle.token or ""


def _parts(body: Payload) -> dict[str, Any]:
    return form(body)._asdict()


async def post(http: HTTPClient, channel: str, body: Payload, key: str) -> str:
    """A message in a channel; sent twice with one key, Discord shows it once."""
    keyed = {**body, "nonce": nonce(key), "enforce_nonce": True}
    return str((await _limited(http.send_message(int(channel), params=form(keyed))))["id"])


async def direct_channel(http: HTTPClient, user: str) -> str:
    """The channel of this user and the bot alone."""
    return str((await _limited(http.start_private_message(user)))["id"])


async def rewrite(http: HTTPClient, channel: str, message: str, body: Payload) -> str:
    """Put this in place of a message of ours."""
    return str((await _limited(http.edit_message(int(channel), int(message), params=form(body))))["id"])


async def react(http: HTTPClient, channel: str, message: str, emoji: str) -> None:
    """Add our reaction: a character, or `name:id` of one that a server has made."""
    await _limited(http.add_reaction(int(channel), int(message), emoji.strip("<>")))
