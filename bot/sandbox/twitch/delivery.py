"""Events on their way to the bot: remembered by the caller's own name for them, delivered, recorded."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from bot.sandbox.emulator import Delivered
from bot.sandbox.twitch.eventsub import EventSub
from bot.sandbox.twitch.wire import Json
from bot.sandbox.world import Recorder, SandboxError

_AGAIN = 5_000  # events that can be delivered again


class Event(Struct):
    """Something that happened: its type, whom it is for, what is on record about it, its frames by subscription."""

    kind: str
    match: dict[str, str]
    event: Json
    about: Json
    frames: dict[str, Json] = {}


class Delivery:
    """Hands events to the sockets that subscribed to them."""

    def __init__(self, sockets: EventSub, record: Recorder) -> None:
        self._sockets, self._record = sockets, record
        self._events: OrderedDict[str, list[Event]] = OrderedDict()

    def known(self, event_id: str | None) -> list[Event] | None:
        """What was delivered under this name before."""
        return self._events.get(event_id) if event_id is not None else None

    async def deliver(self, events: Sequence[Event], event_id: str | None = None) -> Delivered:
        """One happening, as every room that shares it gets it. Raises `SandboxError` when nobody listens.

        Delivered again under the same name, the frames are the same.
        """
        first: Json | None = None
        for event in events:
            frames = await self.send(event)
            first = first or next(iter(frames.values()), None)
        if first is None:
            kind = events[0].kind
            raise SandboxError(f"the bot does not listen to this place of Twitch just now ({kind})")
        if event_id is not None:
            self._events[event_id] = list(events)
            while len(self._events) > _AGAIN:
                self._events.popitem(last=False)
        return Delivered(first, first["metadata"]["message_id"])

    async def send(self, event: Event) -> dict[str, Json]:
        """Deliver and record; its frames by subscription, empty where nobody listens."""
        frames = await self._sockets.notify(event.kind, event.match, event.event, event.frames)
        event.frames |= frames
        for frame in frames.values():
            self._remember(event, frame)
        return frames

    def _remember(self, event: Event, frame: Mapping[str, Any]) -> None:
        about = {**event.about, "event": frame["metadata"]["message_id"]}
        self._record.add("twitch", "in", event.kind, frame, **about)
