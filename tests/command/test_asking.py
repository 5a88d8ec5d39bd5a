"""What a handler can ask for."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from annotated_types import Ge, MaxLen

from bot.command import Option, Raw, asked, compile_binder, read_answer
from bot.errors import UserError
from bot.users import Attachment, Said, User

BOB = User("twitch", "7", "Bob", "bob")


class Mood(Enum):
    CALM = 1
    STORM = 2


@dataclass
class Order:
    """What somebody orders.

    Attributes:
        size: How large it is.
        note: A few words.
    """

    size: Literal["small", "large"]
    note: Annotated[str, MaxLen(20)] = ""
    guests: list[User] = field(default_factory=list)
    made: int = field(default=0, init=False)


async def resolver(ref: str, kind: type = User) -> User | None:
    return BOB if (ref, kind) == ("@bob", User) else None


async def answered(kind: Any, text: str) -> object:
    """What a typed line is as the answer to a question of one field."""
    fields, build = asked(kind)
    [option] = fields
    return build(await compile_binder(fields, "answer")({option.name: read_answer(option, text)}, resolver))


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (str, "all of it, truly", "all of it, truly"),
        (str, ' "quoted whole" ', "quoted whole"),
        (str, 'he said "hi"', 'he said "hi"'),
        (str, "note:5", "note:5"),
        (Annotated[int, Ge(1)], "5", 5),
        (float, "0.5", 0.5),
        (bool, "yes", True),
        (Literal["very calm", "storm"], "Very Calm", "very calm"),
        (Mood, "2", Mood.STORM),
        (timedelta, "2 days", timedelta(days=2)),
        (User, "@bob", BOB),
        (list[User], "@bob @bob", [BOB, BOB]),
        (list[str], "red, dark blue", ["red", "dark blue"]),
    ],
)
async def test_a_line_is_an_answer(kind: Any, text: str, value: object) -> None:
    assert await answered(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text", "says"),
    [
        (Annotated[int, Ge(1)], "0", "answer must be at least 1."),
        (Mood, "3", "answer must be one of 1, 2."),
        (User, "@zoe", "I do not know @zoe here."),
        (str, "", "answer is missing. Try: answer"),
    ],
)
async def test_what_does_not_answer_is_refused(kind: Any, text: str, says: str) -> None:
    with pytest.raises(UserError) as refused:
        await answered(kind, text)
    assert str(refused.value) == says


async def test_an_optional_answer_and_a_file() -> None:
    (option,), build = asked(int | None)
    assert (option.name, option.required) == ("answer", False)
    assert build(await compile_binder((option,), "x")({}, resolver)) is None
    picture = Attachment("discord", "1", "a.png")
    fields, build = asked(Attachment)
    assert build(await compile_binder(fields, "x")({"answer": picture}, resolver)) == picture


async def test_a_form() -> None:
    fields, build = asked(Order)
    assert fields == (
        Option("size", str, "How large it is.", choices=("small", "large")),
        Option("note", str, "A few words.", default="", max_length=20),
        Option("guests", User, "guests", default=[], many=True),
    )
    mapping: dict[str, Raw] = {"size": "Large", "guests": "@bob"}
    assert build(await compile_binder(fields, "order")(mapping, resolver)) == Order("large", "", [BOB])


@dataclass
class Long:
    a: int
    b: int
    c: int
    d: int
    e: int
    f: int


@dataclass
class Odd:
    x: bytes


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        (bytes, "bytes cannot be asked for: 'answer' has the type bytes"),
        (list[Attachment], "'answer' is a list of what no list is of"),
        (Said, "a message cannot be asked for"),
        (Long, "Long cannot be asked for: it has 6 fields; a form has 1 to 5"),
        (Odd, "Odd cannot be asked for: 'x' has the type bytes"),
        (5, "'answer' has the type 5"),
    ],
)
def test_what_cannot_be_asked(kind: Any, what: str) -> None:
    with pytest.raises(TypeError) as refused:
        asked(kind)
    assert what in str(refused.value)
