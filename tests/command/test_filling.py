"""Files and the message that is meant are put where they belong; what is still missing is known."""

import pytest

from bot.command import CommandSpec, Option, Raw, complete, missing
from bot.errors import UserError
from bot.message import Message
from bot.users import Attachment, Said, User

BOB = User("twitch", "7", "Bob", "bob")
A, B, C = (Attachment("telegram", name, f"{name}.png") for name in "abc")
SAID = Said("1", BOB, "hello")
FIRST, SECOND = Option("first", Attachment, ""), Option("second", Attachment, "", default=None)
TITLE, ABOUT = Option("title", str, ""), Option("about", Said, "")


async def handler() -> Message:
    return Message()


def spec(*options: Option) -> CommandSpec:
    return CommandSpec("try", "", options, handler)


@pytest.mark.parametrize(
    ("mapping", "files", "wanted"),
    [
        ({"title": "x"}, [], {"title": "x"}),
        ({"title": "x"}, [A], {"title": "x", "first": A}),
        ({}, [A, B], {"first": A, "second": B}),
        ({"first": C}, [A], {"first": C, "second": A}),
    ],
)
def test_files_fill_their_options_in_order(
    mapping: dict[str, Raw], files: list[Attachment], wanted: dict[str, Raw]
) -> None:
    given = dict(mapping)
    assert complete(spec(TITLE, FIRST, SECOND), mapping, files) == wanted
    assert mapping == given


def test_too_many_files_are_refused() -> None:
    with pytest.raises(UserError, match="You sent 3 files; I take 2"):
        complete(spec(FIRST, SECOND), {}, [A, B, C])


def test_the_message_that_was_replied_to() -> None:
    assert complete(spec(ABOUT, TITLE), {"title": "x"}, about=SAID) == {"title": "x", "about": SAID}
    assert complete(spec(ABOUT), {}) == {}
    other = Said("2", BOB, "picked")
    assert complete(spec(ABOUT), {"about": other}, about=SAID) == {"about": other}


def test_a_command_that_takes_none_is_left_alone() -> None:
    mapping: dict[str, Raw] = {"title": "x"}
    assert complete(spec(TITLE), mapping, [A], SAID) is mapping


def test_missing() -> None:
    tags, note = Option("tags", str, "", many=True), Option("note", str, "", default="")
    needy = spec(TITLE, FIRST, ABOUT, tags, note)
    assert missing(needy, {}) == (TITLE, FIRST, tags)
    assert missing(needy, {"title": "", "first": A, "tags": []}) == (TITLE, tags)
    assert missing(needy, {"title": "x", "first": A, "tags": ["y"]}) == ()
