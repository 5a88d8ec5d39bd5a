"""The same scores as the library's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vader import SentimentIntensityAnalyzer

from handlers.journey.reading.vader_quick import Quick

SLOW, QUICK = SentimentIntensityAnalyzer(), Quick()
PARTS = [
    "break",
    "a",
    "leg",
    "fed",
    "up",
    "can't",
    "stand",
    "in",
    "the",
    "red",
    "good",
    "not",
    "but",
    "VERY",
    "bad!",
    "😀",
    "?",
]


@pytest.mark.parametrize(
    "text", ["", "Break a leg!", "I can't stand it.", "I am so fed up, but under the weather", "( '}{' )"]
)
def test_idioms_count_as_in_the_library(text: str) -> None:
    assert QUICK.polarity_scores(text) == SLOW.polarity_scores(text)


@given(st.lists(st.sampled_from(PARTS), max_size=12).map(" ".join))
def test_any_text_counts_as_in_the_library(text: str) -> None:
    assert QUICK.polarity_scores(text) == SLOW.polarity_scores(text)
