"""What happens to every text before any platform gets it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.message import Run, link, t
from bot.message.plain import clean, cleaned, filename, linkable, named, owner, short, spelled


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ev\u202eil", "evil"),
        ("\u2066a\u2069", "a"),
        ("a\x00b\x1bc\x7fd\x9be", "abcde"),
        ("a\r\nb\rc\u2028d\u2029e\x85f", "a\nb\nc\nd\ne\nf"),
        ("half \ud83d pair", "half \ufffd pair"),
        ("tab\tnewline\n", "tab\tnewline\n"),
        ("שלום 👨‍👩‍👧", "שלום 👨‍👩‍👧"),
    ],
)
def test_clean(text: str, shown: str) -> None:
    assert clean(text) == shown


@given(st.text(st.characters()))
def test_clean_is_done_once_and_can_be_sent(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    clean(text).encode()


def test_what_is_left_empty_is_dropped() -> None:
    assert cleaned([Run("a"), Run("\u202e", 1), Run("b")]) == [Run("ab")]


def test_links_spelled() -> None:
    assert spelled(link("here", "https://a.example")) == Run("here (https://a.example)")
    assert spelled(link("https://a.example", "https://a.example")) == Run("https://a.example")
    assert spelled(Run("plain", 1)) == Run("plain", 1)


@pytest.mark.parametrize("href", ["javascript:alert(1)", "file:///etc/passwd", "", None, " https://a.example"])
def test_only_addresses_for_people_are_linked(href: str | None) -> None:
    assert not linkable(href)


def test_owner() -> None:
    assert owner(Run("Ada", mention="twitch:7"), "twitch") == "7"
    assert owner(Run("Ada", mention="twitch:7"), "discord") is None
    assert owner(Run("Ada"), "twitch") is None
    assert owner(Run("Ada", mention="twitch:"), "twitch") is None


def test_short() -> None:
    assert short("a\n b", 80) == "a b"
    assert short("x" * 81, 80) == "x" * 79 + "…"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("sigil.png", "sigil.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a b.txt", "a_b.txt"),
        ("a\x00b\n\u202ec.txt", "ab_c.txt"),
        ("...", "file"),
        ("", "file"),
        ("x" * 300 + ".jpeg", "x" * 75 + ".jpeg"),
        ("Größe 😀.txt", "Größe_😀.txt"),
    ],
)
def test_file_names_are_harmless_and_short(name: str, kept: str) -> None:
    assert filename(name) == kept


def test_what_is_pressed_has_a_label() -> None:
    assert named("\x00\x1b", 80) == "…"
    assert named(t("Go {n}", n=2), 80) == "Go 2"
    assert named("👨‍👩‍👧" * 20, 12) == "👨‍👩‍👧" * 2 + "…"
