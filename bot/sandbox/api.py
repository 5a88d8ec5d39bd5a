"""The control API of the sandbox, and the page that plays with it. For this machine only."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeAlias
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Request
from fastapi.responses import FileResponse, JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.staticfiles import StaticFiles

from bot.sandbox.sandbox import Happened, Sandbox
from bot.sandbox.world import PLATFORMS, SandboxError, Wire

PAGE: Final = Path(__file__).parent / "page"
State: TypeAlias = Callable[[], Awaitable[Mapping[str, int]]]
PlatformName = Literal["discord", "twitch", "telegram"]


class Body(BaseModel):
    """Every verb names who does it. `event_id` is the caller's own name of the event: used twice, delivered twice."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    user: str = Field(min_length=1, max_length=64)
    event_id: str | None = Field(None, min_length=1, max_length=100)


class Say(Body):
    """Somebody types a line in a channel, or to the bot alone."""

    text: str
    channel: str | None = None
    private: bool = False


class Slash(Body):
    """Somebody uses a registered command."""

    command: str = Field(min_length=1, max_length=100)
    options: dict[str, Any] = {}
    channel: str | None = None
    private: bool = False


class Press(Body):
    """Somebody presses a button of a message, by its id or its label."""

    message: str
    button: str


class Answer(JSONResponse):
    """JSON that may hold what a multipart request held: bytes are shown as their number."""

    def render(self, content: object) -> bytes:
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=_shown)
        return text.encode("utf-8", "replace")


def _shown(value: object) -> str:
    return f"({len(value)} bytes)" if isinstance(value, bytes | bytearray) else str(value)


def install(app: FastAPI, sandbox: Sandbox, state: State) -> None:
    """Give the app the control API under /sandbox/api and the page at /. `state` tells the numbers of GET …/state."""
    app.add_exception_handler(SandboxError, _refused)
    app.include_router(_reading(sandbox, state))
    app.include_router(_verbs(sandbox))
    app.mount("/sandbox/page", StaticFiles(directory=PAGE))

    @app.get("/", include_in_schema=False, dependencies=[Depends(local)])
    async def page() -> FileResponse:
        return FileResponse(PAGE / "index.html")


async def local(request: Request) -> None:
    """Only pages of this very server may speak, under a loopback name.

    Another site's name that was made to lead here (DNS rebinding) is refused.
    """
    if not _loopback(request.url.hostname or ""):
        raise HTTPException(403, "the sandbox answers under a loopback address only, such as http://127.0.0.1")
    origin = request.headers.get("origin")
    if origin is not None and _host_of(origin) != request.headers.get("host"):
        raise HTTPException(403, "the sandbox does not take requests from other sites")


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


async def _refused(request: Request, error: Exception) -> JSONResponse:
    del request
    return Answer({"error": "sandbox", "reason": str(error)}, 400)


def _reading(sandbox: Sandbox, state: State) -> APIRouter:
    api = APIRouter(prefix="/sandbox/api", dependencies=[Depends(local)], include_in_schema=False)

    @api.get("/world")
    async def world() -> Answer:
        return Answer(describe(sandbox))

    @api.get("/state")
    async def numbers() -> Answer:
        return Answer(dict(await state()))

    @api.get("/wire")
    async def wire(
        request: Request,
        after: Annotated[int, Query(ge=0)] = 0,
        wait: Annotated[float, Query(ge=0, le=60)] = 0,
    ) -> Answer:
        await _news(sandbox, after, wait, request.app.state.closing)
        record = sandbox.world.record
        return Answer({"run": sandbox.run, "last": record.last, "wires": [asdict(w) for w in record.since(after)]})

    return api


def _verbs(sandbox: Sandbox) -> APIRouter:
    api = APIRouter(prefix="/sandbox/api", dependencies=[Depends(local)], include_in_schema=False)

    @api.post("/{platform}/say")
    async def say(platform: PlatformName, body: Say) -> Answer:
        done = sandbox.say(
            platform, body.user, body.text, channel=body.channel, private=body.private, event_id=body.event_id
        )
        return happened(await done)

    @api.post("/discord/slash")
    async def slash(body: Slash) -> Answer:
        done = sandbox.slash(
            body.user, body.command, body.options, channel=body.channel, private=body.private, event_id=body.event_id
        )
        return happened(await done)

    @api.post("/{platform}/press")
    async def press(platform: PlatformName, body: Press) -> Answer:
        return happened(await sandbox.press(platform, body.user, body.message, body.button, event_id=body.event_id))

    return api


async def _news(sandbox: Sandbox, after: int, seconds: float, closing: asyncio.Event) -> None:
    """Wait for something after `after`, the end of the patience, or the end of the server."""
    if not seconds or closing.is_set():
        return
    waits = [
        asyncio.ensure_future(sandbox.world.record.wait(after, seconds)),
        asyncio.ensure_future(closing.wait()),
    ]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waits:
            each.cancel()


def happened(what: Happened) -> Answer:
    """What a verb answers."""
    return Answer({"sent": what.sent, "replies": [_request(wire) for wire in what.replies], "ms": what.ms})


def _request(wire: Wire) -> dict[str, Any]:
    return {"name": wire.name, "payload": wire.payload, "status": wire.status, "answer": wire.answer, **wire.about}


def describe(sandbox: Sandbox) -> dict[str, Any]:
    """The people, and the servers and channels of each platform."""
    bots = {
        "discord": sandbox.discord.application_id,
        "twitch": sandbox.twitch.bot_id,
        "telegram": sandbox.telegram.bot_token.partition(":")[0],
    }
    return {
        "people": [{"name": one.name, "role": one.role, "ids": one.ids} for one in sandbox.world.people.values()],
        "platforms": {platform: _rooms(sandbox, platform) | {"bot": bots[platform]} for platform in PLATFORMS},
    }


def _rooms(sandbox: Sandbox, platform: str) -> dict[str, Any]:
    rooms = sandbox.world.channels[platform]
    servers = sorted({room.server for room in rooms if room.server})
    return {
        "servers": [{"id": server} for server in servers],
        "channels": [{"id": room.id, "name": room.name, "server": room.server} for room in rooms],
    }
