"""Only sentences that cite what is known are shown, however they come."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.oracle.citing import Sentences, cited, shown, strange

KNOWN = {"p1", "p12", "k3"}


def split(text: str, size: int = 7) -> list[str]:
    one = Sentences()
    found = [said.strip() for at in range(0, len(text), size) for said in one.feed(text[at : at + size])]
    return [said for said in (*found, one.rest()) if said]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 1000])
@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One [p1]. Two [p12]!", ["One [p1].", "Two [p12]!"]),
        ("One. [p1] Two? [p1][k3] Three.", ["One. [p1]", "Two? [p1][k3]", "Three."]),
        ("I met Dr. Who [p1]. It was 3.5 m high [k3].", ["I met Dr. Who [p1].", "It was 3.5 m high [k3]."]),
        ("You like trees, e.g. Oaks [p1]. Then z. B. Tannen [k3].", None),
        ("He said “no.” You [p1] said yes.", ["He said “no.”", "You [p1] said yes."]),
        ("Du sagst „nein.“ [p1]. Dann „ja.“ [k3]", ["Du sagst „nein.“ [p1].", "Dann „ja.“ [k3]"]),
        ("- One [p1]\n- Two [p12]\n", ["- One [p1]", "- Two [p12]"]),
        ("海が好き。[p1]雨も。[k3]", ["海が好き。[p1]", "雨も。[k3]"]),
        ("One 【p1】. And then it bro", ["One [p1]."]),
        ("", []),
    ],
)
def test_sentences(text: str, sentences: list[str] | None, size: int) -> None:
    expected = sentences if sentences is not None else ["You like trees, e.g. Oaks [p1].", "Then z. B. Tannen [k3]."]
    assert split(text, size) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("You love the rain [p12].", ("You love the rain.", ("p12",))),
        ("You love it. [p1][k3]", ("You love it.", ("p1", "k3"))),
        ("You [P1, k3; p1] love it.", ("You love it.", ("p1", "k3"))),
        ("You wrote “I love it.” [p1].", ("You wrote “I love it.”", ("p1",))),
        ("Du schriebst „Ich mag es.“ [p1][k3].", ("Du schriebst „Ich mag es.“", ("p1", "k3"))),
        ("You love it … [p1].", ("You love it …", ("p1",))),
        ("You love the rain.", None),
        ("You love it [p2].", None),
        ("You love it [p1][p2].", None),
        ("You love it [p1] [sic].", None),
        ("You love it [].", None),
        ("See [this](https://evil.example) [p1].", None),
        ("You love it [p1]]. [", None),
        ("[p1]", None),
        ("… [p1]!", None),
        ("You [turn1] said it.", None),
        ("You [system] said [p1] it.", None),
    ],
)
def test_what_is_cited(sentence: str, expected: tuple[str, tuple[str, ...]] | None) -> None:
    found = cited(sentence, KNOWN)
    assert (found and (found.words, found.ids)) == expected


PIECE = st.sampled_from(
    [
        " ",
        ". ",
        "! ",
        "\n",
        "[p1]",
        "[p12]",
        "[k3]",
        "[p2]",
        "[k9]",
        "[x]",
        "[",
        "]",
        "p1",
        "Rain",
        "you",
        "é",
        "3.5",
        "…",
        "。",
    ]
)
WRITTEN = st.lists(PIECE | st.text(max_size=8), max_size=40).map("".join)


@given(WRITTEN, st.integers(1, 9))
def test_whatever_is_written_only_what_stands_on_sources_is_kept(text: str, size: int) -> None:
    for sentence in split(text, size):
        found = cited(sentence, KNOWN)
        if found is None:
            continue
        assert found.ids
        assert set(found.ids) <= KNOWN
        assert not set("[]") & set(found.words)
        named = re.findall(r"\[([^\[\]]*)\]", sentence)
        assert named
        assert all(one.strip().lower() in KNOWN for each in named for one in re.split(r"[,;\s]+", each.strip()))
        bare = re.sub(r"\[[^\[\]]*\]", " ", sentence)
        shorter, whole = "".join(found.words.split()), "".join(bare.split())
        assert whole in {shorter, f"{shorter}.", f"{shorter}。"}  # a second end, behind what it cites
        assert set(re.findall(r"\w+", found.words)) == set(re.findall(r"\w+", bare))


@settings(max_examples=200)
@given(WRITTEN, st.integers(1, 9), st.integers(1, 9))
def test_it_does_not_matter_how_it_is_cut(text: str, size: int, other: int) -> None:
    assert split(text, size) == split(text, other)


@given(WRITTEN)
def test_nothing_is_added_and_nothing_comes_twice(text: str) -> None:
    assert "".join("".join(split(text)).split()) in "".join(text.translate(str.maketrans("【】［］", "[][]")).split())


def test_what_never_ends_is_dropped_with_its_end() -> None:
    endless = "so " * 900 + "not true [p1]. But this is [p1]."
    assert split(endless) == ["But this is [p1]."]


@pytest.mark.parametrize(
    ("words", "known", "expected"),
    [
        ("You love the sea.", "the sea", False),
        ("Вы любите море.", "the sea", True),
        ("你喜欢海。", "the sea", True),
        ("Du liebst Москва.", "the sea Москва", False),
        ("海が好き", "海", False),
        ("12 🌊!", "", False),
    ],
)
def test_a_script_that_nobody_wrote(words: str, known: str, expected: bool) -> None:
    assert strange(words, known) is expected


def test_the_numbers_are_shown() -> None:
    found = cited("You love it [k3][p1].", KNOWN)
    assert found is not None
    assert shown(found, {"p1": 1, "k3": 2}) == "You love it. [1][2]"
