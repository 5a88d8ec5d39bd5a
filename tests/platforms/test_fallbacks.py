"""Each row of the fallback table, on the renderer of its platform."""

import importlib
from typing import Any

import pytest

from bot.command import ReplyHandle
from bot.message import Button, Image, Message, b, code, i, link
from bot.message.fallback import FALLBACKS
from bot.users import User

SEEN: dict[str, Message] = {
    "bold": Message(b("x")),
    "italic": Message(i("x")),
    "code": Message(code("x")),
    "link": Message(link("x", "https://a.example")),
    "mention": Message(User("discord", "1", "D"), " ", User("telegram", "2", "T"), " ", User("twitch", "3", "W")),
    "image": Message("x", image=Image("a sigil", b"PNG")),
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
LONG = {"discord": ("content", 2000), "telegram": ("text", 4096), "twitch": ("message", 500)}


def rendered(feature: str, platform: str) -> list[dict[str, Any]]:
    handle = ReplyHandle(platform, "0", "100", User(platform, "7", "Ada"), interaction="9")
    payloads: list[dict[str, Any]] = importlib.import_module(f"bot.platforms.{platform}.render").payloads(
        SEEN[feature], handle
    )
    return payloads


@pytest.mark.parametrize(("feature", "platform"), FALLBACKS)
def test_row(feature: str, platform: str) -> None:
    payloads = rendered(feature, platform)
    if feature == "long text":
        field, limit = LONG[platform]
        assert len(payloads) > 1
        assert all(0 < len(payload[field]) <= limit for payload in payloads)
        assert " ".join(payload[field].strip() for payload in payloads).split() == ["word"] * 2000
        return
    (payload,) = payloads
    expected = WIRE[feature, platform]
    assert {name: payload.get(name) for name in expected} == expected


def test_every_feature_has_a_row_on_every_platform() -> None:
    assert {(feature, platform) for feature in SEEN for platform in LONG} == FALLBACKS.keys()
