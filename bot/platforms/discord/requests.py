"""Requests with the bot's token, one function each, through the library, which keeps to Discord's limits for them.

What can go wrong with any request, and the body of a message, are here for those of `answers`, too.
"""

import hashlib
import io
import json
from functools import cache
from typing import Any, Final

import aiohttp
import discord
from discord.http import HTTPClient, MultipartParameters, Route

from bot.adapter import Payload

SECONDS = 20.0
"""How long an answer is waited for."""
_MESSAGES: Final = "/channels/{channel_id}/messages"


class BusyError(Exception):
    """429: it was not taken; try again after `seconds`."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"rate limited for {seconds} s")


class BrokenError(Exception):
    """5xx: nobody knows whether it was taken."""


class UncertainError(Exception):
    """A request that must not be repeated went out and its answer was lost."""


def nonce(key: str) -> str:
    """The idempotency key of a channel message: at most 25 characters."""
    return hashlib.blake2b(key.encode(), digest_size=12).hexdigest()


def form(payload: Payload, kind: int | None = None) -> MultipartParameters:
    """The body as the library sends it: JSON, or multipart when there are files. With a `kind` it is that of a callback."""
    if "files" not in payload:
        return MultipartParameters(called(kind, payload), None, None)
    body = {name: value for name, value in payload.items() if name != "files"}
    files = [
        discord.File(io.BytesIO(file["data"]), file["name"], description=file.get("description"))
        for file in payload["files"]
    ]
    body["attachments"] = [{**file.to_dict(index), "id": str(index)} for index, file in enumerate(files)]
    parts: list[dict[str, Any]] = [{"name": "payload_json", "value": json.dumps(called(kind, body))}]
    for index, file in enumerate(files):
        parts.append({"name": f"files[{index}]", "value": file.fp, "filename": file.filename})
        parts[-1]["content_type"] = "application/octet-stream"
    return MultipartParameters(None, parts, files)


def called(kind: int | None, body: Payload) -> Payload:
    """The body of a callback of this kind; as it is without one."""
    if kind is None:
        return body
    return {"type": kind, "data": body} if body else {"type": kind}


async def post(http: HTTPClient, channel: str, body: Payload, key: str) -> str:
    """A message in a channel; sent twice with one key, Discord shows it once."""
    route = Route("POST", _MESSAGES, channel_id=int(channel))
    return await _made(http, route, {**body, "nonce": nonce(key), "enforce_nonce": True})


async def direct_channel(http: HTTPClient, user: str) -> str:
    """The channel of this user and the bot alone."""
    return await _made(http, Route("POST", "/users/@me/channels"), {"recipient_id": user})


async def rewrite(http: HTTPClient, channel: str, message: str, body: Payload) -> str:
    """Put this in place of a message of ours."""
    route = Route("PATCH", f"{_MESSAGES}/{{message_id}}", channel_id=int(channel), message_id=int(message))
    return await _made(http, route, body)


async def react(http: HTTPClient, channel: str, message: str, emoji: str) -> None:
    """Add our reaction: a character, or `name:id` of one that a server has made."""
    path = f"{_MESSAGES}/{{message_id}}/reactions/{{emoji}}/@me"
    route = Route("PUT", path, channel_id=int(channel), message_id=int(message), emoji=emoji.strip("<>"))
    await http.request(route, timeout=patience(SECONDS))


async def _made(http: HTTPClient, route: Route, body: Payload) -> str:
    """The id of what this made or changed."""
    payload, parts, files = form(body)
    if files:
        answer = await http.request(route, files=files, form=parts, timeout=patience(SECONDS))
    else:
        answer = await http.request(route, json=payload, timeout=patience(SECONDS))
    return str(answer["id"])


@cache
def patience(seconds: float) -> aiohttp.ClientTimeout:
    """For one request and its answer. How long the library waits for room first is bounded where its client is made."""
    return aiohttp.ClientTimeout(total=seconds)
