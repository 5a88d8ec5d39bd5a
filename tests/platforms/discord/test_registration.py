from hypothesis import given
from hypothesis import strategies as st

from bot.command import Option
from bot.platforms.discord import registration
from bot.sandbox.discord import commands
from bot.users import User
from tests.platforms.discord.support import spec

NAMES = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=32)
TEXTS = st.text(max_size=100)


@st.composite
def options(draw: st.DrawFn) -> Option:
    kind = draw(st.sampled_from([str, int, float, bool, User]))
    given_default = {} if draw(st.booleans()) else {"default": None}
    bounds = {"low": 1, "high": 9} if kind in (int, float) and draw(st.booleans()) else {}
    length = {"max_length": draw(st.integers(1, 9000))} if kind is str else {}
    return Option(draw(NAMES), kind, draw(TEXTS), **given_default, **bounds, **length)


OPTIONS = st.lists(options(), max_size=25, unique_by=lambda one: one.name)


@given(st.lists(st.tuples(NAMES, TEXTS, OPTIONS), max_size=20, unique_by=lambda one: one[0]))
def test_what_passes_the_check_is_registered(drawn: list[tuple[str, str, list[Option]]]) -> None:
    """Discord refuses nothing that `check` lets pass."""
    specs = [spec(path, *found, about=about) for path, about, found in drawn]
    assert [problem for one in specs for problem in registration.check(one)] == []
    commands.validate(registration.payload(specs))


def test_paths_are_nested() -> None:
    body = registration.payload([spec("vault put"), spec("vault get"), spec("vault admin purge"), spec("bless")])
    vault, bless = body
    assert [one["name"] for one in vault["options"]] == ["put", "get", "admin"]
    assert [one["type"] for one in vault["options"]] == [1, 1, 2]
    assert vault["options"][2]["options"][0]["name"] == "purge"
    assert vault["description"] == "put, get, admin"
    assert bless["options"] == []
    commands.validate(body)


def test_options_are_typed_bounded_and_required_first() -> None:
    found = registration.payload(
        [
            spec(
                "bless",
                Option("amount", int, "How many.", default=1, low=1, high=10),
                Option("weight", float, "How heavy.", default=1.0, low=0.5),
                Option("mood", str, "How.", default="", choices=("glad", "sad")),
                Option("loud", bool, "Loudly.", default=False),
                Option("to", User, "Who."),
                Option("note", str, "", default="", min_length=2, max_length=9000),
            )
        ]
    )[0]["options"]
    assert [(one["name"], one["type"], one["required"]) for one in found] == [
        ("to", 6, True), ("amount", 4, False), ("weight", 10, False), ("mood", 3, False), ("loud", 5, False), ("note", 3, False),
    ]  # fmt: skip
    assert (found[1]["min_value"], found[1]["max_value"]) == (1, 10)
    assert found[2]["min_value"] == 0.5
    assert found[3]["choices"] == [{"name": "glad", "value": "glad"}, {"name": "sad", "value": "sad"}]
    assert (found[5]["min_length"], found[5]["max_length"], found[5]["description"]) == (2, 6000, "note")


def test_problems_are_named() -> None:
    wrong = spec(
        "One two three four",
        *(Option(f"o{n}", str, "x") for n in range(26)),
        Option("Bad", bytes, "y" * 101, choices=("", *tuple(map(str, range(26))))),
        Option("far", int, "x", high=2**60),
        about="z" * 101,
    )
    found = " ".join(problem.what for problem in registration.check(wrong))
    for part in ("not 4", "'One'", "101", "28 options", "bytes", "27 choices", "empty or longer", "'Bad'", "2**53"):
        assert part in found
    assert {problem.where for problem in registration.check(wrong)} == {"tests:1"}


def test_a_digest_is_of_everything() -> None:
    one, other = (registration.payload([spec("bless", about=about)]) for about in ("One.", "Other."))
    assert registration.digest(one) == registration.digest(registration.payload([spec("bless", about="One.")]))
    assert registration.digest(one) != registration.digest(other)
