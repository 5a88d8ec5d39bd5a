"""A line of chat as named raw values, and back."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from bot.command import Option, Raw, compile_parser, format_options
from bot.command.grammar import LONGEST_LINE
from bot.errors import UserError
from bot.users import Attachment, Channel, Role, Said, User

Mapping = dict[str, Raw]
Options = tuple[Option, ...]

TO = Option("to", User, "")
BLESS = (TO, Option("amount", int, "", default=1), Option("note", str, "", default="", rest=True))
SEAL = (
    Option("title", str, ""),
    Option("share", float, "", default=0.5),
    Option("loud", bool, "", default=False),
    Option("mood", str, "", default="calm", choices=("calm", "very calm")),
    Option("friend", User, "", default=None),
    Option("note", str, "", default="", rest=True),
)
NO_REST = (Option("title", str, ""), Option("amount", int, "", default=1))

WHO = Option("who", User, "", many=True)
OFFER = (
    WHO,
    Option("span", timedelta, "", default=None),
    Option("parts", int, "", default=None, many=True),
    Option("room", Channel, "", default=None),
    Option("rank", Role, "", default=None),
    Option("note", str, "", default="", rest=True),
)
TAG = (Option("amount", int, "", default=1), Option("tags", str, "", many=True))

LINES: dict[str, Mapping] = {
    "": {},
    "@bob": {"to": "@bob"},
    "@bob 5 thank you": {"to": "@bob", "amount": 5, "note": "thank you"},
    "@bob thank you": {"to": "@bob", "note": "thank you"},
    "@bob 5 to:cleo with love": {"to": "@bob", "amount": 5, "note": "to:cleo with love"},
    "@bob to:cleo": {"to": "@bob", "note": "to:cleo"},
    "@bob thanks amount:900": {"to": "@bob", "note": "thanks amount:900"},
    "@bob note: see amount:900 below": {"to": "@bob", "note": "see amount:900 below"},
    "@bob note:see amount:900": {"to": "@bob", "note": "see amount:900"},
    "amount:900 @bob hi": {"amount": 900, "to": "@bob", "note": "hi"},
    "@bob 5 5 stars": {"to": "@bob", "amount": 5, "note": "5 stars"},
    '@bob "5 stars"': {"to": "@bob", "note": "5 stars"},
    '@bob "5" stars': {"to": "@bob", "note": '"5" stars'},
    '@bob 5 "quoted" and more': {"to": "@bob", "amount": 5, "note": '"quoted" and more'},
    "@bob 5 “all of it”": {"to": "@bob", "amount": 5, "note": "all of it"},
    '@bob 5 he said "hi': {"to": "@bob", "amount": 5, "note": 'he said "hi'},
    "@bob amount:5 amount:900": {"to": "@bob", "amount": 5, "note": "amount:900"},
    "@bob amount:many": {"to": "@bob", "amount": "many"},
    "https://x.y 5": {"to": "https://x.y", "amount": 5},
    '"to:cleo" 5': {"to": "to:cleo", "amount": 5},
    r'"a \"b\" \\ c" 5': {"to": r'a "b" \ c', "amount": 5},
    r"“a \b” 5": {"to": r"a \b", "amount": 5},
    "@bob 1234567890123456789": {"to": "@bob", "amount": "1234567890123456789"},
    "@bob 1.5 thank you": {"to": "@bob", "amount": "1.5", "note": "thank you"},
    "@bob 1,000": {"to": "@bob", "amount": "1,000"},
    '@bob "1.5"': {"to": "@bob", "note": "1.5"},
    '@bob -0.5 "a: b"': {"to": "@bob", "amount": "-0.5", "note": "a: b"},
    "@bob 10/10 would do it again": {"to": "@bob", "note": "10/10 would do it again"},
    "@bob 1st": {"to": "@bob", "note": "1st"},
    "@bob ٥": {"to": "@bob", "note": "٥"},
    "@bob\n\t5\n two\nlines ": {"to": "@bob", "amount": 5, "note": "two\nlines"},
}


@pytest.mark.parametrize("line", LINES)
def test_lines(line: str) -> None:
    assert compile_parser(BLESS)(line) == LINES[line]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("dawn 0.25 yes calm @bob hi", {"share": 0.25, "loud": True, "mood": "calm", "friend": "@bob", "note": "hi"}),
        ("dawn hello there", {"note": "hello there"}),
        ("dawn 1e400 stars", {"note": "1e400 stars"}),
        ("dawn Calm hi", {"mood": "Calm", "note": "hi"}),
        ("dawn off <@42> hi", {"loud": False, "friend": "<@42>", "note": "hi"}),
        ('dawn "yes" he said', {"note": '"yes" he said'}),
        ('dawn mood:"very calm" hi', {"mood": "very calm", "note": "hi"}),
        ("dawn share:1e2 hi", {"share": 100.0, "note": "hi"}),
        ("dawn friend:bob hi", {"friend": "bob", "note": "hi"}),
    ],
)
def test_every_optional_type_gives_way_to_rest(line: str, wanted: Mapping) -> None:
    assert compile_parser(SEAL)(line) == {"title": "dawn", **wanted}


def test_without_rest_a_wrong_number_is_not_skipped() -> None:
    assert compile_parser(NO_REST)("dawn many") == {"title": "dawn", "amount": "many"}


def test_words_too_many_are_refused_without_being_repeated() -> None:
    with pytest.raises(UserError) as refused:
        compile_parser(NO_REST)("dawn 5 hunter2")
    assert "hunter2" not in str(refused.value)
    assert "<title> [amount]" in str(refused.value)
    with pytest.raises(UserError, match="takes nothing more"):
        compile_parser(())("anything")


@pytest.mark.parametrize("piece", ["a ", '"', '" ', "“ ", '"\\', "to:", "amount:“", " "])
def test_very_long_lines_end(piece: str) -> None:
    line = (piece * LONGEST_LINE)[:LONGEST_LINE]
    assert len(str(compile_parser(BLESS)(line))) < 2 * LONGEST_LINE
    with pytest.raises(UserError, match="too long"):
        compile_parser(BLESS)(line + "x")


@pytest.mark.parametrize(
    ("mapping", "line"),
    [
        ({"to": User("telegram", "42", "Bob"), "amount": 5, "note": "hi"}, "<@42> 5 hi"),
        ({"to": "@bob", "note": "thank you"}, '@bob note:"thank you"'),
        ({"to": "@bob", "amount": "many"}, "@bob amount:many"),
        ({"amount": 5}, "amount:5"),
        ({}, ""),
    ],
)
def test_format(mapping: Mapping, line: str) -> None:
    assert format_options(BLESS, mapping) == line


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("@bob @cleo", {"who": ["@bob", "@cleo"]}),
        ("@bob @cleo thank you", {"who": ["@bob", "@cleo"], "note": "thank you"}),
        ("@bob,@cleo @dan", {"who": ["@bob", "@cleo"], "rank": "@dan"}),
        ("@bob, @cleo, @dan hi", {"who": ["@bob", "@cleo", "@dan"], "note": "hi"}),
        ('"Ann Lee",@bob hi', {"who": ["Ann Lee", "@bob"], "note": "hi"}),
        ('"@bob" @cleo', {"who": ["@bob"], "rank": "@cleo"}),
        ("bob @cleo", {"who": ["bob"], "rank": "@cleo"}),
        ("who:@bob @cleo", {"who": ["@bob"], "rank": "@cleo"}),
        ('who:"x, y",@bob 1h', {"who": ["x, y", "@bob"], "span": "1h"}),
        ("@bob 90s 1 2 3 stars", {"who": ["@bob"], "span": "90s", "parts": [1, 2, 3], "note": "stars"}),
        ("@bob 2 days 1,2 3", {"who": ["@bob"], "span": "2 days", "parts": [1, 2], "note": "3"}),
        ("@bob 1:30:00 on time", {"who": ["@bob"], "span": "1:30:00", "note": "on time"}),
        ('@bob "2 days" on', {"who": ["@bob"], "note": '"2 days" on'}),
        ("@bob 2 apples", {"who": ["@bob"], "parts": [2], "note": "apples"}),
        ("@bob <#7> <@&9> hi", {"who": ["@bob"], "room": "<#7>", "rank": "<@&9>", "note": "hi"}),
        ("@bob #lounge @cleo who:@dan", {"who": ["@bob"], "room": "#lounge", "rank": "@cleo", "note": "who:@dan"}),
        ("<@1> <@&2>", {"who": ["<@1>"], "rank": "<@&2>"}),
        ("@bob @cleo parts:1,2", {"who": ["@bob", "@cleo"], "parts": [1, 2]}),
        ("@bob parts:,", {"who": ["@bob"], "parts": []}),
    ],
)
def test_lists_rooms_and_lengths_of_time(line: str, wanted: Mapping) -> None:
    assert compile_parser(OFFER)(line) == wanted


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("red blue", {"tags": ["red", "blue"]}),
        ("2 red, dark blue", {"amount": 2, "tags": ["red", "dark blue"]}),
        ('"dark blue" red amount:5', {"tags": ["dark blue", "red", "amount:5"]}),
        ("tags:red,blue 3", {"tags": ["red", "blue"], "amount": 3}),
    ],
)
def test_a_list_of_texts_takes_the_tail(line: str, wanted: Mapping) -> None:
    assert compile_parser(TAG)(line) == wanted


@pytest.mark.parametrize(
    ("mapping", "line"),
    [
        ({"who": ["@bob", User("discord", "7", "Cleo")], "span": "1h"}, "@bob,<@7> 1h"),
        ({"who": ["@bob"], "parts": [1, 2]}, "who:@bob parts:1,2"),
        ({"who": ["Ann Lee", "@bob"], "room": Channel("discord", "5", "x")}, '"Ann Lee",@bob room:<#5>'),
        ({"who": "@bob, @cleo", "rank": Role("discord", "5", "x")}, "@bob,@cleo rank:<@&5>"),
        ({"span": timedelta(hours=1.5)}, "span:1h30m"),
    ],
)
def test_format_of_lists_and_what_was_pointed_at(mapping: Any, line: str) -> None:
    assert format_options(OFFER, mapping) == line


def test_files_and_messages_are_never_typed() -> None:
    options = (Option("said", Said, ""), Option("title", str, ""), Option("picture", Attachment, "", default=None))
    mapping: Mapping = {"title": "x", "picture": Attachment("discord", "1", "a.png")}
    assert format_options(options, mapping) == "x"
    assert compile_parser(options)("picture:x") == {"title": "picture:x"}
    with pytest.raises(UserError, match=r"I expected: <title> \[picture\]"):
        compile_parser(options)("a b")


@pytest.mark.parametrize("piece", ['"a', '"a,', "“ ", '"\\', '"\\" ', "@a ", "@a, ", ",", "1 ", '"@a" ', "who:“ "])
@pytest.mark.parametrize("options", [OFFER, TAG])
def test_very_long_lists_end(options: Options, piece: str) -> None:
    line = (piece * LONGEST_LINE)[:LONGEST_LINE]
    with suppress(UserError):
        compile_parser(options)(line)
