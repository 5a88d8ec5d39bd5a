"""The control API of the sandbox, and the page that plays with it. For this machine only."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Final, TypeAlias
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Request
from fastapi.responses import FileResponse, JSONResponse, Response
from pydantic import Field
from starlette.staticfiles import StaticFiles

from bot.sandbox.discord.state import role_id
from bot.sandbox.sandbox import Happened, Sandbox
from bot.sandbox.verbs import VERBS, Body
from bot.sandbox.world import PLATFORMS, SandboxError, Wire

PAGE: Final = Path(__file__).parent / "page"
State: TypeAlias = Callable[[], Awaitable[Mapping[str, int]]]


_KEPT: Final = {"content-security-policy": "default-src 'none'; sandbox", "x-content-type-options": "nosniff"}


class Reward(Body):
    """What a streamer offers for channel points."""

    title: str = Field(min_length=1, max_length=45)
    cost: int = Field(100, ge=1)


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

    @api.get("/discord/files/{file}")
    async def file(file: str) -> Response:
        """What was attached to a message on Discord."""
        if file not in sandbox.discord.files:
            raise HTTPException(404, "there is no such file")
        content, kind = sandbox.discord.files[file]
        return Response(content, media_type=kind, headers=_KEPT)

    return api


def _verbs(sandbox: Sandbox) -> APIRouter:
    """One POST for each verb of each platform."""
    api = APIRouter(prefix="/sandbox/api", dependencies=[Depends(local)], include_in_schema=False)
    for verb, bodies in VERBS.items():
        for platform, body in bodies.items():
            api.add_api_route(f"/{platform}/{verb}", _acting(sandbox, platform, verb, body), methods=["POST"])

    @api.post("/twitch/reward")
    async def reward(body: Reward) -> Answer:
        """What channel points buy; one that is there already stays as it is."""
        known = [one.title.lower() for one in sandbox.twitch.points.rewards.values()]
        if body.title.lower() not in known:
            sandbox.twitch.reward(body.title, body.cost)
        return Answer({"rewards": [one.title for one in sandbox.twitch.points.rewards.values()]})

    return api


def _acting(sandbox: Sandbox, platform: str, verb: str, kind: type[Body]) -> Callable[..., Awaitable[Answer]]:
    async def act(body: Body) -> Answer:
        return happened(await sandbox.do(platform, verb, **body.arguments()))

    act.__annotations__["body"] = kind
    return act


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
    held = enumerate(sandbox.discord.roles if platform == "discord" else ())
    return {
        "servers": [{"id": server} for server in servers],
        "channels": [{"id": room.id, "name": room.name, "server": room.server} for room in rooms],
        "roles": [{"id": role_id(server, n), "name": name} for n, name in held for server in servers],
    }
