"""The model of a message: builders, languages, pages, JSON."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.message import (
    Button,
    Choice,
    Field,
    File,
    Image,
    Message,
    Pages,
    Run,
    Style,
    Text,
    b,
    card,
    code,
    emoji,
    i,
    pre,
    quote,
    s,
    select,
    spoiler,
    t,
    tn,
    u,
    when,
)
from bot.users import Channel, Role, User


class German:
    """A catalogue of three entries."""

    def __call__(self, msgid: str, /) -> str:
        return {"Hello {who}.": "{who}, hallo.", "Go": "Los", "{n} is off": "{m} ist weg"}.get(msgid, msgid)

    def plural(self, one: str, many: str, n: int) -> str:
        return {1: "{n} Glas"}.get(n, "{n} Gläser")


def test_styles_go_down_into_templates_and_add_up() -> None:
    runs = Message(u(s(spoiler(t("a {x}", x=b(i("y"))))))).flat()
    assert [run.style for run in runs] == [56, 59]
    assert Message(code(b("x"))).flat() == [Run("x", Style.CODE | Style.BOLD)]


def test_a_quotation_holds_templates_and_neighbours_join() -> None:
    assert Message(quote(t("a {x}", x=b("y"))), quote("z")).flat() == [
        Run("a ", block="quote"),
        Run("y", 1, block="quote"),
        Run("z", block="quote"),
    ]
    assert Message(pre("a", "py"), pre("b", "c")).flat() == [pre("a", "py"), pre("b", "c")]


def test_what_stands_for_one_thing_never_joins() -> None:
    ones = [emoji("x", twitch="Kappa"), when(0), Run("Ada", mention="twitch:1")]
    assert Message(*(each for one in ones for each in (one, one))).flat() == [
        each for one in ones for each in (one, one)
    ]


def test_places_and_roles_are_mentions() -> None:
    assert Message(Channel("discord", "7", "lounge"), Role("discord", "8", "mods")).flat() == [
        Run("#lounge", mention="discord:#7"),
        Run("mods", mention="discord:&8"),
    ]


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ("time", "04:30 UTC"),
        ("date", "2026-11-21"),
        ("both", "2026-11-21 04:30 UTC"),
        ("relative", "2026-11-21 04:30 UTC"),
    ],
)
def test_a_moment_is_a_time_in_utc_where_nothing_better_is(style: str, text: str) -> None:
    moment = datetime(2026, 11, 21, 4, 30, tzinfo=UTC)
    run = when(moment, style)  # type: ignore[arg-type]
    assert (run.text, run.when) == (text, int(moment.timestamp()) * 1_000_000)
    assert when(run.when or 0, style) == run  # type: ignore[arg-type]


def test_a_moment_is_exact_and_has_a_time_zone() -> None:
    assert when(datetime(1970, 1, 1, tzinfo=UTC) - timedelta(microseconds=1)).when == -1
    with pytest.raises(ValueError, match="time zone"):
        when(datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(OverflowError):
        when(10**30)


@pytest.mark.parametrize(("n", "english", "german"), [(1, "1 glass", "1 Glas"), (3, "3 glasses", "3 Gläser")])
def test_plurals(n: int, english: str, german: str) -> None:
    text = tn("{n} glass", "{n} glasses", n)
    assert Message(text).plain == str(text) == english
    assert Message(text).translated(German()).plain == german
    assert Message(tn("{n} glass", "{n} glasses", n, n=b(n))).flat()[0] == Run(str(n), 1)
    assert Message(text).translated(lambda msgid: msgid.upper()).plain == english


def test_an_argument_that_is_missing_is_a_fault_of_the_program() -> None:
    with pytest.raises(ValueError, match="who"):
        t("Hello {who}.")
    with pytest.raises(ValueError, match="who"):
        tn("{n}", "{n} {who}", 2)


def test_a_translation_turns_every_text_and_nothing_else() -> None:
    who = t("Hello {who}.", who=b("Ada"))
    message = Message(
        who,
        card=card(who, who, fields={"Go": who}, footer=t("Go"), colour=5, thumbnail=Image("Go")),
        images=[Image("Go")],
        files=[File("Go", b"1")],
        buttons=[Button(t("Go"), "p", {"x": "Go"}), Button("Go", "p")],
        selects=[select(t("Go"), "p", "o", [Choice("Go", t("Go"), t("Go")), "Go"])],
        private=True,
    )
    assert message.translated(str) is message
    german = message.translated(German())
    assert german.plain == "Ada, hallo."
    assert german.card
    assert german.card.footer == Run("Los")
    assert Message(german.card.title, german.card.fields[0].value).plain == "Ada, hallo." * 2
    assert Message(german.card.title).flat()[0] == Run("Ada", 1)
    assert german.card.fields[0].label == Run("Go")
    assert [one.label for one in german.buttons] == ["Los", "Go"]
    assert german.selects[0].choices == [Choice("Go", "Los", "Los"), Choice("Go", "Go")]
    same = {"images", "files", "private", "update", "announce"}
    assert all(getattr(german, name) == getattr(message, name) for name in same)
    assert Message.from_json(german.to_json()) == german


def test_a_translation_with_other_places_is_not_used() -> None:
    assert Message(t("{n} is off", n=5)).translated(German()).plain == "5 is off"


def test_a_card_takes_a_mapping_or_fields() -> None:
    fields = [Field(Run("a"), Run("1"), inline=True)]
    assert card("T", fields=fields).fields == fields
    assert card("T", fields={"a": 1}).fields == [Field(Run("a"), Run("1"))]
    with pytest.raises(ValueError, match="colour"):
        card("T", colour=1 << 24)


def test_pages_turn_and_stop_at_both_ends() -> None:
    pages = Pages([f"item {n}" for n in range(1, 26)])
    first, last = pages.message("roster", -5, {"of": "x"}, "Roster"), pages.message("roster", 99)
    assert first.plain.startswith("Roster\nitem 1\n")
    assert first.plain.endswith("item 10\nPage 1 of 3")
    assert [(str(one.label), one.path, one.options, one.once) for one in first.buttons] == [
        ("Next", "roster", {"of": "x", "page": 2}, False)
    ]
    assert last.plain == "\n".join(f"item {n}" for n in range(21, 26)) + "\nPage 3 of 3"
    assert [one.options for one in last.buttons] == [{"page": 2}]
    assert [one.options["page"] for one in pages.message("roster", 2).buttons] == [1, 3]
    assert first.update


def test_short_lists_have_no_pages() -> None:
    assert Pages(["a"]).message("roster", 1).plain == "a"
    assert Pages([]).message("roster", 1).plain == "Nothing here yet."
    assert Pages([]).message("roster", 1, private=True).private
    with pytest.raises(ValueError, match="at least one"):
        Pages([], per_page=0)


def test_mentions_in_templates_stay_what_they_are() -> None:
    text = quote(t("{who}", who=User("twitch", "1", "Ada")))
    assert isinstance(text, Text)
    assert Message(text).flat() == [Run("Ada", mention="twitch:1", block="quote")]
