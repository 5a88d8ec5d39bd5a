"""Events of a channel in the words of the house: follows, subscriptions, raids, cheers, redemptions, streams. Pure.

`twitch:<message id>` is an event's id: Twitch keeps it when it delivers again.
"""

import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from bot.command import ReplyHandle
from bot.events import (
    AnyEvent,
    Cheered,
    Event,
    Followed,
    Gifted,
    Raided,
    Redeemed,
    Subscribed,
    WentLive,
    WentOffline,
)
from bot.message.plain import clean
from bot.platforms.twitch.incoming import INVISIBLE, PATIENCE, user_of
from bot.users import Place, User

if TYPE_CHECKING:
    from twitchio import PartialUser
    from twitchio.models.eventsub_ import BaseEvent

_E = TypeVar("_E", bound=Event)
_CHEERMOTE = re.compile(r"[A-Za-z]+([1-9][0-9]{0,6})", re.ASCII)


def happening(payload: "BaseEvent") -> tuple[AnyEvent, User]:
    """What happened, and whose room it happened in. Raises whatever an odd payload makes the library raise."""
    return _READ[str(payload.subscription_type)](payload)


def handle(event: AnyEvent, room: User, bot: str, received: int) -> ReplyHandle:
    """Where its subscribers may speak: the room; the reader is who did it, else the broadcaster. `received`: µs."""
    return ReplyHandle("twitch", bot, room.id, event.user or room, expires=received + PATIENCE)


def _made(payload: Any, kind: type[_E], user: "PartialUser | None", **fields: object) -> tuple[_E, User]:  # noqa: ANN401
    room = payload.to_broadcaster if kind is Raided else payload.broadcaster
    at = payload.timestamp
    event = kind(
        id=f"twitch:{payload.metadata.message_id}",
        place=Place("twitch", room.id),
        at=int(at.timestamp() * 1_000_000) if at else time.time_ns() // 1_000,
        user=user_of(user) if user else None,
        **fields,
    )
    return event, user_of(room)


def _line(text: str | None) -> str:
    return " ".join(clean(text or "").strip(INVISIBLE).split())


def _tier(name: str) -> int:
    """ "1000" is tier 1."""
    return int(name) // 1000


def _without_bits(text: str, bits: int) -> str:
    """The words of a cheer without its cheermotes (`Cheer100`), as far as their numbers add up to the bits given."""
    words, left = [], bits
    for word in text.split():
        found = _CHEERMOTE.fullmatch(word)
        if found and int(found[1]) <= left:
            left -= int(found[1])
        else:
            words.append(word)
    return text if left else " ".join(words)


def _redeemed(one: Any) -> tuple[AnyEvent, User]:  # noqa: ANN401  (twitchio's models carry no common type)
    return _made(
        one,
        Redeemed,
        one.user,
        reward=_line(one.reward.title),
        reward_id=one.reward.id,
        redemption=one.id,
        cost=one.reward.cost,
        text=_line(one.user_input),
    )


def _resubscribed(one: Any) -> tuple[AnyEvent, User]:  # noqa: ANN401
    return _made(one, Subscribed, one.user, tier=_tier(one.tier), months=one.cumulative_months, text=_line(one.text))


def _cheered(one: Any) -> tuple[AnyEvent, User]:  # noqa: ANN401
    giver = None if one.anonymous else one.user
    return _made(one, Cheered, giver, bits=one.bits, text=_without_bits(_line(one.message), one.bits))


def _gifted(one: Any) -> tuple[AnyEvent, User]:  # noqa: ANN401
    giver = None if one.anonymous else one.user
    return _made(one, Gifted, giver, count=one.total, tier=_tier(one.tier))


_READ: dict[str, Callable[[Any], tuple[AnyEvent, User]]] = {
    "channel.follow": lambda one: _made(one, Followed, one.user),
    "channel.subscribe": lambda one: _made(one, Subscribed, one.user, tier=_tier(one.tier), gifted=one.gift),
    "channel.subscription.message": _resubscribed,
    "channel.subscription.gift": _gifted,
    "channel.cheer": _cheered,
    "channel.raid": lambda one: _made(one, Raided, one.from_broadcaster, viewers=one.viewer_count),
    "channel.channel_points_custom_reward_redemption.add": _redeemed,
    "stream.online": lambda one: _made(one, WentLive, None),
    "stream.offline": lambda one: _made(one, WentOffline, None),
}
