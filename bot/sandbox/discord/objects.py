"""Discord's objects, with the keys that clients cannot do without (facts of API v10)."""

import itertools
import time
from datetime import UTC, datetime
from typing import Any

from bot.sandbox.world import Channel, Human

Json = dict[str, Any]
EPOCH_MS = 1_420_070_400_000
EPHEMERAL, LOADING, COMPONENTS_V2 = 1 << 6, 1 << 7, 1 << 15
COMMAND, COMPONENT, AUTOCOMPLETE, SUBMIT = 2, 3, 4, 5
TEXT, DIRECT, GROUP, THREAD = 0, 1, 3, 11
KICK, ADMINISTRATOR, VIEW, SEND, MANAGE_MESSAGES, EMBED, ATTACH, SLASH = (
    1 << n for n in (1, 3, 10, 11, 13, 14, 15, 31)
)
EVERYONE = VIEW | SEND | EMBED | ATTACH | SLASH
MODERATOR = EVERYONE | KICK | MANAGE_MESSAGES
ALL = (1 << 51) - 1


class Snowflakes:
    """Ids of wall time: they grow, and never repeat after a restart."""

    def __init__(self) -> None:
        self._count = itertools.count(1)

    def __call__(self) -> str:
        return str(((time.time_ns() // 1_000_000 - EPOCH_MS) << 22) | (next(self._count) & 0x3FFFFF))


def iso(at: float) -> str:
    """A time as Discord writes it."""
    return datetime.fromtimestamp(at, UTC).isoformat()


def user(id_: str, name: str, *, bot: bool = False) -> Json:
    """A user object."""
    return {
        "id": id_, "username": name, "discriminator": "0", "global_name": name, "avatar": None, "bot": bot,
        "public_flags": 0, "flags": 0, "primary_guild": None, "banner": None, "clan": None, "accent_color": None,
        "avatar_decoration_data": None, "collectibles": None,
    }  # fmt: skip


def member(roles: list[str], at: float) -> Json:
    """A member with these roles, as it stands in messages and interactions: without `user`."""
    return {
        "roles": roles, "nick": None, "joined_at": iso(at), "deaf": False, "mute": False, "flags": 0, "pending": False,
        "avatar": None, "banner": None, "premium_since": None, "communication_disabled_until": None,
    }  # fmt: skip


def permissions(human: Human) -> str:
    """What a member may do in the server."""
    return str({"owner": ALL, "moderator": MODERATOR}.get(human.role, EVERYONE))


def role(id_: str, name: str, bits: int, position: int) -> Json:
    """A role object."""
    return {
        "id": id_, "name": name, "permissions": str(bits), "position": position, "hoist": False, "flags": 0,
        "color": 0, "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None}, "managed": False,
        "mentionable": False, "icon": None, "unicode_emoji": None,
    }  # fmt: skip


def room(channel: Channel, position: int = 0) -> Json:
    """A text channel of a server."""
    return {
        "id": channel.id, "type": 0, "name": channel.name, "position": position, "guild_id": channel.server,
        "topic": None, "parent_id": None, "permission_overwrites": [], "nsfw": False, "flags": 0,
        "last_message_id": None, "rate_limit_per_user": 0,
    }  # fmt: skip


def direct(id_: str, other: Json) -> Json:
    """The channel of the bot and one user."""
    return {"id": id_, "type": 1, "recipients": [other], "last_message_id": None, "flags": 0}


def thread(id_: str, name: str, room: Channel, owner: str, at: float) -> Json:
    """A public thread of a room."""
    meta = {
        "archived": False, "auto_archive_duration": 1440, "archive_timestamp": iso(at), "locked": False,
        "create_timestamp": iso(at), "invitable": True,
    }  # fmt: skip
    return {
        "id": id_, "type": THREAD, "name": name, "guild_id": room.server, "parent_id": room.id, "owner_id": owner,
        "thread_metadata": meta, "message_count": 0, "member_count": 1, "total_message_sent": 0, "flags": 0,
        "last_message_id": None, "rate_limit_per_user": 0,
    }  # fmt: skip


def group(id_: str, name: str, recipients: list[Json]) -> Json:
    """A group of people without a server; the bot is no member of it."""
    return {
        "id": id_, "type": GROUP, "name": name, "icon": None, "owner_id": recipients[0]["id"], "flags": 0,
        "recipients": recipients, "last_message_id": None,
    }  # fmt: skip


def reaction(emoji: Json, count: int, *, me: bool) -> Json:
    """Everybody's reactions of one kind, as a message shows them."""
    return {
        "emoji": emoji, "count": count, "count_details": {"burst": 0, "normal": count}, "burst_colors": [],
        "me_burst": False, "burst_me": False, "burst_count": 0, "me": me,
    }  # fmt: skip


def guild(
    id_: str, name: str, owner: str, roles: list[Json], channels: list[Json], members: list[Json], *, at: float
) -> Json:
    """A server, as GUILD_CREATE tells it."""
    empty: list[Any] = []
    lists = ("features", "emojis", "stickers", "voice_states", "presences", "threads", "stage_instances")
    return {
        "id": id_, "name": name, "owner_id": owner, "member_count": len(members), "large": False, "unavailable": False,
        "preferred_locale": "en-US", "icon": None, "joined_at": iso(at), "verification_level": 0, "mfa_level": 0,
        "nsfw_level": 0, "default_message_notifications": 0, "explicit_content_filter": 0, "premium_tier": 0,
        "system_channel_flags": 0, "roles": roles, "channels": channels, "members": members,
        "system_channel_id": channels[0]["id"], "soundboard_sounds": empty, "guild_scheduled_events": empty,
        **dict.fromkeys(lists, empty),
    }  # fmt: skip


_NOT_TOLD = ("channels", "members", "member_count", "large", "unavailable", "joined_at", "voice_states", "presences")


def fetched(guild: Json) -> Json:
    """The same server as GET /guilds/{id} tells it: without channels and members."""
    absent = (
        "description", "home_header", "splash", "discovery_splash", "banner", "application_id", "afk_channel_id",
        "widget_channel_id", "max_presences", "vanity_url_code", "rules_channel_id", "safety_alerts_channel_id",
        "public_updates_channel_id", "incidents_data",
    )  # fmt: skip
    more = {
        "region": "deprecated", "afk_timeout": 300, "widget_enabled": False, "max_members": 500_000, "nsfw": False,
        "max_stage_video_channel_users": 50, "max_video_channel_users": 25, "premium_subscription_count": 0,
        "premium_progress_bar_enabled": False,
    }  # fmt: skip
    told = {name: value for name, value in guild.items() if name not in _NOT_TOLD}
    return {**told, **dict.fromkeys(absent), **more}


def application(id_: str, owner: Json, guilds: int, verify_key: str, url: str | None) -> Json:
    """GET /oauth2/applications/@me."""
    return {
        "id": id_, "name": "soulfra", "description": "", "icon": None, "bot_public": True, "owner": owner,
        "bot_require_code_grant": False, "verify_key": verify_key, "flags": 0, "flags_new": "0", "type": None,
        "redirect_uris": [], "role_connections_verification_url": None, "team": None,
        "approximate_guild_count": guilds, "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0, "explicit_content_filter": 0, "eligible_oauth2_scopes": [],
        "interactions_endpoint_url": url,
    }  # fmt: skip
