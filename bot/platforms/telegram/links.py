"""Deep links: what `/start <payload>` runs. Pure. Source: core.telegram.org/bots/features#deep-linking."""

from collections.abc import Mapping

from msgspec import Struct

from bot.platforms.telegram.limits import PAYLOAD


class Target(Struct, frozen=True):
    """A command and the words that follow it, or a stored button."""

    path: str | None = None
    text: str = ""
    button: str | None = None


def target(payload: str, paths: Mapping[str, str]) -> Target | None:
    """`vault_put`, `bless-ada`, or the id of a button; None for what no link can carry."""
    if not PAYLOAD.fullmatch(payload):
        return None
    name, _, text = payload.partition("-")
    path = paths.get(name)
    return Target(button=payload) if path is None else Target(path, text)


def address(username: str, payload: str) -> str | None:
    """The link that opens a chat with the bot and sends `/start <payload>`; None for what no link can carry."""
    if not username or not PAYLOAD.fullmatch(payload):
        return None
    return f"https://t.me/{username}?start={payload}"
