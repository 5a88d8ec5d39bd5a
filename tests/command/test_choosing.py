"""Choices in people's own language: what they are called, typed as, and what is refused."""

from enum import Enum, IntEnum, StrEnum
from typing import Literal

import pytest

from bot.command import CommandSpec, Option, clashes, command, compile_commands, named, worded
from bot.context import Context
from bot.errors import UserError
from bot.message import Message, b, t
from tests.command.test_binding import nobody

DE = {"ember": "Glut", "dawn": "Morgenröte", "ash": "Maß", "a {b}": "c {b}"}
FR = {"ember": "braise", "dawn": "aube"}
GERMAN, FRENCH = (lambda text: DE.get(text, text)), (lambda text: FR.get(text, text))
LANGUAGES = {"de": GERMAN, "fr": FRENCH}


class Mood(Enum):
    """By name: the values are neither all text nor all numbers."""

    EMBER = (1,)
    ASH = (2,)


class Tea(StrEnum):
    """By value."""

    GREEN = "green"


class Cup(IntEnum):
    """Numbers are the same in every language."""

    SMALL = 1


@command
async def feel(
    ctx: Context, mood: Literal["ember", "dawn", "ash"], also: list[Mood] | None = None, note: str = ""
) -> Message:
    """Say how it feels.

    Args:
        mood: How.
        also: What else.
        note: Anything.
    """
    del ctx, also, note
    return Message(mood)


def spec() -> CommandSpec:
    (made,), problems = compile_commands([feel])
    assert problems == []
    return CommandSpec(
        made.path, made.about, tuple(worded(one, LANGUAGES) for one in made.options), made.handler, source=made.source
    )


@pytest.mark.parametrize(
    ("line", "mood"),
    [
        ("ember", "ember"),
        ("Glut", "ember"),
        ("gLUT", "ember"),
        ("braise", "ember"),
        ("Morgenröte", "dawn"),
        ("MORGENROETE", "dawn"),
        ("mass", "ash"),
        ("mood:glut", "ember"),
    ],
)
async def test_a_choice_is_typed_in_any_language(line: str, mood: str) -> None:
    made = spec()
    assert (await made.read(line, nobody, None))["mood"] == mood
    assert (await made.bind(made.parse(line), nobody))["mood"] == mood


async def test_lists_and_members_are_typed_so_too() -> None:
    assert (await spec().read("glut Glut,maß hm", nobody, None)) == {
        "mood": "ember",
        "also": [Mood.EMBER, Mood.ASH],
        "note": "hm",
    }


async def test_a_wrong_word_is_answered_with_all_of_them_in_the_readers_language() -> None:
    with pytest.raises(UserError) as refused:
        await spec().read("void", nobody, None)
    assert str(refused.value) == "mood must be one of ember, dawn, ash."
    assert Message(refused.value.text).translated(GERMAN).plain == "mood must be one of Glut, Morgenröte, Maß."


def test_a_choice_is_shown_in_the_readers_language() -> None:
    shown = Message(
        *(t(" {one}", one=b(named(one))) for one in ("ember", "a {b}", "{b}", 7, Mood.ASH, Tea.GREEN, Cup.SMALL))
    )
    assert shown.plain == " ember a {b} {b} 7 ash green 1"
    assert shown.translated(GERMAN).plain == " Glut a {b} {b} 7 Maß green 1"


def option(*choices: str | int) -> Option:
    return Option("mood", type(choices[0]), "How.", choices=choices)


def test_two_choices_of_one_name_are_told_and_mean_nothing() -> None:
    both = option("ember", "dawn", "ash")
    same = {"de": lambda text: {"ember": "Glut", "dawn": "glut"}.get(text, text)}
    assert clashes(both, same) == ["'glut' is ember (de) and dawn (de)"]
    assert worded(both, same).words == ()
    crossed = {"de": lambda text: {"ember": "x"}.get(text, text), "fr": lambda text: {"dawn": "X"}.get(text, text)}
    assert clashes(both, crossed) == ["'x' is ember (de) and dawn (fr)"]
    own = {"de": lambda text: {"ember": "Ash"}.get(text, text)}
    assert clashes(both, own) == ["'ash' is ash (en) and ember (de)"]
    assert worded(both, own).words == ()
    assert clashes(both, LANGUAGES) == []


def test_numbers_and_what_nobody_translated_have_no_further_words() -> None:
    for plain in (option(1, 2), option("void"), Option("x", str, "X.")):
        assert worded(plain, LANGUAGES) is plain
        assert clashes(plain, LANGUAGES) == []
