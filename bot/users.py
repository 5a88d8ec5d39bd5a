"""Who speaks, where, and what they may point at, as one platform sees it. The lowest words of the house."""

from typing import Literal

from msgspec import Struct


class User(Struct, frozen=True, gc=False, omit_defaults=True, tag="user", tag_field="t"):
    """Somebody as seen on one platform. Who is behind several users is a *person* (`bot.identity`).

    `id` is the platform's own id as text; `name` is what people see; `handle` is what they type to mean this user
    (Discord username, Twitch login, Telegram username without `@`), empty where there is none.
    """

    platform: str
    id: str
    name: str
    handle: str = ""

    @property
    def key(self) -> str:
        """`platform:id`: unique over all platforms."""
        return f"{self.platform}:{self.id}"


class Channel(Struct, frozen=True, gc=False, omit_defaults=True, tag="channel", tag_field="t"):
    """A room or thread of a platform that somebody pointed at. `server` is the Discord guild, else None."""

    platform: str
    id: str
    name: str
    server: str | None = None


class Role(Struct, frozen=True, gc=False, omit_defaults=True, tag="role", tag_field="t"):
    """A role of a server: Discord's roles, Twitch's badges (`vip`), Telegram's `administrator` and custom titles."""

    platform: str
    id: str
    name: str


class Attachment(Struct, frozen=True, gc=False, omit_defaults=True, tag="file", tag_field="t"):
    """A file that somebody gave. `id` is what the platform fetches it by, never an address that holds a secret.

    `type` is its media type as the platform names it, `size` is in bytes, 0 where it is not told. `await ctx.fetch(attachment)`
    reads it, 20 MB at most.
    """

    platform: str
    id: str
    name: str
    type: str = "application/octet-stream"
    size: int = 0


class Said(Struct, frozen=True, gc=False, omit_defaults=True, tag="said", tag_field="t"):
    """A message that a command is about: the one that was replied to, or picked in a Discord context menu."""

    id: str
    author: User
    text: str


class Standing(Struct, frozen=True, gc=False, omit_defaults=True):
    """What somebody is in a place, as its platform says. `roles` are ids and names (Twitch: badges), lower case."""

    level: Literal["member", "moderator", "owner"] = "member"
    roles: list[str] = []

    @property
    def moderates(self) -> bool:
        """True for moderators and owners."""
        return self.level != "member"


class Place(Struct, frozen=True, gc=False, omit_defaults=True):
    """Where something was said: a channel, and the server it belongs to.

    `kind` is "direct" where only the author and the bot read, "group" for a group chat without a server (Telegram, Discord
    group messages), "channel" for a room of a server (Discord, Twitch). `thread` is a Discord thread's or Telegram topic's id.
    """

    platform: str
    channel: str
    kind: Literal["direct", "group", "channel"] = "channel"
    server: str | None = None
    thread: str | None = None

    @property
    def direct(self) -> bool:
        """True where nobody else reads what is typed."""
        return self.kind == "direct"

    @property
    def home(self) -> str:
        """`platform:id` of the server, or of the room itself where the platform has no servers: what settings are kept by."""
        return f"{self.platform}:{self.server or self.channel}"
