"""Whom the bot is on Twitch, as the settings say it."""

from msgspec import Struct
from pydantic import SecretStr

from bot.errors import SettingsError
from bot.platforms.twitch.tokens import Pair, refreshable
from config.settings import TwitchSettings


class Account(Struct, frozen=True):
    """Whom to log in as, and the rooms to sit in, by login. A public application has no secret."""

    client_id: str
    client_secret: str | None
    bot_id: str
    rooms: list[str]

    def __repr__(self) -> str:
        return f"Account({self.bot_id})"


def account_of(settings: TwitchSettings) -> tuple[Account, dict[str, Pair]]:
    """The account, and tokens by login, its own under "". Raises `SettingsError` naming what is missing."""
    needed = ("client_id", "access_token", "refresh_token", "bot_id")
    if missing := [f"twitch.{name}" for name in needed if not getattr(settings, name)]:
        raise SettingsError(f"Twitch needs {', '.join(missing)}")
    id_, access, refresh, bot = (_plain(getattr(settings, name)) for name in needed)
    secret = _plain(settings.client_secret) if settings.client_secret else None
    others = {login.lower(): refreshable(_plain(token)) for login, token in settings.tokens.items()}
    return Account(id_, secret, bot, settings.channels), {"": Pair(access, refresh), **others}


def _plain(value: str | SecretStr) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else value
