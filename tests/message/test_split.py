"""Splitting: nothing lost, nothing over the limit, no cut inside what people see as one character."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from bot.message import Run
from bot.message.split import split, whole

CLUSTERS = [
    "e\u0301",
    "👨‍👩‍👧‍👦",
    "🇩🇪",
    "👍🏽",
    "1️⃣",
    "🏴\U000e0067\U000e0062\U000e007f",
    "\r\n",
    "각",
    "\u1100\u1161\u11a8",
    "क्षि",
    "क्\u200dष",
    "\u0e01\u0e33",
    "\u0600\u0661",
    "ﾊ\uff9f",
    "❤️",
    "🧑🏿‍🚀",
    "நி",
    "டி",
]
WORDS = st.lists(
    st.one_of(st.sampled_from([*CLUSTERS, " ", "\n", "\n\n", ". ", "\u0301", "\u200d", "🇩"]), st.text(max_size=6)),
    max_size=20,
).map("".join)
RUNS = st.lists(
    st.builds(
        Run,
        WORDS,
        st.integers(0, 7),
        href=st.none() | st.just("https://a.example"),
        mention=st.none() | st.sampled_from(["twitch:1", "discord:2"]),
    ),
    max_size=8,
)


def length(runs: list[Run]) -> int:
    return sum(len(run.text) for run in runs)


def joined(runs: list[Run]) -> str:
    return "".join(run.text for run in runs)


def looks(runs: list[Run]) -> list[tuple[str, int, str | None, str | None]]:
    return [(char, run.style, run.href, run.mention) for run in runs for char in run.text]


@given(RUNS, st.integers(1, 40))
def test_nothing_is_lost_and_nothing_is_over_the_limit(runs: list[Run], limit: int) -> None:
    pieces = split(runs, limit, length)
    assert [look for piece in pieces for look in looks(piece)] == looks(runs)
    assert all(0 < length(piece) <= limit for piece in pieces)


@given(RUNS, st.integers(1, 40))
def test_cuts_are_between_graphemes_unless_one_is_longer_than_a_piece(runs: list[Run], limit: int) -> None:
    text = joined(runs)
    bounds = {0, *(match.end() for match in regex.finditer(r"\X", text))}
    start = 0
    for piece in split(runs, limit, length):
        end = start + length(piece)
        assert end in bounds or not allowed_between(runs, text, start, start + limit)
        start = end


def allowed_between(runs: list[Run], text: str, start: int, stop: int) -> list[int]:
    """The places where a cut was to be had: what the splitter itself calls whole, outside of mentions."""
    inside: set[int] = set()
    at = 0
    for run in runs:
        if run.mention:
            inside.update(range(at + 1, at + len(run.text)))
        at += len(run.text)
    return [cut for cut in range(start + 1, min(stop, len(text)) + 1) if whole(text, cut) and cut not in inside]


@given(st.one_of(WORDS, st.text()))
def test_whole_is_never_laxer_than_the_standard(text: str) -> None:
    bounds = {match.end() for match in regex.finditer(r"\X", text)}
    assert all(at in bounds for at in range(1, len(text)) if whole(text, at))


@pytest.mark.parametrize("cluster", CLUSTERS)
def test_known_clusters_stay_whole_and_part_from_their_neighbours(cluster: str) -> None:
    pieces = split([Run(cluster * 3)], len(cluster) + len(cluster) // 2, length)
    assert [joined(piece) for piece in pieces] == [cluster] * 3


@given(st.lists(st.sampled_from(["ab", "🇩🇪", "c d"]), max_size=9), st.integers(4, 12))
def test_mentions_stay_whole(words: list[str], limit: int) -> None:
    runs = [each for word in words for each in (Run(word), Run("name", mention="twitch:1"))]
    mentioned = [run.text for piece in split(runs, limit, length) for run in piece if run.mention]
    assert mentioned == ["name"] * len(words)


def test_a_cluster_longer_than_a_piece_is_cut_and_kept() -> None:
    zalgo = "a" + "\u0301" * 50
    pieces = split([Run(zalgo)], 20, length)
    assert [length(piece) for piece in pieces] == [20, 20, 11]
    assert "".join(map(joined, pieces)) == zalgo


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("one two three", ["one two ", "three"]),
        ("one. two thr", ["one. ", "two thr"]),
        ("one\ntwo. four", ["one\n", "two. four"]),
        ("one\n\nt\nwo four", ["one\n\n", "t\nwo four"]),
        ("a onetwothree", ["a onetwoth", "ree"]),
        ("fits as is", ["fits as is"]),
        ("", []),
    ],
)
def test_where_people_would_cut(text: str, pieces: list[str]) -> None:
    assert [joined(piece) for piece in split([Run(text)], 10, length)] == pieces


def test_the_measure_counts_what_is_shown() -> None:
    pieces = split([Run("ab" * 6)], 10, lambda runs: 4 + length(runs))
    assert [joined(piece) for piece in pieces] == ["ababab", "ababab"]


def test_what_is_shorter_when_shown_still_ends() -> None:
    pieces = split([Run(" " * 1000 + "x")], 10, lambda runs: len(joined(runs).strip()))
    assert "".join(map(joined, pieces)) == " " * 1000 + "x"
