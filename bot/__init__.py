"""Write a command once; it is native on Discord, Twitch and Telegram."""

from bot.app import App
from bot.command import Rest, Secret, command, group
from bot.context import Context
from bot.errors import UserError
from bot.limits import attempts, limit
from bot.message import Button, Image, Message, b, button, code, i, link, t
from bot.users import User

__all__ = [
    "App",
    "Button",
    "Context",
    "Image",
    "Message",
    "Rest",
    "Secret",
    "User",
    "UserError",
    "attempts",
    "b",
    "button",
    "code",
    "command",
    "group",
    "i",
    "limit",
    "link",
    "t",
]
