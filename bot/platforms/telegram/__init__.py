"""Telegram, on python-telegram-bot. `render` and the limits are pure; the library is imported by what talks to the network."""
