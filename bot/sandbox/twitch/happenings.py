"""The events of a channel besides chat, as EventSub writes them. Pure.

Source: dev.twitch.tv/docs/eventsub/eventsub-subscription-types. Every function gives type, condition and event.
"""

from bot.sandbox.twitch.wire import Json, stamp, who
from bot.users import User

Happening = tuple[str, dict[str, str], Json]
REDEEMED = "channel.channel_points_custom_reward_redemption.add"


def _of(kind: str, room: User, **event: object) -> Happening:
    return kind, {"broadcaster_user_id": room.id}, {**who("broadcaster_", room), **event}


def _somebody(user: User | None) -> Json:
    return who("", user) if user else {"user_id": None, "user_login": None, "user_name": None}


def follow(room: User, user: User, now: float) -> Happening:
    """channel.follow (version 2)."""
    return _of("channel.follow", room, **who("", user), followed_at=stamp(now))


def subscribe(room: User, user: User, tier: int, *, gift: bool) -> Happening:
    """channel.subscribe: a new subscription, paid by themselves or by somebody else."""
    return _of("channel.subscribe", room, **who("", user), tier=f"{tier}000", is_gift=gift)


def resubscribe(room: User, user: User, tier: int, months: int, text: str) -> Happening:
    """channel.subscription.message: a subscription goes on, with a line of chat."""
    return _of(
        "channel.subscription.message", room, **who("", user), tier=f"{tier}000", message={"text": text, "emotes": []},
        cumulative_months=months, streak_months=None, duration_months=1,
    )  # fmt: skip


def gift(room: User, user: User | None, count: int, tier: int) -> Happening:
    """channel.subscription.gift; without a user it is anonymous."""
    return _of(
        "channel.subscription.gift", room, **_somebody(user), total=count, tier=f"{tier}000",
        cumulative_total=count if user else None, is_anonymous=user is None,
    )  # fmt: skip


def cheer(room: User, user: User | None, bits: int, text: str) -> Happening:
    """channel.cheer; without a user it is anonymous."""
    return _of("channel.cheer", room, **_somebody(user), is_anonymous=user is None, message=text, bits=bits)


def raid(room: User, user: User, viewers: int) -> Happening:
    """channel.raid: `user` is the broadcaster who sends viewers here."""
    condition = {"to_broadcaster_user_id": room.id, "from_broadcaster_user_id": user.id}
    event = {**who("from_broadcaster_", user), **who("to_broadcaster_", room), "viewers": viewers}
    return "channel.raid", condition, event


def redeemed(redemption: Json) -> Happening:
    """The same redemption as Helix shows it, in the words of EventSub."""
    room = {f"broadcaster_user_{key}": redemption[f"broadcaster_{key}"] for key in ("id", "login", "name")}
    rest = {key: value for key, value in redemption.items() if not key.startswith("broadcaster_")}
    event = {**room, **rest, "status": redemption["status"].lower()}
    condition = {"broadcaster_user_id": redemption["broadcaster_id"], "reward_id": redemption["reward"]["id"]}
    return REDEEMED, condition, event


def live(room: User, stream: str, now: float) -> Happening:
    """stream.online."""
    return _of("stream.online", room, id=stream, type="live", started_at=stamp(now))


def offline(room: User, stream: str) -> Happening:
    """stream.offline."""
    return _of("stream.offline", room, id=stream)
