"""What EventSub can tell of a channel besides its chat, and what each of it takes.

Source: dev.twitch.tv/docs/eventsub/eventsub-subscription-types. A subscription over a WebSocket is made with the token of
one user. For most types that must be the broadcaster; follows are told to moderators too, raids and streams to anybody.
"""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from msgspec import Struct

from bot.events import Cheered, Event, Followed, Gifted, Raided, Redeemed, Subscribed, WentLive, WentOffline
from bot.platforms.twitch.library import eventsub

if TYPE_CHECKING:
    from twitchio.eventsub import SubscriptionPayload


class Feed(Struct, frozen=True):
    """One type of EventSub, the event it becomes, and what the log calls it.

    `make` takes the ids of the room and of the token's user. One of `scopes` is enough; the first is the one to ask for.
    `owner`: the token must be the broadcaster's own.
    """

    kind: str
    event: type[Event]
    what: str
    make: Callable[[str, str], "SubscriptionPayload"]
    scopes: tuple[str, ...] = ()
    owner: bool = False

    def lacks(self, scopes: Collection[str]) -> str:
        """The scope that is missing; "" when there is enough."""
        return "" if not self.scopes or any(scope in scopes for scope in self.scopes) else self.scopes[0]


_SUBSCRIPTIONS = ("channel:read:subscriptions",)
_REDEMPTIONS = ("channel:manage:redemptions", "channel:read:redemptions")

FEEDS = (
    Feed(
        "channel.follow",
        Followed,
        "follows",
        lambda room, user: eventsub.ChannelFollowSubscription(broadcaster_user_id=room, moderator_user_id=user),
        ("moderator:read:followers",),
    ),
    Feed(
        "channel.subscribe",
        Subscribed,
        "subscriptions",
        lambda room, _: eventsub.ChannelSubscribeSubscription(broadcaster_user_id=room),
        _SUBSCRIPTIONS,
        owner=True,
    ),
    Feed(
        "channel.subscription.message",
        Subscribed,
        "resubscriptions",
        lambda room, _: eventsub.ChannelSubscribeMessageSubscription(broadcaster_user_id=room),
        _SUBSCRIPTIONS,
        owner=True,
    ),
    Feed(
        "channel.subscription.gift",
        Gifted,
        "gifts",
        lambda room, _: eventsub.ChannelSubscriptionGiftSubscription(broadcaster_user_id=room),
        _SUBSCRIPTIONS,
        owner=True,
    ),
    Feed(
        "channel.cheer",
        Cheered,
        "cheers",
        lambda room, _: eventsub.ChannelCheerSubscription(broadcaster_user_id=room),
        ("bits:read",),
        owner=True,
    ),
    Feed(
        "channel.channel_points_custom_reward_redemption.add",
        Redeemed,
        "redemptions",
        lambda room, _: eventsub.ChannelPointsRedeemAddSubscription(broadcaster_user_id=room),
        _REDEMPTIONS,
        owner=True,
    ),
    Feed(
        "channel.raid",
        Raided,
        "raids",
        lambda room, _: eventsub.ChannelRaidSubscription(to_broadcaster_user_id=room),
    ),
    Feed(
        "stream.online",
        WentLive,
        "the begin of streams",
        lambda room, _: eventsub.StreamOnlineSubscription(broadcaster_user_id=room),
    ),
    Feed(
        "stream.offline",
        WentOffline,
        "the end of streams",
        lambda room, _: eventsub.StreamOfflineSubscription(broadcaster_user_id=room),
    ),
)
