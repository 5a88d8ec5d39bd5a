"""REST v10 of the emulator: everything that the bot may ask of it."""

from aiohttp import web

from bot.sandbox.discord import answers, commands, messages, objects
from bot.sandbox.discord.errors import ApiError, Json, bad
from bot.sandbox.discord.front import API, Call, Front, Method
from bot.sandbox.discord.gateway import Gateway
from bot.sandbox.discord.guilds import Guilds
from bot.sandbox.discord.objects import EPHEMERAL, GROUP
from bot.sandbox.discord.reactions import put
from bot.sandbox.discord.state import Asked, State

_HOOK, _MESSAGES = "/webhooks/{application}/{token}", "/channels/{channel}/messages"
_COMMANDS, _OF_GUILD = "/applications/{application}/commands", "/applications/{application}/guilds/{guild}/commands"


class Rest:
    """The bot's requests."""

    def __init__(self, state: State, gateway: Gateway) -> None:
        self._state, self._gateway = state, gateway
        self._guilds = Guilds(state)

    def routes(self, front: Front) -> list[web.RouteDef]:
        """Everything that this emulator knows of Discord's API."""
        table: list[tuple[str, str, Method]] = [
            ("GET", "/users/@me", self._me),
            ("POST", "/users/@me/channels", self._open_direct),
            ("GET", "/oauth2/applications/@me", self._application),
            ("GET", "/gateway/bot", self._gateway_bot),
            ("PUT", _COMMANDS, self._put_commands),
            ("GET", _COMMANDS, self._get_commands),
            ("PUT", _OF_GUILD, self._put_commands),
            ("GET", _OF_GUILD, self._get_commands),
            ("POST", "/interactions/{id}/{token}/callback", self._callback),
            ("POST", _HOOK, self._follow_up),
            ("GET", _HOOK + "/messages/{message}", self._read_answer),
            ("PATCH", _HOOK + "/messages/{message}", self._edit_answer),
            ("DELETE", _HOOK + "/messages/{message}", self._delete_answer),
            ("POST", _MESSAGES, self._send),
            ("GET", _MESSAGES + "/{message}", self._read),
            ("PATCH", _MESSAGES + "/{message}", self._edit),
            ("DELETE", _MESSAGES + "/{message}", self._delete),
            ("POST", "/channels/{channel}/typing", self._nothing),
            ("PUT", _MESSAGES + "/{message}/reactions/{emoji}/@me", self._react),
            *self._guilds.table(),
            ("*", "/{rest:.*}", self._unknown),
        ]
        return [web.route(verb, API + path, front.wrap(f"{verb} {path}", method)) for verb, path, method in table]

    def _tell(self, call: Call, message: Json, event: str | None = None) -> None:
        reader = self._state.reader(message)
        call.about |= {"channel": message["channel_id"], "message": message["id"], "event": event, "private_to": reader}

    async def _publish(self, message: Json, name: str = "MESSAGE_CREATE") -> None:
        if not message["flags"] & EPHEMERAL:
            seen = self._state.seen(message)
            await self._gateway.dispatch(name, seen, seen.get("guild_id"))

    # login and registration

    async def _me(self, _: Call) -> Json:
        more = {"mfa_enabled": False, "locale": "en-US", "verified": True, "email": None, "premium_type": 0}
        return {**self._state.bot, **more}

    async def _application(self, _: Call) -> Json:
        owner = next(human for human in self._state.world.people.values() if human.role == "owner")
        return objects.application(
            self._state.application_id,
            self._state.user(owner),
            len(self._state.guilds()),
            self._state.endpoint.public_key,
            self._state.endpoint.url,
        )

    async def _gateway_bot(self, _: Call) -> Json:
        limit = {"total": 1000, "remaining": 999, "reset_after": 14_400_000, "max_concurrency": 1}
        return {"url": f"ws://127.0.0.1:{self._state.port}/", "shards": 1, "session_start_limit": limit}

    def _scope(self, call: Call) -> str | None:
        if call.part("application") != self._state.application_id:
            raise ApiError(403, 20012, "You are not authorized to perform this action on this application")
        return call.request.match_info.get("guild")

    async def _put_commands(self, call: Call) -> list[Json]:
        scope, body = self._scope(call), call.payload
        commands.validate(body)
        known = {(one["name"], one["type"]): one["id"] for one in self._state.commands.get(scope, [])}
        made = [commands.registered(one, known, self._state.application_id, self._state.new_id) for one in body]
        self._state.commands[scope] = [{**one, "guild_id": scope} for one in made] if scope else made
        return self._state.commands[scope]

    async def _get_commands(self, call: Call) -> list[Json]:
        return self._state.commands.get(self._scope(call), [])

    # answers to interactions

    async def _callback(self, call: Call) -> Json | None:
        id_, token = call.part("id"), call.part("token")
        call.about["event"] = id_
        answer, message = answers.callback(self._state, id_, token, call.payload, call.files)
        if message:
            self._tell(call, message, id_)
            await self._publish(message, "MESSAGE_UPDATE" if message["edited_timestamp"] else "MESSAGE_CREATE")
        return answer if call.request.query.get("with_response") in ("1", "true") else None

    def _asked(self, call: Call) -> Asked:
        return answers.by_token(self._state, call.part("application"), call.part("token"))

    async def _follow_up(self, call: Call) -> Json:
        asked = self._asked(call)
        message, new = answers.follow_up(self._state, asked, call.payload, call.files)
        self._tell(call, message, asked.id)
        await self._publish(message, "MESSAGE_CREATE" if new else "MESSAGE_UPDATE")
        return message

    async def _read_answer(self, call: Call) -> Json:
        asked = self._asked(call)
        return answers.original(self._state, asked, call.part("message"))

    async def _edit_answer(self, call: Call) -> Json:
        asked = self._asked(call)
        message = await self._read_answer(call)
        answers.fill(self._state, asked, message, call.payload, call.files)
        self._tell(call, message, asked.id)
        await self._publish(message, "MESSAGE_UPDATE")
        return message

    async def _delete_answer(self, call: Call) -> None:
        asked = self._asked(call)
        message = await self._read_answer(call)
        asked.filled = True
        self._tell(call, message, asked.id)
        await self._gone(message)

    # channels

    async def _open_direct(self, call: Call) -> Json:
        human = self._state.world.by_id("discord", str(call.payload.get("recipient_id")))
        if human is None:
            raise bad("recipient_id", "INVALID_RECIPIENT", "Unknown user")
        return self._state.direct(human)

    async def _send(self, call: Call) -> Json:
        channel, data, files = call.part("channel"), call.payload, call.files
        if self._state.channel(channel)["type"] == GROUP:
            raise ApiError(403, 50001, "Missing Access")
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
        self._tell(call, message, event)
        return message

    def _message(self, call: Call) -> Json:
        message = self._state.message(call.part("message"))
        if message["channel_id"] != call.part("channel") or message["flags"] & EPHEMERAL:
            raise ApiError(404, 10008, "Unknown Message")
        return message

    async def _read(self, call: Call) -> Json:
        return self._message(call)

    async def _edit(self, call: Call) -> Json:
        message = self._message(call)
        if message["author"]["id"] != self._state.bot["id"]:
            raise ApiError(403, 50005, "Cannot edit a message authored by another user")
        messages.validate_edit(message, call.payload, files=len(call.files))
        self._state.edit(message, call.payload, call.files)
        self._tell(call, message)
        await self._publish(message, "MESSAGE_UPDATE")
        return message

    async def _react(self, call: Call) -> None:
        message = self._message(call)
        self._tell(call, message, message["id"])
        added = put(self._state, message, self._state.bot["id"], call.part("emoji"))
        if added:
            await self._gateway.dispatch("MESSAGE_REACTION_ADD", added, added.get("guild_id"))

    async def _delete(self, call: Call) -> None:
        message = self._message(call)
        self._tell(call, message)
        await self._gone(message)

    async def _gone(self, message: Json) -> None:
        del self._state.messages[message["id"]]
        server = self._state.server(message["channel_id"])
        gone = {"id": message["id"], "channel_id": message["channel_id"]}
        if not message["flags"] & EPHEMERAL:
            await self._gateway.dispatch("MESSAGE_DELETE", {**gone, "guild_id": server} if server else gone, server)

    async def _nothing(self, call: Call) -> None:
        self._state.channel(call.part("channel"))

    async def _unknown(self, _: Call) -> None:
        raise ApiError(404, 0, "404: Not Found")

    async def attachment(self, request: web.Request) -> web.Response:
        """GET a file of a message."""
        blob, kind = self._state.files.get(request.match_info["file"], (None, "text/plain"))
        return web.Response(status=404) if blob is None else web.Response(body=blob, content_type=kind)
