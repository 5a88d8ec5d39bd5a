"""The gateway, server side: sessions, heartbeats, RESUME and close codes (Discord's documentation, "Gateway")."""

import json
import zlib
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from bot.sandbox.discord.errors import Json
from bot.sandbox.discord.messages import names
from bot.sandbox.discord.state import State

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME, RECONNECT, MEMBERS, INVALID, HELLO, ACK = (
    *range(5),
    *range(6, 12),
)
UNKNOWN_OP, DECODE, NOT_YET, BAD_TOKEN, TWICE, BAD_SHARD, DISALLOWED = 4001, 4002, 4003, 4004, 4005, 4010, 4014
GUILD_MEMBERS, PRESENCES, GUILD_MESSAGES, GUILD_REACTIONS, DIRECT_MESSAGES, DIRECT_REACTIONS, CONTENT = (
    1 << n for n in (1, 8, 9, 10, 12, 13, 15)
)
PRIVILEGED = GUILD_MEMBERS | PRESENCES | CONTENT
_KEPT, _FRAME, _BEAT_MS = 500, 4096, 41_250


@dataclass(slots=True)
class Session:
    """What a client may resume: events are kept while its socket is gone."""

    id: str
    intents: int
    shard: tuple[int, int]
    socket: "Socket"
    seq: int = 0
    kept: list[Json] = field(default_factory=list)

    def serves(self, guild: str | None) -> bool:
        """Direct messages come on shard 0 only."""
        return (int(guild or 0) >> 22) % self.shard[1] == self.shard[0]

    async def emit(self, name: str, payload: Json) -> None:
        """Dispatch one event."""
        self.seq += 1
        frame = {"op": DISPATCH, "d": payload, "s": self.seq, "t": name}
        self.kept = [*self.kept[-_KEPT:], frame]
        await self.socket.send(frame)


def _needed(name: str, guild: str | None) -> int:
    """The intent that an event belongs to; 0 for what comes without one."""
    if name.startswith("GUILD_MEMBER_"):
        return GUILD_MEMBERS
    if name.startswith("MESSAGE_REACTION_"):
        return GUILD_REACTIONS if guild else DIRECT_REACTIONS
    if name.startswith("MESSAGE_"):
        return GUILD_MESSAGES if guild else DIRECT_MESSAGES
    return 0


class Socket:
    """One connection, compressed when `zlib-stream` was asked for."""

    def __init__(self, ws: web.WebSocketResponse, compress: str | None) -> None:
        self.ws = ws
        self._zlib = zlib.compressobj() if compress == "zlib-stream" else None

    async def send(self, frame: Json) -> None:
        """Nothing is sent into a closed socket."""
        if self.ws.closed:
            return
        await self.write(json.dumps({"s": None, "t": None, **frame}, separators=(",", ":")))

    async def write(self, text: str) -> None:
        """Send any text, also one that is no frame."""
        try:
            if self._zlib:
                await self.ws.send_bytes(self._zlib.compress(text.encode()) + self._zlib.flush(zlib.Z_SYNC_FLUSH))
            else:
                await self.ws.send_str(text)
        except ConnectionError:
            await self.ws.close()

    async def close(self, code: int) -> None:
        """Close with one of Discord's codes."""
        await self.ws.close(code=code)


class Gateway:
    """Every session of the bot. `allowed` are the privileged intents switched on in the developer portal."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._sessions: dict[str, Session] = {}
        self._sockets: set[Socket] = set()
        self.allowed = PRIVILEGED
        self.refuse = 0
        self.log: list[tuple[int, Any]] = []

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """GET / with an upgrade. `refuse` counts down connections that are answered with 503."""
        if self.refuse:
            self.refuse -= 1
            return web.Response(status=503)
        ws = web.WebSocketResponse(compress=False, max_msg_size=_FRAME)
        await ws.prepare(request)
        socket = Socket(ws, request.query.get("compress"))
        self._sockets.add(socket)
        try:
            await socket.send({"op": HELLO, "d": {"heartbeat_interval": _BEAT_MS, "_trace": []}})
            await self._listen(socket)
        finally:
            self._sockets.discard(socket)
        return ws

    async def _listen(self, socket: Socket) -> None:
        session: Session | None = None
        async for message in socket.ws:
            try:
                frame = json.loads(message.data) if message.type is WSMsgType.TEXT else {}
                op, d = frame["op"], frame["d"]
            except (ValueError, KeyError, TypeError):
                return await socket.close(DECODE)
            self.log.append((op, d))
            if op == IDENTIFY and session is None:
                session = await self._identify(socket, d)
            elif op == RESUME:
                session = await self._resume(socket, d)
            else:
                await self._other(socket, session, op, d)
        return None

    async def _other(self, socket: Socket, session: Session | None, op: int, d: Any) -> None:
        if op == HEARTBEAT:
            await socket.send({"op": ACK, "d": None})
        elif op not in (IDENTIFY, PRESENCE, VOICE, MEMBERS):
            await socket.close(UNKNOWN_OP)
        elif session is None:
            await socket.close(NOT_YET)
        elif op == IDENTIFY:
            await socket.close(TWICE)
        elif op == MEMBERS:
            await session.emit(
                "GUILD_MEMBERS_CHUNK", self._state.chunk(str(d["guild_id"]), d.get("nonce"), d.get("query") or "")
            )

    async def _identify(self, socket: Socket, d: Json) -> Session | None:
        shard = (int((d.get("shard") or (0, 1))[0]), int((d.get("shard") or (0, 1))[1]))
        if code := self._objection(d, shard):
            await socket.close(code)
            return None
        self._sessions = {key: one for key, one in self._sessions.items() if not one.socket.ws.closed}
        session = Session(self._state.new_id(), d["intents"], shard, socket)
        self._sessions[session.id] = session
        guilds = [guild for guild in self._state.guilds() if session.serves(guild["id"])]
        ready = {"v": 10, "user": self._state.bot, "session_id": session.id, "shard": list(shard)}
        ready["resume_gateway_url"] = f"ws://127.0.0.1:{self._state.port}/"
        ready["application"] = {"id": self._state.application_id, "flags": 0}
        await session.emit("READY", {**ready, "guilds": [{"id": g["id"], "unavailable": True} for g in guilds]})
        for guild in guilds:
            seen = [m for m in guild["members"] if d["intents"] & GUILD_MEMBERS or m["user"]["bot"]]
            await session.emit("GUILD_CREATE", {**guild, "members": seen})
        return session

    def _objection(self, d: Json, shard: tuple[int, int]) -> int | None:
        """The close code of an IDENTIFY that is not taken."""
        if d["token"] != self._state.token:
            return BAD_TOKEN
        if d["intents"] & PRIVILEGED & ~self.allowed:
            return DISALLOWED
        return None if 0 <= shard[0] < shard[1] else BAD_SHARD

    async def _resume(self, socket: Socket, d: Json) -> Session | None:
        session = self._sessions.get(d["session_id"])
        if session is None or d["token"] != self._state.token:
            await socket.send({"op": INVALID, "d": False})
            return None
        session.socket = socket
        for frame in [one for one in session.kept if one["s"] > (d["seq"] or 0)]:
            await socket.send(frame)
        await session.emit("RESUMED", {"_trace": []})
        return session

    async def dispatch(self, name: str, payload: Json, guild: str | None) -> None:
        """To every session that may see it."""
        for session in tuple(self._sessions.values()):
            if session.serves(guild) and (seen := self._seen(session, name, payload, guild)):
                await session.emit(name, seen)

    def _seen(self, session: Session, name: str, payload: Json, guild: str | None) -> Json | None:
        """The event as this session's intents show it; None when they do not."""
        needed = _needed(name, guild)
        if needed and not session.intents & needed:
            return None
        if not name.startswith("MESSAGE_"):
            return payload
        bot = self._state.bot["id"]
        if not guild or "content" not in payload or session.intents & CONTENT:
            return payload
        if payload["author"]["id"] == bot or names(payload["content"], bot):
            return payload
        return {**payload, "content": "", "embeds": [], "attachments": [], "components": []}

    async def garble(self, text: str) -> None:
        """Send something that is no frame."""
        for socket in tuple(self._sockets):
            await socket.write(text)

    async def drop(self, code: int = 4000) -> None:
        """Close every socket; sessions stay and can be resumed."""
        for socket in tuple(self._sockets):
            await socket.close(code)

    async def forget(self) -> None:
        """Close every socket and let no session be resumed."""
        self._sessions.clear()
        await self.drop()

    @property
    def online(self) -> bool:
        """True while the bot is connected."""
        return any(not session.socket.ws.closed for session in self._sessions.values())
