"""Discord: one adapter on discord.py."""

from bot.platforms.discord.adapter import DiscordPlatform

__all__ = ["DiscordPlatform"]
