"""Telegram: one adapter on python-telegram-bot."""

from bot.platforms.telegram.platform import TelegramPlatform

__all__ = ["TelegramPlatform"]
