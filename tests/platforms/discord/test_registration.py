from collections.abc import Mapping
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.access import needs
from bot.command import CommandSpec, Option, worded
from bot.command.option import Suggest
from bot.platforms.discord import limits, registration
from bot.platforms.discord.locales import locale
from bot.sandbox.discord import commands
from bot.users import Attachment, Channel, Role, Said, User
from tests.platforms.discord.support import GERMAN, names, spec

NAMES = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=32)
TEXTS = st.text(max_size=100)
KINDS = [str, int, float, bool, User, Channel, Role, Attachment, timedelta]
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(" ".join)
CODES = st.sampled_from(["de", "fr", "pt_BR", "tlh", "en", "es", "zh"])


@st.composite
def options(draw: st.DrawFn) -> Option:
    kind = draw(st.sampled_from(KINDS))
    more: dict[str, Any] = {} if draw(st.booleans()) else {"default": None}
    more |= {"low": 1, "high": 9} if kind in (int, float, timedelta) and draw(st.booleans()) else {}
    more |= {"max_length": draw(st.integers(1, 9000))} if kind is str else {}
    more |= {"many": True} if kind is not Attachment and draw(st.booleans()) else {}
    if kind in (str, int) and draw(st.booleans()):
        more["choices"] = tuple({kind(n) for n in draw(st.lists(st.integers(0, 99), min_size=1, max_size=25))})
    elif draw(st.booleans()):
        more["suggest"] = Suggest(names)
    return Option(draw(NAMES), kind, draw(TEXTS), **more)


OPTIONS = st.lists(options(), max_size=25, unique_by=lambda one: one.name)


@st.composite
def trees(draw: st.DrawFn) -> list[CommandSpec]:
    """Commands of one to three words; none is a word of another, as the registry of the house sees to."""
    paths = draw(st.lists(PATHS, max_size=15, unique=True))
    fitting = [one for one in paths if not any(other != one and f"{other} ".startswith(f"{one} ") for other in paths)]
    return [spec(path, *draw(OPTIONS), about=draw(TEXTS), hidden=draw(st.booleans())) for path in fitting]


@given(trees(), st.dictionaries(CODES, st.text(max_size=120)), st.booleans())
def test_what_passes_the_check_is_registered(
    drawn: list[CommandSpec], words: dict[str, str], user_install: bool
) -> None:
    """Discord refuses nothing that `problems` lets pass, whatever the translations are."""
    assert [problem for one in drawn for problem in limits.problems(one)] == []
    body, _ = limits.fitting(registration.payload(drawn, lambda *_: words, user_install=user_install))
    commands.validate(body)


def german(text: str, context: str) -> Mapping[str, str]:
    return {"de": GERMAN[text]} if text in GERMAN else {}


def test_paths_are_nested() -> None:
    about = {"vault": "Your keepsakes.", "vault admin": "For keepers."}
    paths = ("vault put", "vault get", "vault admin purge", "bless")
    body = registration.payload([spec(path, groups=about if path != "bless" else {}) for path in paths])
    vault, bless = body
    assert [one["name"] for one in vault["options"]] == ["put", "get", "admin"]
    assert [one["type"] for one in vault["options"]] == [1, 1, 2]
    assert vault["options"][2]["options"][0]["name"] == "purge"
    assert (vault["description"], vault["options"][2]["description"]) == ("Your keepsakes.", "For keepers.")
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
                Option("room", Channel, "Where."),
                Option("role", Role, "As what."),
                Option("file", Attachment, "What."),
                Option("length", timedelta, "How long.", low=60),
                Option("others", User, "Who else.", many=True, default=None),
                Option("about", Said, "What was said.", default=None),
            )
        ]
    )[0]["options"]
    assert [(one["name"], one["type"], one["required"]) for one in found] == [
        ("to", 6, True), ("room", 7, True), ("role", 8, True), ("file", 11, True), ("length", 3, True),
        ("amount", 4, False), ("weight", 10, False), ("mood", 3, False), ("loud", 5, False), ("note", 3, False),
        ("others", 3, False),
    ]  # fmt: skip
    known = {one["name"]: one for one in found}
    assert (known["amount"]["min_value"], known["amount"]["max_value"]) == (1, 10)
    assert known["weight"]["min_value"] == 0.5
    assert known["mood"]["choices"] == [{"name": "glad", "value": "glad"}, {"name": "sad", "value": "sad"}]
    assert [known["note"][name] for name in ("min_length", "max_length", "description")] == [2, 6000, "note"]
    assert "min_value" not in known["length"]


def test_suggestions_are_for_what_is_typed_without_choices() -> None:
    suggest = Suggest(names)
    typed = Option("a", str, "A.", suggest=suggest)
    picked = Option("b", str, "B.", suggest=suggest, choices=("x",))
    listed = Option("c", str, "C.", suggest=suggest, many=True)
    found = registration.payload([spec("one", typed, picked, listed)])[0]["options"]
    assert [one.get("autocomplete") for one in found] == [True, None, None]


def test_what_a_command_asks_for_itself_is_not_demanded_by_discord() -> None:
    (body,) = registration.payload([spec("ask", Option("why", str, "Why."), ask_missing=True)])
    assert body["options"][0]["required"] is False


def test_who_is_not_for_discord_is_not_registered() -> None:
    kept = [spec("one", platforms=("discord", "twitch"))]
    left = [
        spec("two", platforms=("twitch",)),
        spec("three", hidden=True, menu="Three"),
        spec("four", subscriber=True),
        spec("five", guards=(SimpleNamespace(contexts=("dm",)), SimpleNamespace(contexts=("channel",)))),
    ]
    assert [one["name"] for one in registration.payload([*kept, *left])] == ["one"]
    assert limits.problems(spec("Two", platforms=("twitch",))) == []


def test_menus_stand_beside_commands() -> None:
    user = spec("wave", Option("to", User, "Who."), menu="Wave at them")
    said = spec("quote", Option("about", Said, "What."), menu="Quote this")
    body = registration.payload([user, said], german)
    assert [(one["type"], one["name"]) for one in body] == [(1, "wave"), (2, "Wave at them"), (3, "Quote this")]
    assert body[2]["name_localizations"] == {"de": "Das zitieren"}
    assert "description" not in body[1]
    commands.validate(body)


def test_guards_are_what_discord_enforces_by_itself() -> None:
    moderators, operators = spec("a", guards=(needs.moderator,)), spec("b", guards=(needs.operator,))
    private, anybody = spec("c", guards=(needs.place("dm", "group"),)), spec("d")
    body = registration.payload([moderators, operators, private, anybody])
    assert [one.get("default_member_permissions") for one in body] == [1 << 13, 0, None, None]
    assert [one["contexts"] for one in body] == [[0, 1, 2], [0, 1, 2], [1, 2], [0, 1, 2]]
    assert {tuple(one["integration_types"]) for one in body} == {(0, 1)}
    commands.validate(body)
    (alone,) = registration.payload([anybody], user_install=False)
    assert (alone["contexts"], alone["integration_types"]) == ([0, 1], [0])


def test_a_group_stays_open_for_whatever_in_it_is_open() -> None:
    def asked(*guards: object) -> object:
        inside = [spec(f"g c{n}", guards=(one,) if one else ()) for n, one in enumerate(guards)]
        return registration.payload(inside)[0].get("default_member_permissions")

    other, both = SimpleNamespace(discord_permissions=1 << 4), SimpleNamespace(discord_permissions=(1 << 4) | (1 << 13))
    assert asked(needs.moderator, None) is None
    assert asked(needs.moderator, needs.operator) == 1 << 13
    assert asked(needs.operator, needs.operator) == 0
    assert asked(needs.moderator, other) is None
    assert asked(needs.moderator, both) == 1 << 13


def test_names_and_descriptions_are_translated_where_discord_takes_them() -> None:
    words = {"bless": {"de": "segnen", "fr": "Bénir!", "tlh": "quv"}, "Bless.": {"pt_BR": "Abençoe.", "de": "x" * 101}}
    (body,) = registration.payload([spec("bless", about="Bless.")], lambda text, _: words.get(text, {}))
    assert body["name_localizations"] == {"de": "segnen"}
    assert body["description_localizations"] == {"pt-BR": "Abençoe."}
    assert [locale(one) for one in ("de", "de_AT", "es", "zh", "zh-TW", "sv", "en", "tlh")] == [
        "de", "de", "es-ES", "zh-CN", "zh-TW", "sv-SE", "en-US", None,
    ]  # fmt: skip


def test_choices_are_called_as_they_can_be_typed() -> None:
    words = {"glad": {"de": "Froh", "fr": "x" * 101, "it": "lieto"}, "sad": {"de": "traurig", "it": "lieto"}}
    says = {code: lambda text, code=code: words.get(text, {}).get(code, text) for code in ("de", "fr", "it")}
    mood = worded(Option("mood", str, "How.", choices=("glad", "sad")), says)
    (body,) = registration.payload([spec("feel", mood)], lambda text, _: words.get(text, {}))
    commands.validate([body])
    assert body["options"][0]["choices"] == [
        {"name": "glad", "name_localizations": {"de": "Froh"}, "value": "glad"},
        {"name": "sad", "name_localizations": {"de": "traurig"}, "value": "sad"},
    ]


def test_problems_are_named() -> None:
    wrong = spec(
        "One two three four",
        *(Option(f"o{n}", str, "x") for n in range(26)),
        Option("Bad", bytes, "y" * 101, choices=("", *tuple(map(str, range(26))))),
        Option("far", int, "x", high=2**60),
        Option("files", Attachment, "x", many=True),
        about="z" * 101,
        groups={"One": "g" * 102},
        menu="m" * 33,
    )
    found = " ".join(problem.what for problem in limits.problems(wrong))
    for part in (
        "not 4", "'One'", "101", "102", "29 options", "bytes", "27 choices", "empty or longer", "'Bad'", "2**53", "several (files)",
        "1 to 32 characters",
    ):  # fmt: skip
        assert part in found
    assert {problem.where for problem in limits.problems(wrong)} == {"tests:1"}
    (unpicked,) = limits.problems(spec("quote", Option("about", Said, "What.")))
    assert "menu=" in unpicked.what


def test_what_is_too_much_is_left_out_and_named() -> None:
    menus = [spec(f"m{n}", Option("to", User, "Who."), menu=f"Menu {n}") for n in range(17)]
    large = spec(
        "large", *(Option(f"o{n}", str, "x" * 100, choices=tuple(f"{n}{'y' * 98}" for n in range(9))) for n in range(9))
    )
    twice = [spec("quote", Option("to", User, "Who."), menu="Menu 0")]
    body, refused = limits.fitting(registration.payload([*menus, large, *twice]))
    assert len([one for one in body if one["type"] == 2]) == 15
    assert sorted(one.split(" is ")[0].split(" has ")[0] for one in refused) == [
        "/large",
        'menu "Menu 0"',
        'menu "Menu 15"',
        'menu "Menu 16"',
    ]
    commands.validate(body)


def test_a_digest_is_of_everything() -> None:
    one, other = (registration.payload([spec("bless", about=about)]) for about in ("One.", "Other."))
    assert registration.digest(one) == registration.digest(registration.payload([spec("bless", about="One.")]))
    assert registration.digest(one) != registration.digest(other)
