"""One adapter for each platform, on the real client library, which is imported only when its platform is wanted."""

from collections.abc import Callable

from bot.adapter import Platform
from bot.command import CommandSpec
from bot.errors import Problem
from config.settings import Settings

Check = Callable[[CommandSpec], list[Problem]]
NAMES = ("discord", "twitch", "telegram")


def _discord(settings: Settings) -> Platform:
    from bot.platforms.discord.platform import DiscordPlatform  # noqa: PLC0415  (imported when wanted: 0.3 s and 23 MB)

    return DiscordPlatform(settings.discord)


def _twitch(settings: Settings) -> Platform:
    from bot.platforms.twitch.platform import TwitchPlatform  # noqa: PLC0415

    return TwitchPlatform(settings.twitch)


def _telegram(settings: Settings) -> Platform:
    from bot.platforms.telegram.platform import TelegramPlatform  # noqa: PLC0415

    return TelegramPlatform(settings.telegram)


_CREATE: dict[str, Callable[[Settings], Platform]] = {"discord": _discord, "twitch": _twitch, "telegram": _telegram}


def checks() -> dict[str, Check]:
    """What each platform says about a command, whether or not it is configured."""
    from bot.platforms.discord import limits as discord  # noqa: PLC0415
    from bot.platforms.telegram import limits as telegram  # noqa: PLC0415
    from bot.platforms.twitch import limits as twitch  # noqa: PLC0415

    return {"discord": discord.problems, "twitch": twitch.problems, "telegram": telegram.problems}


def create(name: str, settings: Settings) -> Platform:
    """The adapter of one platform, not yet started."""
    return _CREATE[name](settings)
