"""REST v10 of the emulator: routes, authorisation, rate limits, faults, and the record of every request."""

import json
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.sandbox.discord import answers, commands, messages, objects
from bot.sandbox.discord.errors import ApiError, Fault, Json, bad, limited, unauthorized
from bot.sandbox.discord.gateway import Gateway
from bot.sandbox.discord.objects import EPHEMERAL
from bot.sandbox.discord.state import State

API = "/api/v10"
_TOKEN = re.compile(r"^(/(?:interactions|webhooks)/\d+/)[^/]+")
_DEFAULT = (50, 1.0)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Rest:
    """The bot's requests. `limits` maps "POST /channels/{channel}/messages" to (requests, seconds); `faults` maps a route to
    what its next requests are answered."""

    def __init__(self, state: State, gateway: Gateway) -> None:
        self._state, self._gateway = state, gateway
        self._buckets: dict[tuple[str, str], tuple[int, float]] = {}
        self._global_until = 0.0
        self.limits: dict[str, tuple[int, float]] = {"POST /channels/{channel}/messages": _DEFAULT}
        self.faults: dict[str, list[Fault]] = {}

    def routes(self) -> list[web.RouteDef]:
        """Everything that this emulator knows of Discord's API."""
        hook, channel, application = (
            "/webhooks/{application}/{token}",
            "/channels/{channel}/messages",
            "/applications/{application}",
        )
        table: list[tuple[str, str, Callable[[web.Request], Awaitable[Any]]]] = [
            ("GET", "/users/@me", self._me),
            ("POST", "/users/@me/channels", self._open_direct),
            ("GET", "/oauth2/applications/@me", self._application),
            ("GET", "/gateway/bot", self._gateway_bot),
            ("PUT", f"{application}/commands", self._put_commands),
            ("GET", f"{application}/commands", self._get_commands),
            ("PUT", f"{application}/guilds/{{guild}}/commands", self._put_commands),
            ("GET", f"{application}/guilds/{{guild}}/commands", self._get_commands),
            ("POST", "/interactions/{id}/{token}/callback", self._callback),
            ("POST", hook, self._follow_up),
            ("GET", f"{hook}/messages/{{message}}", self._read_answer),
            ("PATCH", f"{hook}/messages/{{message}}", self._edit_answer),
            ("DELETE", f"{hook}/messages/{{message}}", self._delete_answer),
            ("POST", channel, self._send),
            ("GET", f"{channel}/{{message}}", self._read),
            ("PATCH", f"{channel}/{{message}}", self._edit),
            ("DELETE", f"{channel}/{{message}}", self._delete),
            ("POST", "/channels/{channel}/typing", self._nothing),
        ]
        found = [web.route(method, API + path, self._wrapped(method, path, handler)) for method, path, handler in table]
        return [*found, web.route("*", API + "/{rest:.*}", self._wrapped("*", "", self._unknown))]

    # around every request

    def _wrapped(self, method: str, path: str, handler: Callable[[web.Request], Awaitable[Any]]) -> Handler:
        route = f"{method} {path}"

        async def answer(request: web.Request) -> web.StreamResponse:
            headers: dict[str, str] = {}
            status, body = 200, None
            try:
                payload, files = await _body(request)
                request["payload"], request["files"], request["about"] = payload, files, {}
                self._guard(request, route, headers)
                body = await self._faulty(route, handler, request)
                status = 204 if body is None else 200
            except ApiError as error:
                status, body = error.status, error.body
            if status == 429:
                headers |= {"Via": "1.1 sandbox", "Retry-After": str((body or {}).get("retry_after", 1))}
            self._record(request, status, body)
            return _response(status, body, headers)

        return answer

    async def _faulty(self, route: str, handler: Callable[[web.Request], Awaitable[Any]], request: web.Request) -> Any:
        fault = self.faults[route].pop(0) if self.faults.get(route) else None
        body = await handler(request) if fault is None or fault.after else None
        if fault is None:
            return body
        broken = ApiError(fault.status, 0, fault.body.get("message", "Internal Server Error"))
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
            self._spend(route, request.match_info.get("channel") or request.match_info.get("token", ""), headers)

    def _spend(self, route: str, major: str, headers: dict[str, str]) -> None:
        most, seconds = self.limits[route]
        used, reset = self._buckets.get((route, major), (0, 0.0))
        now = time.monotonic()
        if now >= reset:
            used, reset = 0, now + seconds
        left = reset - now
        headers |= {
            "X-RateLimit-Bucket": f"{abs(hash(route)):x}", "X-RateLimit-Limit": str(most),
            "X-RateLimit-Remaining": str(max(0, most - used - 1)), "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Reset": f"{time.time() + left:.3f}",
        }  # fmt: skip
        self._buckets[route, major] = (min(used + 1, most), reset)
        if used >= most:
            headers["X-RateLimit-Scope"] = "user"
            raise limited(left)

    def limit_everything(self, seconds: float) -> None:
        """A global rate limit for a while."""
        self._global_until = time.monotonic() + seconds

    def _record(self, request: web.Request, status: int, answer: Any) -> None:
        path = _TOKEN.sub(r"\1{token}", request.path.removeprefix(API))
        about = {name: value for name, value in request.get("about", {}).items() if value is not None}
        payload = request.get("payload")
        # The lists of a message change with it; what was on the wire does not.
        answer = json.loads(json.dumps(answer))
        self._state.world.record.add(
            "discord", "out", f"{request.method} {path}", payload, status=status, answer=answer, **about
        )

    def _tell(self, request: web.Request, message: Json | None, event: str | None = None) -> None:
        if message:
            reader = self._state.reader(message)
            request["about"] = {
                "channel": message["channel_id"],
                "message": message["id"],
                "event": event,
                "private_to": reader,
            }

    async def _publish(self, message: Json, name: str = "MESSAGE_CREATE") -> None:
        if not message["flags"] & EPHEMERAL:
            seen = self._state.seen(message)
            await self._gateway.dispatch(name, seen, seen.get("guild_id"))

    # login and registration

    async def _me(self, _: web.Request) -> Json:
        more = {"mfa_enabled": False, "locale": "en-US", "verified": True, "email": None, "premium_type": 0}
        return {**self._state.bot, **more}

    async def _application(self, _: web.Request) -> Json:
        owner = next(human for human in self._state.world.people.values() if human.role == "owner")
        return objects.application(self._state.application_id, self._state.user(owner), len(self._state.guilds()))

    async def _gateway_bot(self, _: web.Request) -> Json:
        limit = {"total": 1000, "remaining": 999, "reset_after": 14_400_000, "max_concurrency": 1}
        return {"url": f"ws://127.0.0.1:{self._state.port}/", "shards": 1, "session_start_limit": limit}

    def _scope(self, request: web.Request) -> str | None:
        if request.match_info["application"] != self._state.application_id:
            raise ApiError(403, 20012, "You are not authorized to perform this action on this application")
        return request.match_info.get("guild")

    async def _put_commands(self, request: web.Request) -> list[Json]:
        scope, body = self._scope(request), request["payload"]
        commands.validate(body)
        known = {(one["name"], one["type"]): one["id"] for one in self._state.commands.get(scope, [])}
        made = [commands.registered(one, known, self._state.application_id, self._state.new_id) for one in body]
        self._state.commands[scope] = [{**one, "guild_id": scope} for one in made] if scope else made
        return self._state.commands[scope]

    async def _get_commands(self, request: web.Request) -> list[Json]:
        return self._state.commands.get(self._scope(request), [])

    # answers to interactions

    async def _callback(self, request: web.Request) -> Json:
        id_, token = request.match_info["id"], request.match_info["token"]
        answer, message = answers.callback(self._state, id_, token, request["payload"], request["files"])
        self._tell(request, message, id_)
        if message:
            await self._publish(message, "MESSAGE_UPDATE" if message["edited_timestamp"] else "MESSAGE_CREATE")
        if request.query.get("with_response") in ("1", "true"):
            return answer
        request["about"].setdefault("event", id_)
        raise ApiError(501, 0, "The sandbox answers callbacks with_response only")

    def _asked(self, request: web.Request) -> answers.Asked:
        return answers.by_token(self._state, request.match_info["application"], request.match_info["token"])

    async def _follow_up(self, request: web.Request) -> Json:
        asked = self._asked(request)
        message, new = answers.follow_up(self._state, asked, request["payload"], request["files"])
        self._tell(request, message, asked.id)
        await self._publish(message, "MESSAGE_CREATE" if new else "MESSAGE_UPDATE")
        return message

    async def _read_answer(self, request: web.Request) -> Json:
        asked = self._asked(request)
        if request.match_info["message"] == "@original" and asked.original == asked.message is not None:
            return self._state.message(asked.original)
        return answers.original(self._state, asked, request.match_info["message"])

    async def _edit_answer(self, request: web.Request) -> Json:
        asked = self._asked(request)
        message = await self._read_answer(request)
        answers.fill(self._state, asked, message, request["payload"], request["files"])
        self._tell(request, message, asked.id)
        await self._publish(message, "MESSAGE_UPDATE")
        return message

    async def _delete_answer(self, request: web.Request) -> None:
        asked = self._asked(request)
        message = await self._read_answer(request)
        asked.filled = True
        self._tell(request, message, asked.id)
        await self._gone(message)

    # channels

    async def _open_direct(self, request: web.Request) -> Json:
        human = self._state.world.by_id("discord", str(request["payload"].get("recipient_id")))
        if human is None:
            raise bad("recipient_id", "INVALID_RECIPIENT", "Unknown user")
        return self._state.direct(human)

    async def _send(self, request: web.Request) -> Json:
        channel, data, files = request.match_info["channel"], request["payload"], request["files"]
        self._state.channel(channel)
        reader = self._state.alone(channel)
        if reader in self._state.closed_dms:
            raise ApiError(403, 50007, "Cannot send messages to this user")
        messages.validate(data, ephemeral=False, files=len(files))
        message = self._state.repeated(channel, data)
        if message is None:
            message = self._state.build(channel, self._state.bot, data, files)
            self._state.remember(channel, message)
            await self._publish(message)
        event = message.get("message_reference", {}).get("message_id")
        self._tell(request, message, event)
        return message

    def _message(self, request: web.Request) -> Json:
        message = self._state.message(request.match_info["message"])
        if message["channel_id"] != request.match_info["channel"] or message["flags"] & EPHEMERAL:
            raise ApiError(404, 10008, "Unknown Message")
        return message

    async def _read(self, request: web.Request) -> Json:
        return self._message(request)

    async def _edit(self, request: web.Request) -> Json:
        message = self._message(request)
        if message["author"]["id"] != self._state.bot["id"]:
            raise ApiError(403, 50005, "Cannot edit a message authored by another user")
        messages.validate(
            {"content": message["content"], **request["payload"]}, ephemeral=False, files=len(request["files"])
        )
        self._state.edit(message, request["payload"], request["files"])
        self._tell(request, message)
        await self._publish(message, "MESSAGE_UPDATE")
        return message

    async def _delete(self, request: web.Request) -> None:
        message = self._message(request)
        self._tell(request, message)
        await self._gone(message)

    async def _gone(self, message: Json) -> None:
        del self._state.messages[message["id"]]
        server = self._state.server(message["channel_id"])
        gone = {"id": message["id"], "channel_id": message["channel_id"]}
        if not message["flags"] & EPHEMERAL:
            await self._gateway.dispatch("MESSAGE_DELETE", {**gone, "guild_id": server} if server else gone, server)

    async def _nothing(self, request: web.Request) -> None:
        self._state.channel(request.match_info["channel"])

    async def _unknown(self, _: web.Request) -> None:
        raise ApiError(404, 0, "404: Not Found")

    async def attachment(self, request: web.Request) -> web.Response:
        """GET a file of a message."""
        blob, kind = self._state.files.get(request.match_info["file"], (None, "text/plain"))
        return web.Response(status=404) if blob is None else web.Response(body=blob, content_type=kind)


async def _body(request: web.Request) -> tuple[Any, Json]:
    """JSON and files. Files are `{"0": (name, bytes)}`."""
    if not request.content_type.startswith("multipart/"):
        try:
            return (await request.json() if request.can_read_body else {}), {}
        except ValueError:
            raise ApiError(400, 50109, "The request body contains invalid JSON.") from None
    data: Any = {}
    files: Json = {}
    async for part in await request.multipart():
        name = getattr(part, "name", None) or ""
        if name == "payload_json":
            data = json.loads(await part.text())  # type: ignore[union-attr]
        elif found := re.fullmatch(r"files\[(\d+)\]", name):
            files[found[1]] = (part.filename, bytes(await part.read(decode=False)))  # type: ignore[union-attr]
    return data, files


def _response(status: int, body: Any, headers: dict[str, str]) -> web.Response:
    """discord.py reads JSON only when the type is exactly `application/json`, without a charset."""
    if status == 204:
        return web.Response(status=204, headers=headers)
    return web.Response(
        body=json.dumps(body).encode(), status=status, headers={"Content-Type": "application/json", **headers}
    )
