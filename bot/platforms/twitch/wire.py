"""What Twitch sends, read once into what is needed of it: the frames of a socket, and the answer to a line of ours. Pure.

The library's own objects of events are never made. Names and types are Twitch's. Source: dev.twitch.tv/docs/eventsub
(handling-websocket-events, eventsub-reference), dev.twitch.tv/docs/api/reference#send-chat-message.
"""

import json
from collections.abc import Callable
from typing import Final, Generic, TypeAlias, TypeVar

import msgspec
from msgspec import Raw, Struct

_Event = TypeVar("_Event")


class _Told(Struct, gc=False):
    """Never a part of itself."""


class Metadata(_Told):
    """What a frame says of itself. `message_id` is kept when it is sent again; `subscription_type` is of notifications."""

    message_id: str
    message_type: str
    message_timestamp: str = ""
    subscription_type: str = ""


class Frame(_Told):
    """One message of a socket."""

    metadata: Metadata
    payload: Raw = Raw(b"null")


# -- what is said


class Mention(_Told):
    """Who is named in a line."""

    user_id: str
    user_login: str
    user_name: str


class Fragment(_Told):
    """A piece of a line."""

    text: str
    mention: Mention | None = None


class Words(_Told):
    """What was typed."""

    fragments: list[Fragment]


class Badge(_Told):
    """What somebody wears in a room."""

    set_id: str


class Bits(_Told):
    """What was given with a line."""

    bits: int


class Parent(_Told):
    """The line that is replied to."""

    parent_message_id: str
    parent_message_body: str
    parent_user_id: str
    parent_user_login: str
    parent_user_name: str


class Line(_Told):
    """`channel.chat.message`. `source_…` tells of the room of a shared chat that it was typed in, if that is another one."""

    broadcaster_user_id: str
    chatter_user_id: str
    chatter_user_login: str
    chatter_user_name: str
    message_id: str
    message: Words
    badges: list[Badge]
    cheer: Bits | None = None
    reply: Parent | None = None
    channel_points_custom_reward_id: str | None = None
    source_broadcaster_user_id: str | None = None
    source_message_id: str | None = None


class Text(_Told):
    """What was whispered, or said with a resubscription."""

    text: str


class Whisper(_Told):
    """`user.whisper.message`."""

    from_user_id: str
    from_user_login: str
    from_user_name: str
    whisper_id: str
    whisper: Text


# -- what happens


class Happening(_Told):
    """An event of somebody's room."""

    broadcaster_user_id: str
    broadcaster_user_login: str
    broadcaster_user_name: str


class Done(Happening):
    """By somebody; no more is needed of `channel.follow`."""

    user_id: str
    user_login: str
    user_name: str


class Subscription(Done):
    """`channel.subscribe`. `tier` is "1000" to "3000"."""

    tier: str
    is_gift: bool


class Resubscription(Done):
    """`channel.subscription.message`."""

    tier: str
    cumulative_months: int
    message: Text


class Given(Happening):
    """By somebody who may not want to be named."""

    is_anonymous: bool
    user_id: str | None
    user_login: str | None
    user_name: str | None


class Gift(Given):
    """`channel.subscription.gift`: `total` subscriptions for others."""

    total: int
    tier: str


class Cheer(Given):
    """`channel.cheer`."""

    bits: int
    message: str | None = None


class Raid(_Told):
    """`channel.raid`."""

    from_broadcaster_user_id: str
    from_broadcaster_user_login: str
    from_broadcaster_user_name: str
    to_broadcaster_user_id: str
    to_broadcaster_user_login: str
    to_broadcaster_user_name: str
    viewers: int


class Reward(_Told):
    """What channel points are spent on."""

    id: str
    title: str
    cost: int


class Redemption(Done):
    """`channel.channel_points_custom_reward_redemption.add`."""

    id: str
    reward: Reward
    user_input: str | None = None


Event: TypeAlias = Line | Whisper | Happening | Raid

# -- what is answered


class Dropped(_Told):
    """Why a line is not shown."""

    code: str | None = None


class Posted(_Told):
    """What became of a line of ours. One that is not shown may have no id."""

    message_id: str | None
    is_sent: bool
    drop_reason: Dropped | None = None


class _Answer(_Told):
    data: tuple[Posted]


class _Payload(_Told, Generic[_Event]):
    event: _Event


_EVENTS: Final[dict[str, type[Event]]] = {
    "channel.chat.message": Line,
    "user.whisper.message": Whisper,
    "channel.follow": Done,
    "channel.subscribe": Subscription,
    "channel.subscription.message": Resubscription,
    "channel.subscription.gift": Gift,
    "channel.cheer": Cheer,
    "channel.raid": Raid,
    "channel.channel_points_custom_reward_redemption.add": Redemption,
    "stream.online": Happening,
    "stream.offline": Happening,
}
_FRAME: Final[Callable[[str], Frame]] = msgspec.json.Decoder(Frame).decode
_PAYLOAD: Final[dict[str, Callable[[Raw], _Payload[Event]]]] = {
    kind: msgspec.json.Decoder(_Payload[event]).decode  # type: ignore[valid-type]
    for kind, event in _EVENTS.items()
}


def frame(text: str) -> Frame:
    """Raises `ValueError` and `RecursionError` when it is none. Halves of surrogate pairs become U+FFFD."""
    try:
        return _FRAME(text)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        whole = json.dumps(json.loads(text), ensure_ascii=False).encode("utf-16", "surrogatepass")
        return _FRAME(whole.decode("utf-16", "replace"))


def event(kind: str, payload: Raw) -> Event:
    """Of a notification. Raises `KeyError` for a type that is not known, `ValueError` and `RecursionError` for an odd one."""
    return _PAYLOAD[kind](payload).event


def posted(answer: object) -> Posted:
    """The answer to a line of ours, as JSON was decoded. Raises `msgspec.ValidationError`."""
    found: _Answer = msgspec.convert(answer, _Answer)
    return found.data[0]
