"""What stands before every REST request: authorisation, rate limits, faults; and behind it: the record."""

import json
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from bot.sandbox.discord.errors import ApiError, Fault, Json, limited, unauthorized
from bot.sandbox.discord.state import State

API = "/api/v10"
_TOKEN = re.compile(r"^(/(?:interactions|webhooks)/\d+/)[^/]+")
_DEFAULT = (50, 1.0)
_FILE = re.compile(r"files\[(\d+)\]")


@dataclass(slots=True)
class Call:
    """One request. `files` are `{"0": (name, bytes)}`; `about` is what the record says beside the payload."""

    request: web.Request
    payload: Any = None
    files: Json = field(default_factory=dict)
    about: Json = field(default_factory=dict)

    def part(self, name: str) -> str:
        """A part of the path."""
        return self.request.match_info[name]


Method = Callable[[Call], Awaitable[Any]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Front:
    """`limits` maps a route ("POST /channels/{channel}/messages") to (requests, seconds); `faults` maps one to what its
    next requests are answered."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._buckets: dict[tuple[str, str], tuple[int, float]] = {}
        self._global_until = 0.0
        self.limits: dict[str, tuple[int, float]] = {"POST /channels/{channel}/messages": _DEFAULT}
        self.faults: dict[str, list[Fault]] = {}

    def limit_everything(self, seconds: float) -> None:
        """A global rate limit for a while."""
        self._global_until = time.monotonic() + seconds

    def wrap(self, route: str, method: Method) -> Handler:
        """The aiohttp handler of a route."""

        async def answer(request: web.Request) -> web.StreamResponse:
            headers: dict[str, str] = {}
            call = Call(request)
            try:
                call.payload, call.files = await _body(request)
                self._guard(request, route, headers)
                body = await self._faulty(route, method, call)
                status = 204 if body is None else 200
            except ApiError as error:
                status, body = error.status, error.body
            if status == 429:
                # discord.py takes a 429 without Via for a ban by Cloudflare.
                headers |= {"Via": "1.1 sandbox", "Retry-After": str((body or {}).get("retry_after", 1))}
            self._record(call, status, body)
            return _response(status, body, headers)

        return answer

    async def _faulty(self, route: str, method: Method, call: Call) -> Any:
        fault = self.faults[route].pop(0) if self.faults.get(route) else None
        body = await method(call) if fault is None or fault.after else None
        if fault is None:
            return body
        broken = ApiError(fault.status, 0, "Internal Server Error")
        broken.body |= fault.body
        raise broken

    def _guard(self, request: web.Request, route: str, headers: dict[str, str]) -> None:
        """A token in the path is its own credential, and such routes are exempt from the global limit."""
        now = time.monotonic()
        if "{token}" not in route:
            if request.headers.get("Authorization") != f"Bot {self._state.token}":
                raise unauthorized()
            if now < self._global_until:
                headers |= {"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}
                raise limited(self._global_until - now, everywhere=True)
        if route in self.limits:
            parts = request.match_info
            self._spend(route, parts.get("channel") or parts.get("token", ""), headers)

    def _spend(self, route: str, major: str, headers: dict[str, str]) -> None:
        """One of a bucket; discord.py cannot do with `Remaining` without `Reset-After`."""
        most, seconds = self.limits[route]
        used, reset = self._buckets.get((route, major), (0, 0.0))
        now = time.monotonic()
        if now >= reset:
            used, reset = 0, now + seconds
        left = reset - now
        headers |= {
            "X-RateLimit-Bucket": f"{abs(hash(route)):x}",
            "X-RateLimit-Limit": str(most),
            "X-RateLimit-Remaining": str(max(0, most - used - 1)),
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Reset": f"{time.time() + left:.3f}",
        }
        self._buckets[route, major] = (min(used + 1, most), reset)
        if used >= most:
            headers["X-RateLimit-Scope"] = "user"
            raise limited(left)

    def _record(self, call: Call, status: int, answer: Any) -> None:
        path = _TOKEN.sub(r"\1{token}", call.request.path.removeprefix(API))
        about = {name: value for name, value in call.about.items() if value is not None}
        kept = json.loads(json.dumps(answer))  # what it tells of changes later; what was on the wire does not
        name = f"{call.request.method} {path}"
        self._state.world.record.add("discord", "out", name, call.payload, status=status, answer=kept, **about)


async def _body(request: web.Request) -> tuple[Any, Json]:
    """JSON and files."""
    try:
        if request.content_type.startswith("multipart/"):
            return await _multipart(request)
        return (await request.json() if request.can_read_body else {}), {}
    except ValueError:
        raise ApiError(400, 50109, "The request body contains invalid JSON.") from None


async def _multipart(request: web.Request) -> tuple[Any, Json]:
    data: Any = {}
    files: Json = {}
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader):
            name = part.name or ""
            if name == "payload_json":
                data = json.loads(await part.text())
            elif found := _FILE.fullmatch(name):
                files[found[1]] = (part.filename, bytes(await part.read(decode=False)))
    return data, files


def _response(status: int, body: Any, headers: dict[str, str]) -> web.Response:
    """discord.py reads JSON only when the type is exactly `application/json`, without a charset."""
    if status == 204:
        return web.Response(status=204, headers=headers)
    told = {"Content-Type": "application/json", **headers}
    return web.Response(body=json.dumps(body).encode(), status=status, headers=told)
