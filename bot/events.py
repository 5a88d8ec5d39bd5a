"""What happens on a platform besides commands: follows, raids, joins, reactions. One event model for all of them.

An event reaches its subscribers (`@on(Raided)`) the way a command reaches its handler: accepted once, in the lane of who
did it, answered through the outbox. `at` is in microseconds since the epoch; `id` is the platform's own and stable over
redelivery.
"""

from typing import TypeAlias

from msgspec import Struct

from bot.users import Place, User


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="t"):
    """The base of all events. `user` is who did it; None where nobody did or the platform hides who."""

    id: str
    place: Place
    at: int
    user: User | None = None


class Followed(Event, frozen=True, tag="followed"):
    """Somebody follows the channel (Twitch `channel.follow`)."""


class Subscribed(Event, frozen=True, tag="subscribed"):
    """Somebody subscribed, was given a subscription, or goes on with one (Twitch `channel.subscribe`, `.message`).

    `tier` is 1 to 3; `months` counts all months so far; `gifted` when somebody else paid.
    """

    tier: int = 1
    months: int = 1
    gifted: bool = False
    text: str = ""


class Gifted(Event, frozen=True, tag="gifted"):
    """Somebody gave `count` subscriptions to others (Twitch `channel.subscription.gift`)."""

    count: int
    tier: int = 1


class Raided(Event, frozen=True, tag="raided"):
    """Another channel sent its viewers here (Twitch `channel.raid`); `user` is that channel."""

    viewers: int


class Cheered(Event, frozen=True, tag="cheered"):
    """Bits were given (Twitch `channel.cheer`)."""

    bits: int
    text: str = ""


class Redeemed(Event, frozen=True, tag="redeemed"):
    """Channel points were spent (Twitch redemption). `redemption` and `reward_id` are what fulfilling it takes."""

    reward: str
    reward_id: str
    redemption: str
    cost: int
    text: str = ""


class WentLive(Event, frozen=True, tag="live"):
    """A stream began (Twitch `stream.online`)."""


class WentOffline(Event, frozen=True, tag="offline"):
    """A stream ended (Twitch `stream.offline`)."""


class Joined(Event, frozen=True, tag="joined"):
    """Somebody became a member (Discord `GUILD_MEMBER_ADD`, Telegram `new_chat_members`)."""


class Left(Event, frozen=True, tag="left"):
    """Somebody is no longer a member (Discord `GUILD_MEMBER_REMOVE`, Telegram `left_chat_member`)."""


class Reacted(Event, frozen=True, tag="reacted"):
    """A reaction was put on a message or taken off (Discord, Telegram). `emoji` is the character or its name."""

    message: str
    emoji: str
    added: bool = True


class Spoke(Event, frozen=True, tag="spoke"):
    """A line of talk, of rooms that somebody listens to (`Ingress.listens`); everywhere else talk is neither kept nor seen."""

    message: str
    text: str


AnyEvent: TypeAlias = (
    Followed
    | Subscribed
    | Gifted
    | Raided
    | Cheered
    | Redeemed
    | WentLive
    | WentOffline
    | Joined
    | Left
    | Reacted
    | Spoke
)
