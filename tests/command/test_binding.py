"""Raw values become what a handler takes, or a kind refusal."""

import math
from datetime import timedelta
from enum import Enum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.command import CommandSpec, Option, Raw, clean
from bot.errors import UserError
from bot.message import Message
from bot.users import Attachment, Channel, Role, Said, User

BOB = User("twitch", "7", "Bob", "bob")


async def handler() -> Message:
    return Message()


async def known(ref: str, kind: type = User) -> User | None:
    return BOB if ref in ("@bob", "<@7>") else None


async def nobody(ref: str, kind: type = User) -> User | None:
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


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("0", "bounds"),
        ("1.5", "fraction"),
        (5.0, "fraction"),
        (str(2**63), "too_large"),
        (2**63, "too_large"),
        ("many", "invalid"),
        (True, "invalid"),
    ],
)
async def test_each_way_to_be_no_amount_has_its_own_code(raw: Raw, code: str) -> None:
    with pytest.raises(UserError) as refused:
        await bound(WHOLE, raw)
    assert refused.value.code == code


class Mood(Enum):
    CALM = "calm"
    STORM = "Storm"


class Shape(Enum):
    ROUND = (1, 2)
    LONG = (3, 4)


SPAN = Option("span", timedelta, "", low=60, high=7200)
MOODY = Option("mood", str, "", choices=("calm", "Storm"), enum=Mood)
SHAPE = Option("shape", str, "", choices=("round", "long"), enum=Shape)
PARTS = Option("parts", int, "", many=True, low=1, max_length=3)
TAGS = Option("tags", str, "", many=True, min_length=2)
ONE_FILE = Option("picture", Attachment, "")
PICTURE = Attachment("discord", "1", "a.png")
ABOUT = Option("about", Said, "")
SAID = Said("1", BOB, "hello")


@pytest.mark.parametrize(
    ("option", "raw", "value"),
    [
        (SPAN, "90s", timedelta(seconds=90)),
        (SPAN, " \u200e1h 30 minutes", timedelta(hours=1.5)),
        (SPAN, "1:30:00", timedelta(hours=1.5)),
        (SPAN, "0.5h", timedelta(minutes=30)),
        (MOODY, "STORM", Mood.STORM),
        (SHAPE, "long", Shape.LONG),
        (PARTS, "1, 2 ,3", [1, 2, 3]),
        (PARTS, "1 2", [1, 2]),
        (PARTS, [1, "2"], [1, 2]),
        (PARTS, 3, [3]),
        (TAGS, '"a, b" c', ["a, b", "c"]),
        (TAGS, "dark blue, red,", ["dark blue", "red"]),
        (
            Option("mood", str, "", choices=("calm", "Storm"), enum=Mood, many=True),
            "storm, calm",
            [Mood.STORM, Mood.CALM],
        ),
        (ONE_FILE, PICTURE, PICTURE),
        (ABOUT, SAID, SAID),
    ],
)
async def test_more_values(option: Option, raw: Raw, value: object) -> None:
    assert await bound(option, raw) == value


@pytest.mark.parametrize(
    ("option", "raw", "says"),
    [
        (SPAN, "90", "span must be a length of time, such as 90s, 1h30m or 2 days."),
        (SPAN, 90, "span must be a length of time, such as 90s, 1h30m or 2 days."),
        (SPAN, "9" * 100_000 + "s", "span must be a length of time, such as 90s, 1h30m or 2 days."),
        (SPAN, "59.999999s", "span must be between 1m and 2h."),
        (Option("span", timedelta, "", high=60), "2m", "span must be at most 1m."),
        (MOODY, "void", "mood must be one of calm, Storm."),
        (PARTS, "1,2,3,4", "parts takes at most 3, not 4."),
        (PARTS, "0", "parts must be at least 1."),
        (PARTS, "1,x", "parts must be a whole number of at most 18 digits."),
        (PARTS, ",", "parts takes at least 1, not 0."),
        (TAGS, "one", "tags takes at least 2, not 1."),
        (TAGS, ["a", 5], "tags must be text."),
        (TAGS, "x," * 51, "tags takes at most 50, not 51."),
        (TAGS, "x" * 6_001, "tags is too long."),
        (ONE_FILE, "a.png", "picture must be a file."),
        (ABOUT, PICTURE, "about must be a message."),
    ],
)
async def test_more_refusals(option: Option, raw: Raw, says: str) -> None:
    assert await refusal(option, raw) == says


@pytest.mark.parametrize(
    ("option", "says"),
    [
        (ONE_FILE, "picture is missing. Send a file along with try <picture>"),
        (ABOUT, "Reply to the message that is meant with try, or pick it from its menu."),
        (TAGS, "tags is missing. Try: try <tags>"),
    ],
)
async def test_what_is_missing_says_how_it_is_given(option: Option, says: str) -> None:
    with pytest.raises(UserError) as refused:
        await spec(option).bind({}, nobody)
    assert str(refused.value) == says


LOUNGE, VIP = Channel("discord", "7", "lounge"), Role("discord", "9", "vip")
THERE: dict[tuple[str, type], Any] = {("@bob", User): BOB, ("#lounge", Channel): LOUNGE, ("@vip", Role): VIP}


async def there(ref: str, kind: type = User) -> Any:
    return THERE.get((ref, kind))


async def test_channels_roles_and_lists_are_looked_up_each_by_its_kind() -> None:
    options = (Option("room", Channel, ""), Option("rank", Role, ""), Option("who", User, "", many=True))
    wanted = {"room": LOUNGE, "rank": VIP, "who": [BOB, BOB]}
    assert await spec(*options).bind({"room": "#lounge", "rank": "@vip", "who": "@bob @bob"}, there) == wanted
    assert await spec(*options).bind({"room": LOUNGE, "rank": VIP, "who": [BOB, "@bob"]}, nobody_but_bob) == wanted


async def nobody_but_bob(ref: str, kind: type = User) -> User:
    assert (ref, kind) == ("@bob", User)
    return BOB


@pytest.mark.parametrize(
    ("option", "raw", "says"),
    [
        (Option("room", Channel, ""), "#attic", "I know no channel #attic here."),
        (Option("room", Channel, ""), 5, "room must be a channel."),
        (Option("rank", Role, ""), "@vip2", "I know no role @vip2 here."),
        (Option("who", User, "", many=True), "@bob,@zoe", "I do not know @zoe here."),
        (Option("who", User, "", many=True), [LOUNGE], "who must be somebody."),
    ],
)
async def test_what_is_unknown_is_refused(option: Option, raw: Raw, says: str) -> None:
    with pytest.raises(UserError) as refused:
        await spec(option).bind({option.name: raw}, there)
    assert str(refused.value) == says


async def test_a_default_list_is_nobody_elses() -> None:
    listed = Option("tags", str, "", default=[], many=True)
    first = await spec(listed).bind({}, nobody)
    first["tags"].append("x")
    assert await spec(listed).bind({}, nobody) == {"tags": []}


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
