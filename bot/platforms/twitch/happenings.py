"""Events of a channel in the words of the house: follows, subscriptions, raids, cheers, redemptions, streams. Pure.

`twitch:<message id>` is an event's id: Twitch keeps it when it delivers again.
"""

import re
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

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
from bot.platforms.twitch import wire
from bot.platforms.twitch.incoming import INVISIBLE, PATIENCE, user
from bot.users import Place, User

_E = TypeVar("_E", bound=Event)
_CHEERMOTE = re.compile(r"[A-Za-z]+([1-9][0-9]{0,6})", re.ASCII)


def happening(about: wire.Metadata, event: wire.Happening | wire.Raid) -> tuple[AnyEvent, User]:
    """What happened, and whose room it happened in. Raises `ValueError` for an odd time or tier."""
    return _READ[about.subscription_type](about, event)


def handle(event: AnyEvent, room: User, bot: str, received: int) -> ReplyHandle:
    """Where its subscribers may speak: the room; the reader is who did it, else the broadcaster. `received`: µs."""
    return ReplyHandle("twitch", bot, room.id, event.user or room, expires=received + PATIENCE)


def _made(about: wire.Metadata, kind: type[_E], room: User, who: User | None, **fields: object) -> tuple[_E, User]:
    at = about.message_timestamp
    event = kind(
        id=f"twitch:{about.message_id}",
        place=Place("twitch", room.id),
        at=int(datetime.fromisoformat(at).timestamp() * 1_000_000) if at else time.time_ns() // 1_000,
        user=who,
        **fields,
    )
    return event, room


def _room(one: wire.Happening) -> User:
    return user(one.broadcaster_user_id, one.broadcaster_user_login, one.broadcaster_user_name)


def _by(one: wire.Done) -> User:
    return user(one.user_id, one.user_login, one.user_name)


def _giver(one: wire.Given) -> User | None:
    hidden = one.is_anonymous or one.user_id is None
    return None if hidden else user(str(one.user_id), one.user_login or "", one.user_name or "")


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


def _followed(about: wire.Metadata, one: wire.Done) -> tuple[AnyEvent, User]:
    return _made(about, Followed, _room(one), _by(one))


def _subscribed(about: wire.Metadata, one: wire.Subscription) -> tuple[AnyEvent, User]:
    return _made(about, Subscribed, _room(one), _by(one), tier=_tier(one.tier), gifted=one.is_gift)


def _resubscribed(about: wire.Metadata, one: wire.Resubscription) -> tuple[AnyEvent, User]:
    said = {"months": one.cumulative_months, "text": _line(one.message.text)}
    return _made(about, Subscribed, _room(one), _by(one), tier=_tier(one.tier), **said)


def _gifted(about: wire.Metadata, one: wire.Gift) -> tuple[AnyEvent, User]:
    return _made(about, Gifted, _room(one), _giver(one), count=one.total, tier=_tier(one.tier))


def _cheered(about: wire.Metadata, one: wire.Cheer) -> tuple[AnyEvent, User]:
    text = _without_bits(_line(one.message), one.bits)
    return _made(about, Cheered, _room(one), _giver(one), bits=one.bits, text=text)


def _raided(about: wire.Metadata, one: wire.Raid) -> tuple[AnyEvent, User]:
    room = user(one.to_broadcaster_user_id, one.to_broadcaster_user_login, one.to_broadcaster_user_name)
    who = user(one.from_broadcaster_user_id, one.from_broadcaster_user_login, one.from_broadcaster_user_name)
    return _made(about, Raided, room, who, viewers=one.viewers)


def _redeemed(about: wire.Metadata, one: wire.Redemption) -> tuple[AnyEvent, User]:
    return _made(
        about,
        Redeemed,
        _room(one),
        _by(one),
        reward=_line(one.reward.title),
        reward_id=one.reward.id,
        redemption=one.id,
        cost=one.reward.cost,
        text=_line(one.user_input),
    )


_READ: dict[str, Callable[[wire.Metadata, Any], tuple[AnyEvent, User]]] = {
    "channel.follow": _followed,
    "channel.subscribe": _subscribed,
    "channel.subscription.message": _resubscribed,
    "channel.subscription.gift": _gifted,
    "channel.cheer": _cheered,
    "channel.raid": _raided,
    "channel.channel_points_custom_reward_redemption.add": _redeemed,
    "stream.online": lambda about, one: _made(about, WentLive, _room(one), None),
    "stream.offline": lambda about, one: _made(about, WentOffline, _room(one), None),
}
