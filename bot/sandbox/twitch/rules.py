"""What EventSub asks of a subscription: version, condition, whose token, which scope.

Source: dev.twitch.tv/docs/eventsub/eventsub-subscription-types and dev.twitch.tv/docs/eventsub/manage-subscriptions (costs).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bot.sandbox.twitch.oauth import Token
from bot.sandbox.twitch.wire import ApiError, Json


@dataclass(frozen=True, slots=True)
class Rule:
    """One type. `condition` are the keys it must have, `optional` those it may have; `by` is whose id the token must bear.

    `scopes` are those of which one is enough, empty where none is needed.
    """

    condition: tuple[str, ...]
    scopes: frozenset[str] = frozenset()
    by: Literal["user", "moderator", "broadcaster", "anybody"] = "anybody"
    optional: tuple[str, ...] = ()


def _broadcasters(*scopes: str, optional: tuple[str, ...] = ()) -> Rule:
    return Rule(("broadcaster_user_id",), frozenset(scopes), "broadcaster", optional)


RULES = {
    ("channel.chat.message", "1"): Rule(("broadcaster_user_id", "user_id"), frozenset({"user:read:chat"}), "user"),
    ("user.whisper.message", "1"): Rule(
        ("user_id",), frozenset({"user:read:whispers", "user:manage:whispers"}), "user"
    ),
    ("channel.follow", "2"): Rule(
        ("broadcaster_user_id", "moderator_user_id"), frozenset({"moderator:read:followers"}), "moderator"
    ),
    ("channel.subscribe", "1"): _broadcasters("channel:read:subscriptions"),
    ("channel.subscription.gift", "1"): _broadcasters("channel:read:subscriptions"),
    ("channel.subscription.message", "1"): _broadcasters("channel:read:subscriptions"),
    ("channel.cheer", "1"): _broadcasters("bits:read"),
    ("channel.channel_points_custom_reward_redemption.add", "1"): _broadcasters(
        "channel:read:redemptions", "channel:manage:redemptions", optional=("reward_id",)
    ),
    ("channel.raid", "1"): Rule((), optional=("to_broadcaster_user_id", "from_broadcaster_user_id")),
    ("stream.online", "1"): Rule(("broadcaster_user_id",)),
    ("stream.offline", "1"): Rule(("broadcaster_user_id",)),
}
"""By type and version."""


def rule_of(body: Json) -> Rule:
    """What this request is held to. Raises `ApiError` 400 for a type or version that does not exist."""
    rule = RULES.get((body.get("type", ""), str(body.get("version", ""))))
    if rule is None:
        raise ApiError(400, "invalid subscription type and version")
    return rule


def condition_of(rule: Rule, body: Json, exists: Callable[[str], bool]) -> Json:
    """The condition without its empty keys. Raises `ApiError` 400."""
    given = body.get("condition")
    if not isinstance(given, dict) or not set(rule.condition) <= set(given) <= {*rule.condition, *rule.optional}:
        raise ApiError(400, "invalid condition")
    condition = {key: value for key, value in given.items() if value != "" or key in rule.condition}
    people = {key: value for key, value in condition.items() if key.endswith("user_id")}
    if not people or not all(isinstance(value, str) and exists(value) for value in people.values()):
        raise ApiError(400, "invalid condition")
    if body["type"] == "channel.raid" and len(condition) != 1:
        raise ApiError(400, "invalid condition")
    return condition


def authorise(rule: Rule, token: Token, condition: Json, moderates: Callable[[str, str], bool]) -> None:
    """Is this token enough? `moderates` tells whether a user (id) moderates or owns a room (id). Raises `ApiError` 403."""
    me = token.user.id if token.user else ""
    match rule.by:
        case "anybody":
            allowed = True
        case "moderator":
            allowed = condition["moderator_user_id"] == me and moderates(me, condition["broadcaster_user_id"])
        case who:
            allowed = condition["user_id" if who == "user" else "broadcaster_user_id"] == me
    if not allowed or (rule.scopes and not rule.scopes & set(token.scopes)):
        raise ApiError(403, "subscription missing proper authorization")
