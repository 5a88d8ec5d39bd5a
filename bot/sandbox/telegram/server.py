"""The Bot API over HTTP, and the record of every request."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.sandbox.telegram.api import Api, picture
from bot.sandbox.telegram.errors import ApiError, bad
from bot.sandbox.telegram.fields import checked, decoded
from bot.sandbox.telegram.rooms import PLATFORM, Rooms

Fault = tuple[int, str, dict[str, Any] | None]
_QUIET = frozenset(("getUpdates", "getMe"))
_BODY_BYTES = 60 << 20


class Server:
    """Serves one bot on a free port of loopback."""

    def __init__(self, api: Api, rooms: Rooms, token: str) -> None:
        self._api, self._rooms, self._token = api, rooms, token
        self.fail_next: dict[str, list[Fault]] = defaultdict(list)
        self._runner: web.AppRunner | None = None
        self._port = 0

    async def start(self) -> str:
        """Its address. A second start takes the port it had."""
        app = web.Application(client_max_size=_BODY_BYTES)
        app.router.add_route("*", "/bot{token:[^/]*}/{method}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        host, self._port = self._runner.addresses[0][:2]
        return f"http://{host}:{self._port}"

    async def stop(self) -> None:
        """Close the port."""
        if self._runner:
            await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        call = _Call(method)
        try:
            self._admit(request.match_info["token"], method)
            call.values, call.files = await _parameters(request)
            call.about = self._about(call.values)
            call.status, call.body = 200, {"ok": True, "result": await self._run(call)}
        except ApiError as error:
            call.status, call.body = error.status, error.body()
        if method not in _QUIET:
            self._record(call)
        if call.status == 0 and request.transport:
            request.transport.abort()
        return web.json_response(call.body, status=call.status or 500)

    def _admit(self, token: str, method: str) -> None:
        bot, colon, secret = token.partition(":")
        if not (bot.isdecimal() and colon and secret):
            raise ApiError(404, "Not Found")
        if token != self._token:
            raise ApiError(401, "Unauthorized")
        if method not in self._api.methods:
            raise ApiError(404, "Not Found")

    async def _run(self, call: "_Call") -> object:
        if self.fail_next[call.method]:
            raise ApiError(*self.fail_next[call.method].pop(0))
        kind, run = self._api.methods[call.method]
        result: object = await run(checked(kind, call.values), call.files)
        return result

    def _about(self, values: dict[str, Any]) -> dict[str, Any]:
        """What the request names, before its answer is known."""
        query = self._rooms.queries.get(str(values.get("callback_query_id")))
        if query:
            return {"channel": str(query.chat), "message": str(query.message), "private_to": query.user.name}
        chat = str(values.get("chat_id") or "")
        about: dict[str, Any] = {"channel": chat} if chat else {}
        human = self._rooms.world.by_id(PLATFORM, chat)
        if human:
            about["private_to"] = human.name
        if "message_id" in values:
            about["message"] = str(values["message_id"])
        return about

    def _record(self, call: "_Call") -> None:
        """With what a page needs to draw it: the message's id, an uploaded picture."""
        result = call.body.get("result")
        if isinstance(result, dict) and "message_id" in result:
            call.about["message"] = str(result["message_id"])
        if "photo" in call.files:
            call.about["picture"] = picture(call.files["photo"])
        record = self._rooms.world.record
        record.add(PLATFORM, "out", call.method, call.values, status=call.status, answer=call.body, **call.about)


@dataclass(slots=True)
class _Call:
    """One request and its answer."""

    method: str
    values: dict[str, Any] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)
    status: int = 0
    body: dict[str, Any] = field(default_factory=dict)


async def _parameters(request: web.Request) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Query and form; nested values are JSON; files are parts of a multipart body, by parameter name."""
    form: dict[str, str] = dict(request.query)
    files: dict[str, bytes] = {}
    if request.content_type == "application/json":
        try:
            values: dict[str, Any] = {**form, **await request.json()}
        except (TypeError, ValueError):
            raise bad("can't parse JSON object") from None
        return values, files
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = value.file.read()
        else:
            form[name] = str(value)
    return decoded(form, files), files
