"""EventSub over WebSocket (dev.twitch.tv/docs/eventsub/handling-websocket-events)."""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from bot.sandbox.twitch.oauth import Token
from bot.sandbox.twitch.rules import authorise, condition_of, rule_of
from bot.sandbox.twitch.wire import ApiError, Json, new_id, stamp

_SOCKETS, _SUBSCRIPTIONS, _MAX_COST = 3, 300, 10


@dataclass(slots=True, eq=False)
class Session:
    """One socket. `last` is when something was sent, on the monotonic clock; `keepalive` is in seconds."""

    ws: web.WebSocketResponse
    transport: asyncio.Transport | None
    keepalive: int
    id: str = field(default_factory=lambda: f"sandbox_{new_id()}")
    last: float = 0.0

    async def send(self, frame: Json) -> bool:
        """False when the socket is gone."""
        self.last = time.monotonic()
        with suppress(ConnectionError, RuntimeError):
            await self.ws.send_json(frame)
            return True
        return False


class EventSub:
    """Every session and subscription. `unused` and `grace` are the seconds before closing with 4003 and 4004.

    `moderates` tells whether a user (id) moderates or owns a room (id), `granted` whether a user (id) has connected the
    application: then a subscription costs nothing.
    """

    def __init__(
        self,
        now: Callable[[], float],
        user_exists: Callable[[str], bool],
        moderates: Callable[[str, str], bool],
        granted: Callable[[str], bool],
    ) -> None:
        self._now, self._user_exists, self._moderates, self._granted = now, user_exists, moderates, granted
        self.sessions: dict[str, Session] = {}
        self.subscriptions: dict[str, Json] = {}
        self.owners: dict[str, str] = {}  # session id: user id
        self.unused, self.grace = 10.0, 30.0
        self.address = ""
        self._moving: dict[str, str] = {}  # word of a reconnect address: session id
        self._tasks: set[asyncio.Task[None]] = set()

    def frame(self, kind: str, payload: Json, subscription: Json | None = None) -> Json:
        """A frame with a new message id."""
        metadata = {"message_id": new_id(), "message_type": kind, "message_timestamp": stamp(self._now())}
        if subscription:
            metadata |= {"subscription_type": subscription["type"], "subscription_version": subscription["version"]}
        return {"metadata": metadata, "payload": payload}

    # -- sockets

    async def socket(self, request: web.Request) -> web.StreamResponse:
        """GET /ws."""
        keepalive = request.query.get("keepalive_timeout_seconds", "10")
        if not keepalive.isdigit() or not 10 <= int(keepalive) <= 600:
            raise ApiError(400, "keepalive_timeout_seconds must be between 10 and 600")
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        word = request.query.get("reconnect")
        if word is not None and word not in self._moving:
            await ws.close(code=4007, message=b"invalid reconnect")
            return ws
        session = Session(ws, request.transport, int(keepalive))
        await self._serve(session, self._moving.pop(word, None) if word else None)
        return ws

    async def _serve(self, session: Session, previous: str | None) -> None:
        self.sessions[session.id] = session
        timers = [asyncio.create_task(self._keep_alive(session)), asyncio.create_task(self._unused(session))]
        try:
            await session.send(self.frame("session_welcome", {"session": self._session(session, "connected")}))
            if previous:
                self._move(previous, session.id)
            async for message in session.ws:
                if message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                    await session.ws.close(code=4001, message=b"client sent inbound traffic")
        finally:
            for timer in timers:
                timer.cancel()
            self._gone(session.id)

    def _session(self, session: Session, status: str, reconnect_url: str | None = None) -> Json:
        seconds = session.keepalive if status == "connected" else None
        return {
            "id": session.id, "status": status, "connected_at": stamp(self._now()),
            "keepalive_timeout_seconds": seconds, "reconnect_url": reconnect_url, "recovery_url": None,
        }  # fmt: skip

    async def _keep_alive(self, session: Session) -> None:
        while not session.ws.closed:
            await asyncio.sleep(session.keepalive / 4)
            if time.monotonic() - session.last >= session.keepalive / 2:
                await session.send(self.frame("session_keepalive", {}))

    async def _unused(self, session: Session) -> None:
        await asyncio.sleep(self.unused)
        if not self._of(session.id):
            await session.ws.close(code=4003, message=b"connection unused")

    def _of(self, session_id: str) -> list[Json]:
        return [one for one in self.subscriptions.values() if one["transport"]["session_id"] == session_id]

    def _gone(self, session_id: str) -> None:
        self.sessions.pop(session_id, None)
        self.owners.pop(session_id, None)
        for subscription in self._of(session_id):
            del self.subscriptions[subscription["id"]]

    def _move(self, old: str, new: str) -> None:
        """Subscriptions go over to the new socket; the old one is the client's to close."""
        if old in self.owners:
            self.owners[new] = self.owners.pop(old)
        for subscription in self._of(old):
            subscription["transport"]["session_id"] = new

    # -- subscriptions

    def subscribe(self, token: Token, body: Json) -> Json:
        """POST /helix/eventsub/subscriptions. Raises `ApiError`."""
        transport, rule = body.get("transport", {}), rule_of(body)
        if transport.get("method") != "websocket" or token.user is None:
            raise ApiError(400, "invalid transport and auth combination")
        session = transport.get("session_id")
        if session not in self.sessions:
            raise ApiError(400, "websocket transport session does not exist or has already disconnected")
        condition = condition_of(rule, body, self._user_exists)
        authorise(rule, token, condition, self._moderates)
        self._room_for(token.user.id, session, body["type"], condition)
        cost = 0 if rule.scopes or any(map(self._granted, condition.values())) else 1
        if self._cost(token.user.id) + cost > _MAX_COST:
            raise ApiError(429, "subscription cost exceeds the maximum total cost")
        self.owners[session] = token.user.id
        return self._made(session, body, condition, cost)

    def _cost(self, user: str) -> int:
        sessions = {one for one, owner in self.owners.items() if owner == user}
        return sum(one["cost"] for one in self.subscriptions.values() if one["transport"]["session_id"] in sessions)

    def _room_for(self, user: str, session: str, kind: str, condition: Json) -> None:
        if self.owners.get(session, user) != user:
            raise ApiError(400, "websocket transport cannot have subscriptions created by different users")
        mine = self._of(session)
        for one in mine:
            if (one["type"], one["condition"]) == (kind, condition):
                raise ApiError(409, f"subscription already exists id={one['id']}")
        others = sum(owner == user for one, owner in self.owners.items() if one != session)
        if others >= _SOCKETS:
            raise ApiError(429, "number of websocket transports limit exceeded")
        if len(mine) >= _SUBSCRIPTIONS:
            raise ApiError(429, "number of websocket subscriptions limit exceeded")

    def _made(self, session: str, body: Json, condition: Json, cost: int) -> Json:
        made = {
            "id": new_id(), "status": "enabled", "type": body["type"], "version": str(body["version"]),
            "condition": condition, "created_at": stamp(self._now()), "cost": cost,
            "transport": {"method": "websocket", "session_id": session, "connected_at": stamp(self._now())},
        }  # fmt: skip
        self.subscriptions[made["id"]] = made
        return self.listing([made])

    def listing(self, some: list[Json]) -> Json:
        """Subscriptions with the totals that go with every answer."""
        total = sum(one["cost"] for one in self.subscriptions.values())
        return {"data": some, "total": len(self.subscriptions), "total_cost": total, "max_total_cost": _MAX_COST}

    # -- to the bot

    async def notify(
        self, kind: str, match: Mapping[str, str], event: Json, earlier: Mapping[str, Json]
    ) -> dict[str, Json]:
        """Deliver to every subscription whose condition does not say otherwise than `match`; its frames by subscription id.

        `earlier` are the frames of the same event delivered before: they go out again as they were.
        """
        out: dict[str, Json] = {}
        for one in list(self.subscriptions.values()):
            wanted = one["condition"]
            if one["type"] != kind or any(wanted.get(key, value) != value for key, value in match.items()):
                continue
            payload = {"subscription": _snapshot(one), "event": event}
            frame = (
                earlier.get(one["id"]) or next(iter(earlier.values()), None) or self.frame("notification", payload, one)
            )
            if await self.sessions[one["transport"]["session_id"]].send(frame):
                out[one["id"]] = frame
        return out

    async def revoke(self, status: str, user: str) -> None:
        """Take every subscription of this user (id) away and say so."""
        for one in list(self.subscriptions.values()):
            if self.owners.get(one["transport"]["session_id"]) != user:
                continue
            del self.subscriptions[one["id"]]
            frame = self.frame("revocation", {"subscription": {**_snapshot(one), "status": status}}, one)
            await self.sessions[one["transport"]["session_id"]].send(frame)

    async def reconnect(self) -> None:
        """Ask every client to come to another address; the old socket is closed with 4004 after `grace`."""
        for session in list(self.sessions.values()):
            word = new_id()
            self._moving[word] = session.id
            described = self._session(session, "reconnecting", f"{self.address}/ws?reconnect={word}")
            await session.send(self.frame("session_reconnect", {"session": described}))
            task = asyncio.create_task(self._expire(session, word))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _expire(self, session: Session, word: str) -> None:
        await asyncio.sleep(self.grace)
        self._moving.pop(word, None)
        await session.ws.close(code=4004, message=b"reconnect grace time expired")

    def drop(self) -> None:
        """Cut every connection, without a word."""
        for session in self.sessions.values():
            if session.transport:
                session.transport.abort()

    async def close(self) -> None:
        """The service goes down."""
        for task in self._tasks:
            task.cancel()
        for session in list(self.sessions.values()):
            await session.ws.close(code=4000, message=b"internal server error")


def _snapshot(subscription: Json) -> Json:
    """As frames show it: what is sent does not change afterwards."""
    transport = {"method": "websocket", "session_id": subscription["transport"]["session_id"]}
    return {**subscription, "transport": transport}
