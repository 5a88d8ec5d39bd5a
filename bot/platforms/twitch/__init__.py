"""Twitch: one adapter on twitchio."""

from bot.platforms.twitch.platform import TwitchPlatform

__all__ = ["TwitchPlatform"]
