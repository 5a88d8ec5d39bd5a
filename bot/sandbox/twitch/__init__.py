"""Twitch on loopback: OAuth2, Helix and EventSub over WebSocket, strict enough for an unmodified client library."""

from bot.sandbox.twitch.emulator import TwitchEmulator

__all__ = ["TwitchEmulator"]
