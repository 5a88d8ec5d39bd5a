"""Whole documents on every platform: within its limits, with every word in its place, no character cut."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapter import Payload
from bot.command import ReplyHandle
from bot.message import Button, Card, Choice, Field, File, Image, Message, Run, Select, flatten
from bot.message.plain import clean
from bot.platforms.discord import render as discord
from bot.platforms.discord.embeds import size
from bot.platforms.telegram import render as telegram
from bot.platforms.telegram.entities import units
from bot.platforms.twitch import render as twitch
from bot.sandbox.world import Wire
from bot.users import User
from tests.sandbox.discord import conformance
from tests.sandbox.telegram.conformance import Conformance, description

FAMILY = "👨‍👩‍👧"
WORDS = st.builds(
    lambda words, times: "".join(words) * times,
    st.lists(st.sampled_from(["αβγ", "δ ", FAMILY, "\n", "ε. ", "**", "`", "_|", "> ", "\u202e", "\x00"]), max_size=5),
    st.sampled_from([1, 1, 1, 7, 40]),
)
LINKS = st.sampled_from([None, None, "https://a.example/x", "javascript:x", "https://a.example/\n"])
RUNS = st.one_of(
    st.builds(Run, WORDS, st.integers(0, 63), href=LINKS, block=st.sampled_from(["", "", "quote", "pre"])),
    st.builds(
        Run,
        st.just("ζη"),
        st.integers(0, 63),
        mention=st.sampled_from(["other:1", "telegram:#3", "twitch:&4"]),
        block=st.sampled_from(["", "quote", "pre"]),
    ),
)
NAMES = st.sampled_from(["image.png", "../../etc/passwd", "a\x00b\n.txt", "", "x" * 300 + ".jpeg", "C:\\x\\y.exe", "."])
ALTS = st.sampled_from(["", "a sigil", "x y " * 900])
DATA = st.sampled_from([None, b"", b"PNG"])
URLS = st.sampled_from([None, "https://a.example/s.png", "file:///s"])
IMAGES = st.builds(Image, ALTS, DATA, URLS, NAMES)
LABELS = st.sampled_from(["", "go", "\x00\x1b", "a\nb", "l" * 200, FAMILY * 30])
CARDS = st.builds(
    Card,
    RUNS,
    st.lists(RUNS, max_size=4),
    st.builds(
        lambda some, times: some * times,
        st.lists(st.builds(Field, RUNS, RUNS, st.booleans()), max_size=4),
        st.sampled_from([1, 15]),
    ),
    st.none() | RUNS,
    st.none() | st.integers(0, 0xFFFFFF),
    st.none() | IMAGES,
)


def keyed(message: Message, labels: list[str], lists: list[list[str]]) -> Message:
    """With buttons and selects of these labels, each under an id of its own."""
    buttons = [Button(label, "p", id=f"b{n:015}") for n, label in enumerate(labels)]
    selects = [
        Select(label, "p", "o", [Choice(label, label, label) for label in held], most=n, id=f"s{n:015}")
        for n, held in enumerate(lists, 1)
        for label in held[:1]
    ]
    return message.replaced(buttons=buttons, selects=selects)


MESSAGES = st.builds(
    lambda runs, card, images, files, private, announce: Message(
        *runs, card=card, images=images, files=files, private=private, announce=announce
    ),
    st.lists(RUNS, max_size=5),
    st.none() | CARDS,
    st.lists(IMAGES, max_size=3) | st.lists(IMAGES, min_size=11, max_size=12),
    st.lists(st.builds(File, NAMES, DATA, ALTS, URLS), max_size=3),
    st.booleans(),
    st.booleans(),
)
MANY = st.lists(LABELS, max_size=4) | st.just(["go", "", "l" * 81] * 67)
DOCUMENTS = st.builds(
    keyed, MESSAGES, MANY, st.lists(st.lists(LABELS, max_size=3) | st.just(["", "a\nb", "l" * 101] * 10), max_size=3)
)


def letters(text: str) -> str:
    """What these documents say, without anything that a platform adds."""
    return "".join(char for char in text.replace(FAMILY, "Ω") if "α" <= char <= "ω" or char == "Ω")


def said(message: Message) -> str:
    parts = [*message.runs]
    if card := message.card:
        fields = (each for one in card.fields for each in (one.label, one.value))
        parts += [card.title, *card.runs, *fields, *([card.footer] if card.footer else [])]
    return letters("".join(run.text.replace("\u202e", "").replace("\x00", "") for run in flatten(parts)))


def walked(components: list[Payload]) -> Iterator[Payload]:
    for one in components:
        yield one
        yield from walked(one.get("components", []))


def texts(body: Payload) -> Iterator[str]:
    """The texts of a Discord body, as they stand one below the other."""
    yield body.get("content") or ""
    for embed in body.get("embeds", []):
        yield embed.get("title", "")
        yield embed.get("description", "")
        for field in embed.get("fields", []):
            yield field["name"]
            yield field["value"]
        yield embed.get("footer", {}).get("text", "")
    for one in walked(body.get("components", [])):
        yield one.get("content", "")


def bounded(body: Payload) -> None:
    """Discord's limits of one message."""
    parts = list(walked(body.get("components", [])))
    assert len(body.get("content") or "") <= 2000
    assert len(body.get("embeds", [])) <= 10
    assert sum(map(size, body.get("embeds", []))) <= 6000
    assert len(body.get("files", [])) <= 10
    ids = [one["custom_id"] for one in parts if "custom_id" in one]
    assert len(ids) == len(set(ids))
    assert all(0 < len(one["label"]) <= 80 for one in parts if one["type"] == 2)
    if body.get("flags", 0) & 1 << 15:
        assert not {"content", "embeds"} & body.keys()
        assert len(parts) + sum("accessory" in one for one in parts) <= 40
        assert sum(len(one.get("content", "")) for one in parts) <= 4000
    else:
        assert len(body.get("components", [])) <= 5
    for embed in body.get("embeds", []):
        assert len(embed.get("title", "")) <= 256
        assert len(embed.get("description", "")) <= 4096
        assert len(embed.get("footer", {}).get("text", "")) <= 2048
        assert len(embed.get("fields", [])) <= 25
        assert all(0 < len(one["name"]) <= 256 and 0 < len(one["value"]) <= 1024 for one in embed.get("fields", []))


def named(files: list[Payload]) -> None:
    names = [one["name"] for one in files]
    assert len(names) == len(set(names))
    for one in files:
        assert one["data"]
        assert one["name"].isprintable()
        assert not set(one["name"]) & set("/\\:")
        assert len(one["description"]) <= 1024


def wire(platform: str, name: str, payload: Any) -> Wire:
    return Wire(1, 0.0, platform, "out", name, payload)


def handle(platform: str) -> ReplyHandle:
    return ReplyHandle(platform, "1", "100", User(platform, "11", "Ada"), message="5")


SLOW = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))


@SLOW
@given(DOCUMENTS)
def test_discord(message: Message) -> None:
    bodies = discord.payloads(message, handle("discord"))
    assert letters("".join(text for body in bodies for text in texts(body))) == said(message)
    for body in bodies:
        bounded(body)
        named(body.get("files", []))
    if conformance.description() is not None:
        plain = [{name: value for name, value in body.items() if name != "files"} for body in bodies]
        path = f"POST /channels/{10**17}/messages"
        assert conformance.violations(wire("discord", path, body) for body in plain) == []


def nested(entities: list[Payload], text: str) -> None:
    """Inside the text, on whole characters, one inside the other or apart; code holds nothing."""
    assert len(entities) <= 100
    wide = text.encode("utf-16-le")
    spans = [(one["offset"], one["offset"] + one["length"], one["type"]) for one in entities]
    for start, end, _ in spans:
        assert 0 <= start < end <= units(text)
        wide[start * 2 : end * 2].decode("utf-16-le")
    for at, (start, end, kind) in enumerate(spans):
        for first, last, other in spans[at + 1 :]:
            apart = last <= start or end <= first
            assert apart or (start <= first and last <= end) or (first <= start and end <= last)
            assert apart or not {kind, other} & {"pre"}
            assert apart or not {kind, other} & {"code"} or {kind, other} == {"code", "blockquote"}
            assert apart or kind != other


def worded(call: Payload) -> list[tuple[str, list[Payload]]]:
    if call["method"] == "sendMediaGroup":
        return [(one.get("caption", ""), one.get("caption_entities", [])) for one in call["media"]]
    if call["method"] == "sendMessage":
        assert call["text"]
        return [(call["text"], call["entities"])]
    return [(call.get("caption", ""), call.get("caption_entities", []))]


@SLOW
@given(DOCUMENTS)
def test_telegram(message: Message) -> None:
    calls = telegram.payloads(message, handle("telegram"))
    shown = [one for call in calls for one in worded(call)]
    hints = len(letters("".join(str(one.hint) for one in message.selects)))
    assert letters("".join(text for text, _ in shown))[: -hints or None] == said(message)
    for call in calls:
        keys = [key for row in call.get("reply_markup", {}).get("inline_keyboard", []) for key in row]
        assert len(keys) <= 100
        assert all(key["text"] and len(key["callback_data"].encode()) <= 64 for key in keys)
        assert call["method"] != "sendMediaGroup" or (not keys and 2 <= len(call["media"]) <= 10)
        for text, entities in worded(call):
            assert text == text.strip()
            assert units(text) <= (4096 if call["method"] == "sendMessage" else 1024)
            nested(entities, text)
    if described := bot_api():
        assert described.faults([telegram_wire(call) for call in calls]) == []


@lru_cache(maxsize=1)
def bot_api() -> Conformance | None:
    """The Bot API's description, where this machine has it."""
    return Conformance.load() if description().is_file() else None


def telegram_wire(call: Payload) -> Wire:
    """As the Bot API is asked: uploads are parts that are pointed at."""
    fields = {name: f"attach://{name}" if isinstance(value, bytes) else value for name, value in call.items()}
    for one in fields.get("media", []):
        one["media"] = one["media"] if isinstance(one["media"], str) else "attach://file"
        one.pop("filename", None)
    return wire("telegram", call["method"], {k: v for k, v in fields.items() if k not in ("method", "filename")})


@SLOW
@given(DOCUMENTS)
def test_twitch(message: Message) -> None:
    lines = twitch.payloads(message, handle("twitch"))
    shown = " ".join(one["message"] for one in lines) + " "
    assert letters(shown).startswith(said(message))
    assert all(f"!{n} " in shown for n in range(1, len(message.buttons) + 1))
    for one in lines:
        assert 0 < len(one["message"]) <= 499
        assert one["message"] == " ".join(clean(one["message"]).split())
        assert not one["message"].startswith(("/", "."))
        assert one.get("to_user_id") == ("11" if message.private else None)


@pytest.mark.parametrize("render", [discord, telegram, twitch])
@given(message=DOCUMENTS)
@settings(deadline=None, max_examples=20, suppress_health_check=list(HealthCheck))
def test_rendering_is_a_function_of_the_message_alone(render: Any, message: Message) -> None:
    where = handle(render.__name__.split(".")[2])
    again = Message.from_json(message.to_json())
    assert render.payloads(message, where) == render.payloads(again, where)
