"""Search over opened pages: what is found, in which order, and for how much work."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.journey.codex.search import MOST, rank, tokens
from tests.handlers.journey.codex.shelf import opened


def found(query: str, *answers: str) -> list[int]:
    pages = [opened(number, answer, question="", reading="") for number, answer in enumerate(answers, 1)]
    return [one.number for _, one in rank(query, pages)]


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("garten", "Mein Gartenhaus am See"),
        ("GÄRTEN", "viele gärten"),
        ("garten", "die Ga\u0308rten der Stadt"),
        ("haus", "mein Gartenhaus"),
        ("gartenhaus", "im Garten"),
        ("strasse", "eine lange Straße"),
        ("cafe", "le café noir"),
        ("море", "Море и ветер"),
        ("θαλασσα", "η θάλασσα"),
        ("海", "我住在海边"),
        ("ﬁre", "the fire"),
    ],
)
def test_found(query: str, answer: str) -> None:
    assert found(query, answer, "something else altogether") == [1]


@pytest.mark.parametrize("query", ["", "  ?! ", "🌊", "zebra", "se"])
def test_nothing_is_found(query: str) -> None:
    assert found(query, "by the sea", "at home") == []


def test_the_rarer_word_counts_more_and_whole_words_most() -> None:
    assert found("sea storm", "the sea", "the sea, a storm", "the sea again and again", "nothing") == [2, 1, 3]
    assert found("light", "the lighthouse", "the light") == [2, 1]
    assert found("sea", "the sea", "the sea") == [2, 1]


def test_what_was_answered_counts_more_than_what_was_asked() -> None:
    asked = opened(2, "something", question="Where is the sea?", reading="")
    answered = opened(1, "by the sea", question="Where now?", reading="")
    assert [one.number for _, one in rank("sea", [asked, answered])] == [1, 2]


def test_forgotten_pages_and_old_ones_are_not_looked_through() -> None:
    gone = opened(1, "", question="", reading="", seed=b"")
    assert rank("sea", [gone]) == []
    many = [opened(number, "by the sea") for number in range(1, MOST + 2)]
    assert min(one.number for _, one in rank("sea", many)) == 2


@given(st.text(max_size=40), st.lists(st.text(max_size=60), max_size=5))
def test_scores_are_ordered_and_a_page_is_found_by_each_of_its_words(query: str, answers: list[str]) -> None:
    pages = [opened(number, answer, question="", reading="") for number, answer in enumerate(answers, 1)]
    ranked = rank(query, pages)
    assert [score for score, _ in ranked] == sorted((score for score, _ in ranked), reverse=True)
    assert all(score > 0 for score, _ in ranked)
    for one in pages:
        for word in tokens(one.answer)[:3]:
            assert one in [each for _, each in rank(word, pages)]
