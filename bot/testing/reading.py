"""What a person sees of a request, read from the wire payload alone, as each platform's client would. Pure."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote

from bot.sandbox.world import Wire

_CALLBACK: Final = re.compile(r"^POST .*/callback$")
_MESSAGE: Final = re.compile(r"^(POST|PATCH) .*/(webhooks/\S+|channels/\d+/messages(/\d+)?)$")
_REACTION: Final = re.compile(r"^PUT .*/reactions/([^/]+)/@me$")
_SENDS: Final = re.compile(r"^(send(?!ChatAction|MessageDraft)|edit)\w+$")
_SPOKEN: Final = re.compile(r"/(chat/messages|chat/announcements|whispers)$")
_CHOICE: Final = re.compile(r"!(\d+) (.+?)(?= · !\d+ |$)")
_SHOWS, _OFFERS, _ASKS = (4, 7), 8, 9
_BUTTON, _TEXT_DISPLAY, _SELECTS = 2, 10, (3, 5, 6, 7, 8)


@dataclass(frozen=True, slots=True)
class Shown:
    """One message as it stands. `buttons` are ids by label (Twitch: the numbers), `selects` the ids of its lists."""

    text: str
    payload: dict[str, Any]
    message: str | None = None
    private: bool = False
    buttons: dict[str, str] = field(default_factory=dict)
    selects: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that requests made somebody see: messages in order, each as it was last edited, and the rest."""

    messages: list[Shown]
    suggestions: list[str | int]
    modal: dict[str, Any] | None
    reactions: list[str]


def seen(wires: list[Wire]) -> Seen:
    """What these requests show; those that the platform refused show nothing."""
    wires = [wire for wire in wires if wire.status is None or wire.status < 400]
    messages: dict[str, Shown] = {}
    for number, wire in enumerate(wires):
        if (one := shown(wire)) is not None:
            messages[one.message or f"#{number}"] = one
    answers = [wire.payload for wire in wires if _CALLBACK.match(wire.name)]
    offered = [each["value"] for one in answers if one["type"] == _OFFERS for each in one["data"]["choices"]]
    modal = next((one["data"] for one in answers if one["type"] == _ASKS), None)
    return Seen(list(messages.values()), offered, modal, [emoji for wire in wires for emoji in _reactions(wire)])


def shown(wire: Wire) -> Shown | None:
    """The message that a request shows; None for one that shows none."""
    return {"discord": _discord, "twitch": _twitch, "telegram": _telegram}[wire.platform](wire)


def _about(wire: Wire) -> dict[str, Any]:
    return {"message": wire.about.get("message"), "private": wire.about.get("private_to") is not None}


def _discord(wire: Wire) -> Shown | None:
    payload, name = wire.payload, wire.name.partition("?")[0]
    if _CALLBACK.match(name):
        if payload["type"] not in _SHOWS:
            return None
        payload = payload.get("data", {})
    elif not _MESSAGE.match(name):
        return None
    parts = list(_walk(payload.get("components") or []))
    return Shown(
        "\n".join(text for text in _discord_words(payload, parts) if text),
        payload,
        buttons={one["label"]: one["custom_id"] for one in parts if one["type"] == _BUTTON and "custom_id" in one},
        selects=[one["custom_id"] for one in parts if one["type"] in _SELECTS],
        **_about(wire),
    )


def _walk(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for one in components:
        yield one
        yield from _walk(one.get("components") or [])


def _discord_words(payload: dict[str, Any], parts: list[dict[str, Any]]) -> Iterator[str]:
    yield payload.get("content") or ""
    yield from (one["content"] for one in parts if one["type"] == _TEXT_DISPLAY)
    for embed in payload.get("embeds") or []:
        yield embed.get("title") or ""
        yield embed.get("description") or ""
        yield from (f"{one['name']}: {one['value']}" for one in embed.get("fields") or [])
        yield (embed.get("footer") or {}).get("text") or ""


def _telegram(wire: Wire) -> Shown | None:
    payload, method = wire.payload, wire.name.rpartition("/")[2]
    notice = method == "answerCallbackQuery" and payload.get("text")
    if not notice and not _SENDS.match(method):
        return None
    rows = _parsed(payload.get("reply_markup") or {}).get("inline_keyboard") or []
    buttons = {one["text"]: one["callback_data"] for row in rows for one in row if "callback_data" in one}
    about = {"message": None, "private": True} if notice else _about(wire)
    return Shown(payload.get("text") or payload.get("caption") or "", payload, buttons=buttons, **about)


def _parsed(value: Any) -> Any:  # noqa: ANN401  (JSON)
    """Telegram takes nested values as JSON text too."""
    return json.loads(value) if isinstance(value, str) else value


def _twitch(wire: Wire) -> Shown | None:
    if not _SPOKEN.search(wire.name.partition("?")[0]):
        return None
    text = wire.payload["message"]
    return Shown(text, wire.payload, buttons={label: number for number, label in _CHOICE.findall(text)}, **_about(wire))


def _reactions(wire: Wire) -> Iterator[str]:
    if wire.platform == "discord" and (found := _REACTION.match(wire.name)):
        yield unquote(found[1])
    if wire.platform == "telegram" and wire.name.endswith("setMessageReaction"):
        yield from (one["emoji"] for one in _parsed(wire.payload.get("reaction") or []) if "emoji" in one)
