"""Telegram on loopback: the Bot API, as strict as the real one."""

from bot.sandbox.telegram.emulator import TelegramEmulator

__all__ = ["TelegramEmulator"]
