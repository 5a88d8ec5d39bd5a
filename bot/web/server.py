"""HTTP inside the bot's event loop: one FastAPI app, strict headers, errors as JSON, an end that does not linger."""

import asyncio
import errno
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

import uvicorn
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.errors import SettingsError
from config.settings import WebSettings

BODY: Final = 2 * 1024 * 1024
"""Bytes that the body of a request may have."""

_TRIES: Final = 50
_DRAIN: Final = 3
_TICK: Final = 1.0
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cache-control": "no-cache",
}
_CODES: Final = {400: "malformed", 403: "forbidden", 404: "not_found", 405: "method", 413: "too_large", 422: "invalid"}


class Shield:
    """Puts the security headers on every answer and refuses bodies that are too large."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def shielded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, _capped(receive), shielded)


def _capped(receive: Receive) -> Receive:
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > BODY:
            raise HTTPException(413, f"the body may have {BODY:,} bytes")
        return message

    return counted


def problem(status: int, reason: str, error: str | None = None) -> JSONResponse:
    """An error as JSON: a code for machines and a sentence for people."""
    return JSONResponse({"error": error or _CODES.get(status, "error"), "reason": reason}, status)


def create_app(unready: Callable[[], str | None], *routes: BaseRoute) -> FastAPI:
    """The app with /livez, /readyz and these routes. `unready` tells what is still missing, None when everything is there."""
    app = FastAPI(title="Soulfra", docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.closing = asyncio.Event()
    app.add_middleware(Shield)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _broken)

    async def livez(_request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def readyz(_request: Request) -> Response:
        reason = "it is shutting down" if app.state.closing.is_set() else unready()
        return problem(503, reason, "not_ready") if reason else JSONResponse({"status": "ok"})

    # Plain routes: those of FastAPI are for bodies and documented answers, and load another 5 MB.
    app.router.routes += [Route("/livez", livez), Route("/readyz", readyz), *routes]
    return app


async def _http(request: Request, error: Exception) -> JSONResponse:
    del request
    assert isinstance(error, HTTPException)  # noqa: S101  (registered for this type only)
    answer = problem(error.status_code, error.detail)
    answer.headers.update(error.headers or {})
    return answer


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    del request
    assert isinstance(error, RequestValidationError)  # noqa: S101  (registered for this type only)
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return problem(400, "the body is not JSON")
    where = ".".join(str(step) for step in first["loc"][1:])
    return problem(422, f"{where}: {first['msg']}" if where else str(first["msg"]))


async def _broken(request: Request, error: Exception) -> JSONResponse:
    del request, error
    return problem(500, "something went wrong here; it is in the log")


class _Embedded(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up, self.over = asyncio.Event(), asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    async def main_loop(self) -> None:
        """Each second, for the date on answers. Told of the end, it need not look for that ten times as often."""
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                async with asyncio.timeout(_TICK):
                    await self.over.wait()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals belong to the bot."""
        yield


class WebServer:
    """Serves an app from `start` to `stop`. The next free port is taken when the wanted one is in use."""

    def __init__(self, app: FastAPI, settings: WebSettings) -> None:
        self._app = app
        self._settings = settings
        self._task: asyncio.Task[None] | None = None
        self.address = ""

    async def start(self) -> str:
        """Serve; returns the address. Raises `SettingsError` when there is no port to be had."""
        listener = bound(self._settings.host, self._settings.port)
        host, port = listener.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        self.address = f"http://{shown}:{port}"
        config = uvicorn.Config(
            self._app,
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_DRAIN,
        )
        self._server = _Embedded(config)
        self._task = asyncio.create_task(self._server.serve([listener]), name="web")
        await self._server.up.wait()
        return self.address

    async def stop(self) -> None:
        """Answer what is open, let long polls go, close."""
        if self._task is None:
            return
        self._app.state.closing.set()
        self._server.should_exit = True
        self._server.over.set()
        await self._task
        self._task = None


def bound(host: str, port: int) -> socket.socket:
    """A listening socket at this port or the next free one. Raises `SettingsError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, min(port + _TRIES, 65_536)) if port else (0,):
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, candidate))
            listener.listen(128)  # at once: a bound socket that does not listen yet does not keep others off
        except OSError as error:
            listener.close()
            if error.errno != errno.EADDRINUSE:
                raise SettingsError(
                    f"web.host, web.port: cannot listen at {host}:{candidate}: {error.strerror}"
                ) from None
        else:
            listener.setblocking(False)
            return listener
    raise SettingsError(f"web.port: every port from {port} to {port + _TRIES - 1} is in use; choose another one")
