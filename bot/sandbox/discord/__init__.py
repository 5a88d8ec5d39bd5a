"""An emulator of Discord on loopback: REST and gateway v10 on one port, and the user's side of it."""

from bot.sandbox.discord.emulator import DiscordEmulator
from bot.sandbox.discord.errors import ApiError, Fault

__all__ = ["ApiError", "DiscordEmulator", "Fault"]
