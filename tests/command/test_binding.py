"""Raw values become what a handler takes, or a kind refusal."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.command import CommandSpec, Option, Raw, clean
from bot.errors import UserError
from bot.message import Message
from bot.users import User

BOB = User("twitch", "7", "Bob", "bob")


async def handler() -> Message:
    return Message()


async def known(ref: str) -> User | None:
    return BOB if ref in ("@bob", "<@7>") else None


async def nobody(ref: str) -> User | None:
    raise AssertionError(f"{ref} did not need looking up")


def spec(*options: Option) -> CommandSpec:
    return CommandSpec("try", "", options, handler)


async def bound(option: Option, raw: Raw) -> object:
    return (await spec(option).bind({option.name: raw}, nobody))[option.name]


async def refusal(option: Option, raw: Raw) -> str:
    with pytest.raises(UserError) as refused:
        await bound(option, raw)
    return str(refused.value)


WHOLE = Option("amount", int, "", low=1, high=1000)
DECIMAL = Option("share", float, "", low=0, high=1)
LOUD = Option("loud", bool, "")
MOOD = Option("mood", str, "", choices=("calm", "Storm"))
PAGE = Option("page", int, "", choices=(1, 2))
NOTE = Option("note", str, "", max_length=5)
FREE = Option("note", str, "", default="")


@pytest.mark.parametrize(
    ("option", "raw", "value"),
    [
        (WHOLE, 5, 5),
        (WHOLE, "5", 5),
        (WHOLE, "+5", 5),
        (WHOLE, "\u200e5 ", 5),
        (DECIMAL, 1, 1.0),
        (DECIMAL, 0.5, 0.5),
        (DECIMAL, "5e-1", 0.5),
        (LOUD, True, True),
        (LOUD, "On", True),
        (LOUD, "no", False),
        (MOOD, "calm", "calm"),
        (MOOD, "storm", "Storm"),
        (PAGE, 2, 2),
        (PAGE, "2", 2),
        (NOTE, "12345", "12345"),
        (NOTE, "a\n\tb", "a\n\tb"),
        (NOTE, "\u202e12345\u2069\x00\r", "12345"),
        (NOTE, "\ud800a", "a"),
        (FREE, "", ""),
        (FREE, "👨‍👩‍👧 ✦", "👨‍👩‍👧 ✦"),
    ],
)
async def test_values(option: Option, raw: Raw, value: object) -> None:
    given_back = await bound(option, raw)
    assert given_back == value
    assert type(given_back) is type(value)


NOT_WHOLE = "amount must be a whole number of at most 18 digits."
NOT_A_NUMBER = "share must be a number."
MOODS = "mood must be one of calm, Storm."


@pytest.mark.parametrize(
    ("option", "raw", "says"),
    [
        (WHOLE, 0, "amount must be between 1 and 1000."),
        (WHOLE, "1001", "amount must be between 1 and 1000."),
        (Option("amount", int, "", low=1), 0, "amount must be at least 1."),
        (Option("amount", int, "", high=9), 10, "amount must be at most 9."),
        (Option("amount", int, "", high=0), 1, "amount must be at most 0."),
        (WHOLE, True, NOT_WHOLE),
        (WHOLE, 5.0, NOT_WHOLE),
        (WHOLE, "many", NOT_WHOLE),
        (WHOLE, "٥", NOT_WHOLE),
        (WHOLE, "1_0", NOT_WHOLE),
        (WHOLE, 10**18, NOT_WHOLE),
        (WHOLE, "9" * 19, NOT_WHOLE),
        (WHOLE, "9" * 100_000, NOT_WHOLE),
        (WHOLE, BOB, NOT_WHOLE),
        (DECIMAL, math.nan, NOT_A_NUMBER),
        (DECIMAL, math.inf, NOT_A_NUMBER),
        (DECIMAL, "nan", NOT_A_NUMBER),
        (DECIMAL, "1e999", NOT_A_NUMBER),
        (DECIMAL, False, NOT_A_NUMBER),
        (DECIMAL, 10**400, NOT_A_NUMBER),
        (LOUD, "perhaps", "loud must be yes or no."),
        (LOUD, 1, "loud must be yes or no."),
        (MOOD, "void", MOODS),
        (MOOD, 1, MOODS),
        (PAGE, 3, "page must be one of 1, 2."),
        (PAGE, True, "page must be one of 1, 2."),
        (NOTE, "123456", "note is too long: 6 of at most 5 characters."),
        (NOTE, 5, "note must be text."),
        (NOTE, BOB, "note must be text."),
        (NOTE, "\u202e\u200f", "note must not be empty."),
        (NOTE, "  ", "note must not be empty."),
        (Option("note", str, "", min_length=3), "ab", "note must have at least 3 characters."),
        (FREE, "x" * 6_001, "note is too long: 6001 of at most 6000 characters."),
        (FREE, "x" * 100_000, "note is too long: 100000 of at most 6000 characters."),
    ],
)
async def test_refusals(option: Option, raw: Raw, says: str) -> None:
    assert await refusal(option, raw) == says


TO, AMOUNT = Option("to", User, ""), Option("amount", int, "", default=1)


async def test_what_is_missing_is_its_default_or_refused_with_the_usage() -> None:
    assert await spec(TO, AMOUNT).bind({"to": BOB}, nobody) == {"to": BOB, "amount": 1}
    for mapping in ({}, {"to": ""}):
        with pytest.raises(UserError, match=r"to is missing\. Try: try <to> \[amount\]"):
            await spec(TO, AMOUNT).bind(mapping, nobody)


async def test_a_name_that_is_no_option_is_refused() -> None:
    with pytest.raises(UserError, match=r"more than I can use\. Try: try <to>"):
        await spec(TO).bind({"to": BOB, "admin": True}, nobody)


@pytest.mark.parametrize("ref", ["@bob", "<@7>", " \u200e@bob"])
async def test_a_user_is_looked_up(ref: str) -> None:
    assert await spec(TO).bind({"to": ref}, known) == {"to": BOB}


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("@zoe\u202e", "I do not know @zoe here."),
        ("x" * 100_000, f"I do not know {'x' * 200} here."),
        (7, "to must be somebody."),
        ("\u202e", "to must be somebody."),
    ],
)
async def test_an_unknown_user_is_refused(raw: Raw, says: str) -> None:
    with pytest.raises(UserError) as refused:
        await spec(TO).bind({"to": raw}, known)
    assert str(refused.value) == says


def test_nothing_is_awaited_where_nobody_must_be_looked_up() -> None:
    with pytest.raises(StopIteration) as ended:
        spec(TO, AMOUNT).bind({"to": BOB, "amount": "5"}, nobody).send(None)
    assert ended.value.value == {"to": BOB, "amount": 5}


@given(st.text(max_size=60))
def test_clean_text_can_be_encoded_and_is_clean_already(text: str) -> None:
    cleaned = clean(text + "\ud83d\u2066\x1b")
    cleaned.encode()
    assert clean(cleaned) == cleaned
    assert not set(cleaned) & {"\u2066", "\x1b", "\u202e", "\x7f"}
