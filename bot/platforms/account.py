"""What a platform says of a bot's credentials: what `soulfra setup` shows."""

from msgspec import Struct


class AccountError(Exception):
    """The platform refuses these credentials, or cannot be reached; the text says which and holds no secret."""


class Account(Struct, frozen=True):
    """A bot as its platform knows it, by name and id.

    `invite` is the address with which it is brought into a server or group, "" where there is none; `missing` says in
    plain sentences what still has to be switched on over there.
    """

    name: str
    id: str
    invite: str = ""
    missing: list[str] = []
