"""The reply model: runs of styled text, card, pictures, files, buttons. Pure: no I/O, no clock, no platform library."""

from bot.message.looks import b, code, emoji, i, link, pre, quote, s, spoiler, u, when
from bot.message.message import Button, Card, Choice, Field, File, Image, Message, Scalar, Select, button, card, select
from bot.message.pages import Pages
from bot.message.text import Part, Run, Style, Text, Translate, flatten, part, t, tn

__all__ = [
    "Button",
    "Card",
    "Choice",
    "Field",
    "File",
    "Image",
    "Message",
    "Pages",
    "Part",
    "Run",
    "Scalar",
    "Select",
    "Style",
    "Text",
    "Translate",
    "b",
    "button",
    "card",
    "code",
    "emoji",
    "flatten",
    "i",
    "link",
    "part",
    "pre",
    "quote",
    "s",
    "select",
    "spoiler",
    "t",
    "tn",
    "u",
    "when",
]
