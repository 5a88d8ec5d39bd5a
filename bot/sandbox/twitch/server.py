"""The HTTP side: one loopback port, Twitch's error bodies, injected failures, and the record of Helix requests."""

from collections import deque
from collections.abc import Awaitable, Callable, Iterable

import msgspec
from aiohttp import web

from bot.sandbox.twitch.limits import Limits
from bot.sandbox.twitch.people import People
from bot.sandbox.twitch.wire import ApiError, Json, body_of
from bot.sandbox.world import Recorder

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """Serves routes on 127.0.0.1. The port is chosen at the first start and stays over restarts."""

    def __init__(self, record: Recorder, people: People, limits: Limits) -> None:
        self._record, self._people, self._limits = record, people, limits
        self.faults: deque[tuple[str, ApiError]] = deque()  # prefix of the path, what it answers once
        self.cuts: deque[str] = deque()  # prefix of the path whose answer never arrives, once
        self.port = 0

    async def start(self, routes: Iterable[web.RouteDef]) -> None:
        """Serve; `port` is known afterwards."""
        app = web.Application(middlewares=[self._middleware])
        app.add_routes(routes)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Go down."""
        await self._runner.cleanup()

    @web.middleware
    async def _middleware(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        if request.path.startswith("/helix/"):
            return await self._helix(request, handler)
        try:
            return await handler(request)
        except ApiError as error:
            return web.json_response(error.body, status=error.status)

    async def _helix(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        body: Json = {}
        try:
            self._limits.request()
            body = await body_of(request)
            self._fail(request.path)
            answer = await handler(request)
        except ApiError as error:
            answer = web.json_response(error.body, status=error.status)
        answer.headers.update(self._limits.headers())
        self._remember(request, body, answer)
        if self.cuts and request.path.startswith(self.cuts[0]) and request.transport:
            self.cuts.popleft()
            request.transport.abort()
        return answer

    def _fail(self, path: str) -> None:
        for fault in self.faults:
            if path.startswith(fault[0]):
                self.faults.remove(fault)
                raise fault[1]

    def _remember(self, request: web.Request, body: Json, answer: web.StreamResponse) -> None:
        query = {key: _one(request.query.getall(key)) for key in request.query}
        payload, said = {**query, **body}, _said(answer)
        name = f"{request.method} {request.path}"
        about = self._about(payload, said)
        self._record.add("twitch", "out", name, payload, status=answer.status, answer=said, **about)

    def _about(self, payload: Json, said: object) -> Json:
        about: Json = {}
        if "broadcaster_id" in payload:
            about["channel"] = payload["broadcaster_id"]
        if "to_user_id" in payload and (human := self._people.human(str(payload["to_user_id"]))):
            about["private_to"] = human
        match said:
            case {"data": [{"message_id": str(message)}]} if message:
                about["message"] = message
        return about


def _one(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values


def _said(answer: web.StreamResponse) -> object:
    body = answer.body if isinstance(answer, web.Response) else None
    return msgspec.json.decode(body) if isinstance(body, bytes) and body else None
