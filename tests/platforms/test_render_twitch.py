"""Twitch: plain lines that never are chat commands."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from bot.command import ReplyHandle
from bot.message import Button, Image, Message, Run, b, code, link, quote, spoiler, t
from bot.message.split import split
from bot.platforms.twitch.render import LIMIT, _simple, _words, payloads
from bot.platforms.twitch.render import line as one_line
from bot.users import User

ADA = User("twitch", "11", "Ada", "ada")
CHAT = ReplyHandle("twitch", "1", "100", ADA, message="m1")

RUNS = st.lists(
    st.builds(
        Run,
        st.text(max_size=9)
        | st.sampled_from(["/ban x", ".me", "/", " ", "\n/timeout", "a", "\u202e/", "é", "👨‍👩‍👧", "\x01"])
        | st.text(max_size=9),
        st.integers(0, 7),
        href=st.sampled_from([None, "https://a.example"]),
        mention=st.sampled_from([None, None, "twitch:7", "discord:8"]),
    ),
    max_size=8,
)


@settings(deadline=None, max_examples=60)
@given(RUNS, st.integers(1, 60), st.lists(st.text(max_size=90), max_size=4))
def test_lines_are_short_and_plain_and_never_commands(runs: list[Run], times: int, labels: list[str]) -> None:
    lines = payloads(Message(*runs * times, buttons=[Button(label, "p") for label in labels]), CHAT)
    assert lines
    for line in lines:
        text = line["message"]
        assert 0 < len(text) <= 500
        assert not text.startswith(("/", "."))
        assert text == " ".join(text.split())
        assert "\u202e" not in text


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(st.characters(categories=("L", "N")), min_size=1, max_size=30), min_size=1), st.integers(1, 30))
def test_nothing_is_lost(words: list[str], times: int) -> None:
    said = " ".join(words * times)
    lines = [line["message"] for line in payloads(Message(said), CHAT)]
    assert "".join("".join(lines).split()) == "".join(said.split())


@pytest.mark.parametrize(
    ("parts", "line"),
    [
        (["You have ", b(5), " ✦."], "You have 5 ✦."),
        ([code("x"), "\n\n  y"], "x y"),
        ([link("here", "https://a.example")], "here (https://a.example)"),
        ([ADA, " hi"], "@Ada hi"),
        ([User("discord", "9", "Bob")], "Bob"),
        (["/ban Ada"], "· /ban Ada"),
        ([" .me waves"], "· .me waves"),
        (["\u200b/x"], "\u200b/x"),
        (["ev\u202eil"], "evil"),
        ([], "…"),
    ],
)
def test_golden(parts: list[Any], line: str) -> None:
    assert payloads(Message(*parts), CHAT) == [{"message": line, "reply_parent_message_id": "m1"}]


def test_the_prefix_counts() -> None:
    lines = [line["message"] for line in payloads(Message("/" * 499), CHAT)]
    assert [len(line) for line in lines] == [499, 4]
    assert "".join(lines).replace("· ", "") == "/" * 499


def test_buttons_are_numbered_and_count() -> None:
    buttons = [Button("I agree", "consent"), Button("Not now", "no")]
    assert payloads(Message("Shall I?", buttons=buttons), CHAT)[0]["message"] == "Shall I? !1 I agree · !2 Not now"
    lines = [line["message"] for line in payloads(Message("x" * 490, buttons=buttons), CHAT)]
    assert lines == ["x" * 490, "!1 I agree · !2 Not now"]


def test_a_picture_is_its_address_or_its_words() -> None:
    assert (
        payloads(Message("x", images=[Image("A", url="https://a.example/s")]), CHAT)[0]["message"]
        == "x https://a.example/s"
    )
    assert payloads(Message("x", images=[Image("A sigil", b"PNG")]), CHAT)[0]["message"] == "x [A sigil]"


@pytest.mark.parametrize(
    "handle", [structs.replace(CHAT, private=True), structs.replace(CHAT, direct=True, channel="")]
)
def test_private_is_a_whisper(handle: ReplyHandle) -> None:
    assert payloads(Message("x"), handle) == [{"message": "x", "to_user_id": "11"}]


def test_a_private_message_is_a_whisper_in_every_piece() -> None:
    lines = payloads(Message("x " * 600, private=True), CHAT)
    assert [line.keys() for line in lines] == [{"message", "to_user_id"}] * 3


def test_without_a_message_to_reply_to() -> None:
    assert payloads(Message("x"), structs.replace(CHAT, message=None)) == [{"message": "x"}]


WORDS = st.sampled_from(["a", "", " ", "/me", "x" * 300, "é\u202e", "\ud800", "\r", "\n", "@ada", "👨‍👩‍👧"])
NAMES = st.builds(User, st.sampled_from(["twitch", "discord"]), st.sampled_from(["", "7"]), WORDS)
ARGS = st.one_of(WORDS, NAMES, st.integers(), RUNS.map(lambda runs: runs[0] if runs else "x"), WORDS.map(spoiler))
TEXTS = st.builds(lambda to, note: t("{to}: {note}!", to=to, note=note), ARGS, ARGS)


@settings(deadline=None, max_examples=150)
@given(st.lists(st.one_of(WORDS, NAMES, TEXTS, st.builds(quote, TEXTS), st.builds(b, TEXTS)), max_size=4))
def test_what_is_only_words_and_names_is_the_same_line_by_the_long_way(parts: list[Any]) -> None:
    message = Message(*parts)
    short = _simple(message)
    long = [one_line(piece) for piece in split(_words(message), LIMIT, lambda runs: len(one_line(runs)))]
    assert short is None or [short] == long


def test_words_and_names_take_the_short_way() -> None:
    greeting = t("{who} is blessed by {by}: {n}", who=b(ADA), by=User("discord", "9", "Bob"), n=5)
    assert _simple(Message(greeting)) == "@Ada is blessed by Bob: 5"
    assert _simple(Message(spoiler("x"))) is None
    assert _simple(Message(t("{x}", x=link("here", "https://a.example")))) is None
