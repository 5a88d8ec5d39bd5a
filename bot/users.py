"""Who speaks and where, as one platform sees them. The lowest words of the house; everything may import them."""

from typing import Literal

from msgspec import Struct


class User(Struct, frozen=True, gc=False, omit_defaults=True):
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


class Place(Struct, frozen=True, gc=False, omit_defaults=True):
    """Where something was said: a channel, and the server it belongs to.

    `kind` is "direct" where only the author and the bot read, "shared" where others do.
    """

    platform: str
    channel: str
    kind: Literal["direct", "shared"] = "shared"
    server: str | None = None
    thread: str | None = None

    @property
    def direct(self) -> bool:
        """True where nobody else reads what is typed."""
        return self.kind == "direct"
