"""The Bot API over HTTP, and the record of every request."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.sandbox.telegram.api import Api
from bot.sandbox.telegram.errors import ApiError, bad
from bot.sandbox.telegram.fields import checked, decoded
from bot.sandbox.telegram.files import Upload, picture
from bot.sandbox.telegram.rooms import PLATFORM, Rooms

Fault = tuple[int, str, dict[str, Any] | None]
_QUIET = frozenset(("getUpdates", "getMe", "getWebhookInfo"))
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
        app.router.add_get("/file/bot{token:[^/]*}/{path:.*}", self._file)
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

    async def _file(self, request: web.Request) -> web.Response:
        """What `getFile` told of."""
        shelf, path = self._rooms.shelf, request.match_info["path"]
        if request.match_info["token"] != self._token or path not in shelf.paths:
            return web.json_response(ApiError(404, "Not Found").body(), status=404)
        return web.Response(body=shelf.content(shelf.paths[path]), content_type="application/octet-stream")

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
        """With what a page needs to draw it: the ids of the messages, uploaded pictures by the part that holds them."""
        result = call.body.get("result")
        shown = [one for one in (result if isinstance(result, list) else [result]) if isinstance(one, dict)]
        if ids := [str(one["message_id"]) for one in shown if "message_id" in one]:
            call.about["message"] = ids[0]
            call.about |= {"messages": ids} if len(ids) > 1 else {}
        if pictures := {part: drawn for part, data in call.files.items() if (drawn := picture(data))}:
            call.about["picture"] = next(iter(pictures.values()))
            call.about |= {"pictures": pictures} if len(pictures) > 1 else {}
        record = self._rooms.world.record
        record.add(PLATFORM, "out", call.method, call.values, status=call.status, answer=call.body, **call.about)


@dataclass(slots=True)
class _Call:
    """One request and its answer."""

    method: str
    values: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)
    status: int = 0
    body: dict[str, Any] = field(default_factory=dict)


async def _parameters(request: web.Request) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Query and form; nested values are JSON; files are parts of a multipart body, by parameter name."""
    form: dict[str, str] = dict(request.query)
    files: dict[str, Upload] = {}
    if request.content_type == "application/json":
        try:
            values: dict[str, Any] = {**form, **await request.json()}
        except (TypeError, ValueError):
            raise bad("can't parse JSON object") from None
        return values, files
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = Upload.named(value.file.read(), value.filename)
        else:
            form[name] = str(value)
    return decoded(form, files), files
