"""Each row of the fallback table, on the renderer of its platform."""

import importlib
from typing import Any

import pytest

from bot.command import ReplyHandle
from bot.message import (
    Button,
    Choice,
    File,
    Image,
    Message,
    Select,
    b,
    card,
    code,
    emoji,
    i,
    link,
    pre,
    quote,
    s,
    spoiler,
    u,
    when,
)
from bot.message.fallback import BEHAVIOUR, FALLBACKS
from bot.users import Channel, Role, User

CARD = card(
    "T", "x", fields={"a": b("1")}, footer="f", colour=0x010203, thumbnail=Image("small", url="https://a.example/t")
)
PAIR = [Choice("r", "red"), Choice("b", "blue")]
KEY = Button("go", "p", id="i1")

SEEN: dict[str, Message] = {
    "bold": Message(b("x")),
    "italic": Message(i("x")),
    "underline": Message(u("x")),
    "strike": Message(s("x")),
    "spoiler": Message(spoiler("x")),
    "code": Message(code("x")),
    "pre": Message(pre("x", "py")),
    "quote": Message(quote("x")),
    "link": Message(link("x", "https://a.example")),
    "mention": Message(User("discord", "1", "D"), " ", User("telegram", "2", "T"), " ", User("twitch", "3", "W")),
    "channel": Message(Channel("discord", "1", "lounge")),
    "role": Message(Role("discord", "1", "mods")),
    "emoji": Message(emoji("x", discord="smirk:123456789012345678", telegram="5368", twitch="Kappa")),
    "timestamp": Message(when(60_000_000, "relative")),
    "card": Message(card=CARD),
    "card with buttons": Message(card=CARD, buttons=[KEY]),
    "images": Message("x", images=[Image("a", b"1", name="a.png"), Image("b", b"2", name="b.png")]),
    "files": Message("x", files=[File("a.txt", b"1", "words"), File("b", url="https://a.example/b")]),
    "select": Message("x", buttons=[KEY], selects=[Select("Pick", "p", "o", PAIR, most=2, id="s1")]),
    "announcement": Message("x", announce=True),
    "image": Message("x", images=[Image("a sigil", b"PNG")]),
    "buttons": Message("x", buttons=[Button("first", "p", id="i1"), Button("second", "p", id="i2")]),
    "private": Message("x", private=True),
    "long text": Message("word " * 2000),
}


def entity(kind: str, offset: int = 0, **more: Any) -> list[dict[str, Any]]:
    return [{"type": kind, "offset": offset, "length": 1, **more}]


WIRE: dict[tuple[str, str], dict[str, Any]] = {
    ("bold", "discord"): {"content": "**x**"},
    ("bold", "telegram"): {"text": "x", "entities": entity("bold")},
    ("bold", "twitch"): {"message": "x"},
    ("italic", "discord"): {"content": "*x*"},
    ("italic", "telegram"): {"text": "x", "entities": entity("italic")},
    ("italic", "twitch"): {"message": "x"},
    ("code", "discord"): {"content": "`x`"},
    ("code", "telegram"): {"text": "x", "entities": entity("code")},
    ("code", "twitch"): {"message": "x"},
    ("link", "discord"): {"content": "[x](<https://a.example>)"},
    ("link", "telegram"): {
        "entities": entity("text_link", url="https://a.example"),
        "link_preview_options": {"is_disabled": True},
    },
    ("link", "twitch"): {"message": "x (https://a.example)"},
    ("mention", "discord"): {"content": "<@1> T W", "allowed_mentions": {"parse": [], "users": ["1"]}},
    ("mention", "telegram"): {
        "text": "D T W",
        "entities": entity("text_mention", 2, user={"id": 2, "is_bot": False, "first_name": "T"}),
    },
    ("mention", "twitch"): {"message": "D T @W"},
    ("image", "discord"): {"files": [{"name": "image.png", "data": b"PNG", "description": "a sigil"}]},
    ("image", "telegram"): {"method": "sendPhoto", "photo": b"PNG", "caption": "x"},
    ("image", "twitch"): {"message": "x [a sigil]"},
    ("buttons", "discord"): {
        "components": [
            {
                "type": 1,
                "components": [
                    {"type": 2, "label": "first", "style": 2, "custom_id": "i1"},
                    {"type": 2, "label": "second", "style": 2, "custom_id": "i2"},
                ],
            }
        ]
    },
    ("buttons", "telegram"): {
        "reply_markup": {
            "inline_keyboard": [[{"text": "first", "callback_data": "i1"}, {"text": "second", "callback_data": "i2"}]]
        }
    },
    ("buttons", "twitch"): {"message": "x !1 first · !2 second"},
    ("private", "discord"): {"content": "x", "flags": 64},
    ("private", "telegram"): {"text": "x", "chat_id": 7},
    ("private", "twitch"): {"message": "x", "to_user_id": "7"},
}
MENU = {
    "type": 3,
    "custom_id": "s1",
    "placeholder": "Pick",
    "options": [{"label": "red", "value": "r"}, {"label": "blue", "value": "b"}],
    "min_values": 1,
    "max_values": 2,
}
ROW = {"type": 1, "components": [{"type": 2, "label": "go", "style": 2, "custom_id": "i1"}]}
GO = [{"text": "go", "callback_data": "i1"}]
THUMBNAIL = {"url": "https://a.example/t"}
IN_WORDS = "T\nx\n\na: 1\n\nf"
LOOKS = [
    {"type": "bold", "offset": 0, "length": 1},
    {"type": "bold", "offset": 5, "length": 1},
    {"type": "bold", "offset": 8, "length": 1},
    {"type": "italic", "offset": 11, "length": 1},
]
WIRE |= {
    ("underline", "discord"): {"content": "__x__"},
    ("underline", "telegram"): {"text": "x", "entities": entity("underline")},
    ("underline", "twitch"): {"message": "x"},
    ("strike", "discord"): {"content": "~~x\u200b~~"},
    ("strike", "telegram"): {"text": "x", "entities": entity("strikethrough")},
    ("strike", "twitch"): {"message": "x"},
    ("spoiler", "discord"): {"content": "||x\u200b||"},
    ("spoiler", "telegram"): {"text": "x", "entities": entity("spoiler")},
    ("spoiler", "twitch"): {"message": "[spoiler: x]"},
    ("pre", "discord"): {"content": "```py\nx\n```"},
    ("pre", "telegram"): {"text": "x", "entities": entity("pre", language="py")},
    ("pre", "twitch"): {"message": "x"},
    ("quote", "discord"): {"content": "> x"},
    ("quote", "telegram"): {"text": "x", "entities": entity("blockquote")},
    ("quote", "twitch"): {"message": "x"},
    ("channel", "discord"): {"content": "<#1>", "allowed_mentions": {"parse": [], "users": []}},
    ("channel", "telegram"): {"text": "#lounge", "entities": []},
    ("channel", "twitch"): {"message": "#lounge"},
    ("role", "discord"): {"content": "<@&1>", "allowed_mentions": {"parse": [], "users": [], "roles": ["1"]}},
    ("role", "telegram"): {"text": "mods", "entities": []},
    ("role", "twitch"): {"message": "mods"},
    ("emoji", "discord"): {"content": "<:smirk:123456789012345678>"},
    ("emoji", "telegram"): {"text": "x", "entities": entity("custom_emoji", custom_emoji_id="5368")},
    ("emoji", "twitch"): {"message": "Kappa"},
    ("timestamp", "discord"): {"content": "<t:60:R>"},
    ("timestamp", "telegram"): {
        "text": "1970-01-01 00:01 UTC",
        "entities": [{"type": "date_time", "offset": 0, "length": 20, "unix_time": 60, "date_time_format": "r"}],
    },
    ("timestamp", "twitch"): {"message": "1970-01-01 00:01 UTC"},
    ("card", "discord"): {
        "content": "",
        "embeds": [
            {
                "title": "T",
                "description": "x",
                "fields": [{"name": "a", "value": "**1**", "inline": False}],
                "footer": {"text": "f"},
                "color": 0x010203,
                "thumbnail": THUMBNAIL,
            }
        ],
    },
    ("card", "telegram"): {"photo": "https://a.example/t", "caption": IN_WORDS, "caption_entities": LOOKS},
    ("card", "twitch"): {"message": "T — x | a: 1 | f https://a.example/t"},
    ("card with buttons", "discord"): {
        "flags": 1 << 15,
        "content": None,
        "components": [
            {
                "type": 17,
                "accent_color": 0x010203,
                "components": [
                    {
                        "type": 9,
                        "components": [{"type": 10, "content": "### T\nx"}],
                        "accessory": {"type": 11, "media": THUMBNAIL},
                    },
                    {"type": 10, "content": "**a**\n**1**"},
                    {"type": 14, "divider": True, "spacing": 1},
                    {"type": 10, "content": "-# f"},
                    ROW,
                ],
            }
        ],
    },
    ("card with buttons", "telegram"): {
        "caption": IN_WORDS,
        "caption_entities": LOOKS,
        "reply_markup": {"inline_keyboard": [GO]},
    },
    ("card with buttons", "twitch"): {"message": "T — x | a: 1 | f https://a.example/t !1 go"},
    ("images", "discord"): {
        "content": "x",
        "files": [
            {"name": "a.png", "data": b"1", "description": "a"},
            {"name": "b.png", "data": b"2", "description": "b"},
        ],
    },
    ("images", "telegram"): {
        "method": "sendMediaGroup",
        "media": [
            {"type": "photo", "media": b"1", "filename": "a.png", "caption": "x", "caption_entities": []},
            {"type": "photo", "media": b"2", "filename": "b.png"},
        ],
    },
    ("images", "twitch"): {"message": "x [a] [b]"},
    ("files", "discord"): {
        "content": "x\n[b](<https://a.example/b>)",
        "files": [{"name": "a.txt", "data": b"1", "description": "words"}],
    },
    ("files", "twitch"): {"message": "x [a.txt: words] b (https://a.example/b)"},
    ("select", "discord"): {"components": [{"type": 1, "components": [MENU]}, ROW]},
    ("select", "telegram"): {
        "text": "x\nPick",
        "reply_markup": {
            "inline_keyboard": [
                [{"text": "red", "callback_data": "s1:0"}, {"text": "blue", "callback_data": "s1:1"}],
                GO,
            ]
        },
    },
    ("select", "twitch"): {"message": "x !1 go Pick: !2 red · !3 blue"},
    ("announcement", "discord"): {"content": "x"},
    ("announcement", "telegram"): {"text": "x"},
    ("announcement", "twitch"): {"message": "x", "announce": True},
}
SEVERAL = {
    ("files", "telegram"): [
        {"method": "sendMessage", "text": "x\nb"},
        {"method": "sendDocument", "document": b"1", "filename": "a.txt", "caption": "words"},
    ]
}
LONG = {"discord": ("content", 2000), "telegram": ("text", 4096), "twitch": ("message", 500)}


def rendered(feature: str, platform: str) -> list[dict[str, Any]]:
    handle = ReplyHandle(platform, "0", "100", User(platform, "7", "Ada"), interaction="9")
    payloads: list[dict[str, Any]] = importlib.import_module(f"bot.platforms.{platform}.render").payloads(
        SEEN[feature], handle
    )
    return payloads


@pytest.mark.parametrize(("feature", "platform"), [row for row in FALLBACKS if row[0] not in BEHAVIOUR])
def test_row(feature: str, platform: str) -> None:
    payloads = rendered(feature, platform)
    if feature == "long text":
        field, limit = LONG[platform]
        assert len(payloads) > 1
        assert all(0 < len(payload[field]) <= limit for payload in payloads)
        assert " ".join(payload[field].strip() for payload in payloads).split() == ["word"] * 2000
        return
    expected = SEVERAL.get((feature, platform)) or [WIRE[feature, platform]]
    assert [
        {name: payload.get(name) for name in one} for payload, one in zip(payloads, expected, strict=True)
    ] == expected


def test_every_feature_has_a_row_on_every_platform() -> None:
    assert {(feature, platform) for feature in SEEN.keys() | BEHAVIOUR for platform in LONG} == FALLBACKS.keys()
    assert not BEHAVIOUR & SEEN.keys()
