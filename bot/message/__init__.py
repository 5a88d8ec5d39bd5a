"""The reply model: runs of styled text, picture, buttons. Pure: no I/O, no clock, no platform library."""

from bot.message.message import Button, Image, Message, Scalar, button
from bot.message.text import Part, Run, Style, Text, b, code, flatten, i, link, part, t

__all__ = [
    "Button",
    "Image",
    "Message",
    "Part",
    "Run",
    "Scalar",
    "Style",
    "Text",
    "b",
    "button",
    "code",
    "flatten",
    "i",
    "link",
    "part",
    "t",
]
