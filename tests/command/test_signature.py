"""A typed function becomes a command, and everything that is wrong with it is said with its file and line."""

from collections.abc import Callable
from datetime import timedelta
from enum import Enum, IntEnum
from typing import Annotated, Any, Literal, Optional

import pytest
from annotated_types import Ge, Gt, Interval, Le, Len, Lt, MaxLen, MinLen, MultipleOf

from bot.command import REQUIRED, CommandSpec, Option, Rest, Secret, Suggest, command, compile_commands, group
from bot.command.docstring import read_docstring
from bot.message import Message, t
from bot.users import Attachment, Channel, Role, Said, User


class Ledger:
    """A service."""


class Guarding:
    def enter(self, ctx: object) -> None: ...

    def settle(self, ctx: object, succeeded: bool) -> None: ...


GUARD = Guarding()


@command(GUARD, private=True)
async def bless(
    ctx: object,
    to: User,
    amount: Annotated[int, Ge(1), Le(1000)] = 1,
    note: Annotated[str, Rest, MaxLen(200)] = "",
    *,
    ledger: Ledger,
) -> Message:
    """Bless somebody.

    More about it.

    Args:
        to: Who receives it.
        amount (int): How many
            blessings.
        note: A few words that go with it.
        ledger: Where it is booked.

    Returns:
        nothing: of interest.
    """
    return Message(t("{to} {amount} {note} {kind}", to=to, amount=amount, note=note, kind=type(ledger).__name__))


def compiled(*functions: Any) -> list[CommandSpec]:
    specs, problems = compile_commands(functions)
    assert problems == []
    return specs


def test_a_whole_command() -> None:
    [spec] = compiled(bless)
    assert spec.path == "bless"
    assert spec.about == "Bless somebody."
    assert spec.options == (
        Option("to", User, "Who receives it."),
        Option("amount", int, "How many blessings.", default=1, low=1, high=1000),
        Option("note", str, "A few words that go with it.", default="", max_length=200, rest=True),
    )
    assert spec.services == {"ledger": Ledger}
    assert spec.guards == (GUARD,)
    assert spec.private
    assert spec.handler is bless
    assert spec.source == f"{__file__}:{bless.__code__.co_firstlineno}"
    assert spec.usage == "bless <to> [amount] [note]"


async def test_a_line_becomes_what_the_handler_takes() -> None:
    [spec] = compiled(bless)
    bob = User("twitch", "7", "Bob")

    async def resolver(ref: str, kind: type = User) -> User | None:
        return bob if ref == "@bob" else None

    values = await spec.bind(spec.parse("@bob thank you"), resolver)
    assert values == {"to": bob, "amount": 1, "note": "thank you"}
    assert spec.format({"to": "@bob", "note": "hi"}) == "@bob note:hi"
    assert (await spec.handler(None, **values, ledger=Ledger())).plain == "Bob 1 thank you Ledger"


async def test_the_function_stays_callable_plainly() -> None:
    said = await bless(None, User("twitch", "7", "Bob"), 3, ledger=Ledger())
    assert said.plain == "Bob 3  Ledger"


class Mood(Enum):
    CALM = "calm"
    STORM = "storm"


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Shape(Enum):
    ROUND = (1, 2)
    LONG = (3, 4)


class Mixed(Enum):
    ONE = 1
    TWO = "two"


class Empty(Enum):
    pass


class Cased(Enum):
    A = None
    a = ()


async def names(ctx: object, typed: str) -> list[str]:
    return [f"{typed}!"]


def one(annotation: object, default: object = REQUIRED) -> Callable[..., Any]:
    """A command with one option of this type."""
    if default is REQUIRED:

        async def handler(ctx: object, x: Any) -> Message:
            return Message()
    else:

        async def handler(ctx: object, x: Any = default) -> Message:
            return Message()

    handler.__annotations__["x"] = annotation
    handler.__doc__ = "Try.\n\nArgs:\n    x: Something.\n"
    return command(name="try_it")(handler)


def option(annotation: object, default: object = REQUIRED) -> Option:
    return compiled(one(annotation, default))[0].options[0]


@pytest.mark.parametrize(
    ("annotation", "wanted"),
    [
        (str, Option("x", str, "Something.")),
        (float, Option("x", float, "Something.")),
        (bool, Option("x", bool, "Something.")),
        ("bool", Option("x", bool, "Something.")),
        (User, Option("x", User, "Something.")),
        (User | None, Option("x", User, "Something.", default=None)),
        (Optional[int], Option("x", int, "Something.", default=None)),  # noqa: UP045
        (Annotated[int, Gt(0), Lt(10)], Option("x", int, "Something.", low=1, high=9)),
        (Annotated[int, Interval(ge=1, lt=10)] | None, Option("x", int, "Something.", default=None, low=1, high=9)),
        (Annotated[int | None, Ge(1)], Option("x", int, "Something.", default=None, low=1)),
        (Annotated[float, Ge(0.5)], Option("x", float, "Something.", low=0.5)),
        (Annotated[str, Len(2, 5)], Option("x", str, "Something.", min_length=2, max_length=5)),
        (Annotated[str, Rest(), Secret, "other"], Option("x", str, "Something.", rest=True, secret=True)),
        (Literal["calm", "storm"], Option("x", str, "Something.", choices=("calm", "storm"))),
        (Literal[1, 2] | None, Option("x", int, "Something.", default=None, choices=(1, 2))),
        (Channel, Option("x", Channel, "Something.")),
        (Role | None, Option("x", Role, "Something.", default=None)),
        (Attachment, Option("x", Attachment, "Something.")),
        (Said, Option("x", Said, "Something.")),
        (timedelta, Option("x", timedelta, "Something.")),
        (
            Annotated[timedelta, Gt(timedelta(seconds=1)), Le(timedelta(days=1))],
            Option("x", timedelta, "Something.", low=1.000001, high=86400.0),
        ),
        (Mood, Option("x", str, "Something.", choices=("calm", "storm"), enum=Mood)),
        (Level | None, Option("x", int, "Something.", default=None, choices=(1, 2), enum=Level)),
        (Shape, Option("x", str, "Something.", choices=("round", "long"), enum=Shape)),
        (list[str], Option("x", str, "Something.", many=True)),
        (list[User] | None, Option("x", User, "Something.", default=None, many=True)),
        (list[Mood], Option("x", str, "Something.", choices=("calm", "storm"), enum=Mood, many=True)),
        (
            Annotated[list[Annotated[int, Ge(1), Lt(7)]], MinLen(2), MaxLen(5)],
            Option("x", int, "Something.", low=1, high=6, min_length=2, max_length=5, many=True),
        ),
        (Annotated[str, Suggest(names)], Option("x", str, "Something.", suggest=Suggest(names))),
        (Annotated[int, Suggest(names, free=True)], Option("x", int, "Something.", suggest=Suggest(names, free=True))),
    ],
)
def test_types(annotation: object, wanted: Option) -> None:
    assert option(annotation) == wanted


@pytest.mark.parametrize(
    ("annotation", "default"),
    [
        (int, 5),
        (float, 1),
        (bool, False),
        (str, ""),
        (Literal["a", "b"], "b"),
        (User | None, None),
        (int | None, 3),
        (Mood, Mood.STORM),
        (timedelta, timedelta(minutes=5)),
        (list[str], []),
        (list[User], []),
        (list[Mood], [Mood.CALM]),
        (Annotated[list[int], MaxLen(2)], [1, 2]),
    ],
)
def test_defaults(annotation: object, default: object) -> None:
    assert option(annotation, default).default == default


OUT = "the default of 'x' does not fit: x must be between 1 and 9."


@pytest.mark.parametrize(
    ("annotation", "default", "what"),
    [
        (
            dict[str, int],
            REQUIRED,
            "'x' has the type dict[str, int]; an option is str, int, float, bool, timedelta, User,",
        ),
        (
            list[Attachment],
            REQUIRED,
            "'x' is a list of what no list is of: a list is of str, int, float, User, Channel",
        ),
        (list[bool], REQUIRED, "'x' is a list of what no list is of"),
        (list[int | None], REQUIRED, "'x' is a list of what no list is of"),
        (list[list[int]], REQUIRED, "'x' has the type list[int]"),
        (Annotated[list[int], Ge(1)], REQUIRED, "'x' cannot be bounded by Ge"),
        (list[Annotated[str, MaxLen(5)]], REQUIRED, "'x' cannot be bounded by MaxLen"),
        (Annotated[list[str], Rest], REQUIRED, "'x' is marked Rest or Secret, which is for str only"),
        (Annotated[list[str], Suggest(names)], REQUIRED, "'x' is marked Suggest, which is for str, int and float"),
        (Annotated[User, Suggest(names)], REQUIRED, "'x' is marked Suggest, which is for str, int and float"),
        (Annotated[Literal["a"], Suggest(names)], REQUIRED, "'x' is marked Suggest, which is for str, int and float"),
        (Annotated[str, Secret, Suggest(names)], REQUIRED, "'x' is marked Suggest, which is for str, int and float"),
        (Annotated[str, Suggest(len)], REQUIRED, "Suggest of 'x' takes an `async def` function"),
        (Annotated[str, Suggest], REQUIRED, "Suggest of 'x' takes an `async def` function"),
        (Mixed, REQUIRED, "the values of Mixed ('x') are text and whole numbers mixed: make them all the same"),
        (Empty, REQUIRED, "Empty ('x') has no members"),
        (Cased, REQUIRED, "the names of Cased ('x') differ in case only"),
        (Literal["a", "A"], REQUIRED, "the choices of 'x' differ in case or spaces only"),
        (Literal[""], REQUIRED, "a choice of 'x' is empty"),
        (Annotated[timedelta, Ge(5)], REQUIRED, "'x' cannot be bounded by Ge"),
        (Annotated[int, Ge(timedelta(1))], REQUIRED, "'x' cannot be bounded by Ge"),
        (Annotated[timedelta, Gt(timedelta(1)), Lt(timedelta(1))], REQUIRED, "the bounds of 'x' leave nothing between"),
        (
            Annotated[timedelta, Le(timedelta(1))],
            timedelta(2),
            "the default of 'x' does not fit: x must be at most 1d.",
        ),
        (timedelta, "1h", "the default of 'x' does not fit its type"),
        (Mood, "calm", "the default of 'x' does not fit: x must be one of calm, storm."),
        (list[Mood], ["calm"], "the default of 'x' does not fit: x must be one of calm, storm."),
        (list[str], "a", "the default of 'x' does not fit its type"),
        (list[int], (1,), "the default of 'x' does not fit"),
        (Said, "hello", "the default of 'x' must be None, with a type `… | None`"),
        (list[User], ["bob"], "the default of 'x' must be None, with a type `… | None`"),
        (bytes, REQUIRED, "'x' has the type bytes; an option is"),
        (int | str, REQUIRED, "'x' has the type int | str; an option is"),
        ("Keeper", REQUIRED, "name 'Keeper' is not defined; import it outside `if TYPE_CHECKING:`"),
        ("int |", REQUIRED, "the type of 'x' cannot be read"),
        (Literal["a", 1], REQUIRED, "the choices of 'x' must be all text or all whole numbers"),
        (Literal[True], REQUIRED, "the choices of 'x' must be all text or all whole numbers"),
        (Annotated[int, Rest], REQUIRED, "'x' is marked Rest or Secret, which is for str only"),
        (Annotated[User, Secret], REQUIRED, "'x' is marked Rest or Secret, which is for str only"),
        (Annotated[Literal["a"], Rest], REQUIRED, "'x' is marked Rest or Secret, which is for str only"),
        (Annotated[int, MaxLen(5)], REQUIRED, "'x' cannot be bounded by MaxLen"),
        (Annotated[str, Ge(1)], REQUIRED, "'x' cannot be bounded by Ge"),
        (Annotated[int, Ge("a")], REQUIRED, "'x' cannot be bounded by Ge"),
        (Annotated[int, MultipleOf(5)], REQUIRED, "'x' cannot be bounded by MultipleOf"),
        (Annotated[float, Gt(0)], REQUIRED, "'x' is a decimal: give Ge or Le, since Gt and Lt are for whole numbers"),
        (Annotated[int, Ge(5), Le(1)], REQUIRED, "the bounds of 'x' leave nothing between them"),
        (Annotated[str, MinLen(5), MaxLen(1)], REQUIRED, "the bounds of 'x' leave nothing between them"),
        (Annotated[int, Ge(1), Le(9)], 10, OUT),
        (int, "5", "the default of 'x' does not fit its type"),
        (int, True, "the default of 'x' does not fit"),
        (bool, 1, "the default of 'x' does not fit"),
        (Literal["a"], "A", "the default of 'x' does not fit its type"),
        (Annotated[str, MaxLen(1)], "ab", "the default of 'x' does not fit: x is too long: 2 of at most 1 characters."),
        (str, None, "the default of 'x' must be None, with a type `… | None`"),
        (User, "bob", "the default of 'x' must be None, with a type `… | None`"),
    ],
)
def test_problems_of_an_option(annotation: object, default: object, what: str) -> None:
    function = one(annotation, default)
    specs, problems = compile_commands([function])
    assert specs == []
    assert [problem.what for problem in problems if what in problem.what] != [], problems
    assert {problem.where for problem in problems} == {f"{__file__}:{function.__code__.co_firstlineno}"}
    assert {problem.command for problem in problems} == {"try_it"}


@command
async def Bad_Name(ctx, X: int, y: int, z, *words: str, tail: Annotated[str, Rest] = "", w: "Nowhere") -> Message:  # noqa: ANN001, F821, N802, N803
    """Try.

    Args:
        X: Upper case.
        other: There is none.
    """
    return Message()


@command
async def early(ctx: object, tail: Annotated[str, Rest], more: str = "") -> Message:
    """Rest comes first.

    Args:
        tail: All of it.
        more: And more.
    """
    return Message()


@command(GUARD, Guarding, "guard")
def plain() -> None:
    pass


async def undeclared(ctx: object) -> Message:
    """Never said to be a command."""
    return Message()


@command(name="needy")
async def needs(ctx: object, *, wanted: list[int]) -> Message:
    """Wants what cannot be found by its type."""
    return Message()


@pytest.mark.parametrize(
    ("function", "whats"),
    [
        (
            Bad_Name,
            [
                "the name 'Bad_Name' is not a lower-case identifier",
                "'z' has no type",
                "'words' must be an ordinary or a keyword-only parameter",
                "the service 'tail' must be annotated with a class",
                "the type of 'w' cannot be read: name 'Nowhere' is not defined; import it outside `if TYPE_CHECKING:`",
                "the option name 'X' is not a lower-case identifier",
                "the option 'y' is not described under `Args:`",
                "the docstring describes 'other', which is no option",
            ],
        ),
        (early, ["only the last option can be Rest"]),
        (
            plain,
            [
                "has no docstring: its first line describes the command",
                "is not an `async def` function",
                "takes no context: its first parameter is ctx",
                f"the guard {Guarding!r} is not an object with enter and settle",
                "the guard 'guard' is not an object with enter and settle",
            ],
        ),
        (undeclared, ["is not a function under @command or @on"]),
        (needs, ["the service 'wanted' must be annotated with a class"]),
    ],
)
def test_every_problem_of_a_function_at_once(function: Callable[..., Any], whats: list[str]) -> None:
    specs, problems = compile_commands([function])
    assert specs == []
    assert [problem.what for problem in problems] == whats
    assert {problem.where for problem in problems} == {f"{__file__}:{function.__code__.co_firstlineno}"}


def test_what_is_no_function_is_a_problem_too() -> None:
    _, [problem] = compile_commands([command(object())])
    assert problem.what == "is not a function under @command or @on"


def test_good_commands_are_compiled_beside_bad_ones() -> None:
    specs, problems = compile_commands([early, bless, plain])
    assert [spec.path for spec in specs] == ["bless"]
    assert {problem.command for problem in problems} == {"early", "plain"}


def test_a_group() -> None:
    specs = compiled(group("vault", "Your keepsakes.", bless, command(name="get")(undeclared_too)))
    assert [(spec.path, spec.groups) for spec in specs] == [
        ("vault bless", {"vault": "Your keepsakes."}),
        ("vault get", {"vault": "Your keepsakes."}),
    ]


async def undeclared_too(ctx: object) -> Message:
    """Declared by its test."""
    return Message()


def test_a_group_in_a_group() -> None:
    specs = compiled(group("vault", "Yours.", bless, group("key", "Its key.", command(name="turn")(undeclared_too))))
    assert [(spec.path, spec.groups) for spec in specs] == [
        ("vault bless", {"vault": "Yours."}),
        ("vault key turn", {"vault": "Yours.", "vault key": "Its key."}),
    ]


def test_problems_of_groups() -> None:
    deep = group("deep", "Deeper.", bless)
    inner = group("inner", "Inside.", deep)
    outer = group("Outer", " ", inner)
    line = test_problems_of_groups.__code__.co_firstlineno
    specs, problems = compile_commands([outer])
    assert specs == []
    assert [str(problem) for problem in problems] == [
        f"{__file__}:{line + 2}: Outer inner: holds the group 'deep': a command has three words at most",
        f"{__file__}:{line + 3}: Outer: the name 'Outer' is not a lower-case identifier",
        f"{__file__}:{line + 3}: Outer: the group has no description",
    ]


async def test_defaults_and_optionals_in_any_order() -> None:
    @command
    async def mixed(
        ctx: object, a: int | None, b: str, c: Channel | None, d: list[int], e: float = 0.5, f: str | None = None
    ) -> Message:
        """Try.

        Args:
            a: One.
            b: Two.
            c: Three.
            d: Four.
            e: Five.
            f: Six.
        """
        return Message()

    [spec] = compiled(mixed)
    assert spec.usage == "mixed [a] <b> [c] <d> [e] [f]"

    async def nobody(ref: str, kind: type = User) -> None:
        raise AssertionError(ref)

    values = {"a": None, "b": "x", "c": None, "d": [1, 2], "e": 0.25, "f": None}
    assert await spec.bind(spec.parse("b:x d:1,2 e:0.25"), nobody) == values
    assert spec.parse("5 x #lounge 1,2 0.25 y") == {"a": 5, "b": "x", "c": "#lounge", "d": [1, 2], "e": 0.25, "f": "y"}


@pytest.mark.parametrize(
    ("text", "about", "described"),
    [
        ("", "", {}),
        ("One line.", "One line.", {}),
        (
            "A.\n\nArgs:\n    x: Says this:\n        and that.\n\n    y: More.\nz: no.",
            "A.",
            {"x": "Says this: and that.", "y": "More."},
        ),
        ("A.\n\nArgs:\n    x:\n        Later.\n        not: an option.", "A.", {"x": "Later. not: an option."}),
        ("A.\n\nRaises:\n    x: no.\n\nArgs:\n    x: yes.", "A.", {"x": "yes."}),
    ],
)
def test_docstrings(text: str, about: str, described: dict[str, str]) -> None:
    assert read_docstring(text) == (about, described)
