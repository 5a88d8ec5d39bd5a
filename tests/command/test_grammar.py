"""A line of chat as named raw values, and back."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.command import REQUIRED, Option, Raw, compile_parser, format_options
from bot.command.grammar import LONGEST_LINE
from bot.errors import UserError
from bot.users import User

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
    "@bob 1234567890123456789": {"to": "@bob", "note": "1234567890123456789"},
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


WORDS = (
    st.text(max_size=20)
    | st.text(alphabet='ab "\\“”:to@5-\n', max_size=12)
    | st.sampled_from(["to:cleo", "amount:9", "5", "0.5", "yes", "calm", "@bob", "<@1>", '"', "to:", ":", "1e3", "-0"])
)
VALUES: dict[Any, st.SearchStrategy[Raw]] = {
    str: WORDS,
    int: st.integers(-(10**18) + 1, 10**18 - 1) | WORDS,
    float: st.floats(-1e17, 1e17, allow_nan=False) | WORDS,
    bool: st.booleans() | WORDS,
    User: WORDS | st.builds(User, st.just("telegram"), WORDS, st.just("Bob")),
}
DEFAULTS: st.SearchStrategy[object] = st.sampled_from([REQUIRED, None])
NAMES = ["to", "amount", "who", "count", "kind", "a1"]


@st.composite
def option_lists(draw: Callable[..., Any]) -> Options:
    def one(name: str) -> Option:
        kind = draw(st.sampled_from([str, int, float, bool, User]))
        choices = ("calm", "very calm", "5") if kind is str and draw(st.booleans()) else ()
        return Option(name, kind, "", draw(DEFAULTS), choices=choices)

    options = [one(name) for name in draw(st.lists(st.sampled_from(NAMES), max_size=4, unique=True))]
    if draw(st.booleans()):
        options.append(Option("note", str, "", draw(DEFAULTS), rest=True))
    return tuple(options)


@st.composite
def filled(draw: Callable[..., Any]) -> tuple[Options, Mapping]:
    options = draw(option_lists())
    return options, {option.name: draw(VALUES[option.type]) for option in options if draw(st.booleans())}


def as_read(mapping: Mapping) -> Mapping:
    return {name: f"<@{raw.id}>" if isinstance(raw, User) else raw for name, raw in mapping.items()}


@settings(max_examples=200, deadline=None)
@given(filled())
def test_what_is_formatted_is_read_back(pair: tuple[Options, Mapping]) -> None:
    options, mapping = pair
    line = format_options(options, mapping)
    read = compile_parser(options)(line)
    assert read == as_read(mapping), line
    assert {name: type(raw) for name, raw in read.items()} == {n: type(raw) for n, raw in as_read(mapping).items()}


@settings(max_examples=200, deadline=None)
@given(filled(), WORDS)
def test_later_text_changes_nothing_that_is_bound(pair: tuple[Options, Mapping], later: str) -> None:
    options, mapping = pair
    mapping.pop("note", None)
    line = format_options(options, mapping)
    if not line:
        return
    try:
        after = compile_parser(options)(f"{line} {later}")
    except UserError:
        return
    assert {name: after[name] for name in mapping} == as_read(mapping), (line, later)


@settings(max_examples=200, deadline=None)
@given(option_lists(), st.lists(WORDS, max_size=6).map(" ".join))
def test_any_text_is_read_or_refused_and_reads_the_same_again(options: Options, text: str) -> None:
    parse = compile_parser(options)
    try:
        mapping = parse(text)
    except UserError:
        return
    assert mapping.keys() <= {option.name for option in options}
    assert parse(format_options(options, mapping)) == mapping
