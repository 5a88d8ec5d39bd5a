"""The signs of a phrase, and that the work grows with the text alone."""

import re
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.moderation import phrases
from bot.moderation.normalise import words
from bot.moderation.phrases import Phrases

PHRASES = Phrases(
    {"p": ["want to <go>", "sad*", "*angst", "end .. life", "no more $", "über alles"]},
    {"go": ["go", "run away"]},
    fillers="just really",
)


def found(text: str) -> list[str]:
    said = words(text)
    return [" ".join(said[one.start : one.end]) for one in PHRASES.find(said) if one.label == "p"]


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("I want to go", ["want to go"]),
        ("i wanna just really run away", ["want to just really run away"]),
        ("want to stay", []),
        ("sadness and a sadder day", ["sadness", "sadder"]),
        ("eine Höhenangst", ["hoehenangst"]),
        ("end this whole long sorry life", ["end this whole long sorry life"]),
        ("end it. My life is fine", []),
        ("end one two three four five life", []),
        ("no more", ["no more"]),
        ("no more, please", ["no more"]),
        ("no more cake", []),
        ("Ueber alles", ["ueber alles"]),
        ("want, to go", ["want , to go"]),
    ],
)
def test_what_a_phrase_finds(text: str, hits: list[str]) -> None:
    assert found(text) == hits


@pytest.mark.parametrize("unit", ["want to ", "just ", "end ", "end a b c d life ", ", ", "saddd "])
def test_the_work_is_bounded_by_the_number_of_words(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted in steps of the walk: at most some per word, however the words repeat."""
    steps, walk = 0, phrases._walk

    class Counted(list[Any]):
        def pop(self, *_at: Any) -> Any:
            nonlocal steps
            steps += 1
            return super().pop()

    monkeypatch.setattr(phrases, "_walk", lambda todo, *more: walk(Counted(todo), *more))
    said = words(unit * (4000 // len(unit)))
    PHRASES.find(said)
    assert steps <= 20 * len(said)


PARTS = [
    "want",
    "to",
    "go",
    "run",
    "away",
    "sad",
    "sadly",
    "angst",
    "end",
    "life",
    "no",
    "more",
    "just",
    "really",
    ",",
    ".",
]
_FILL = "(?: just| really| ,){0,2}"
PATTERNS = (
    f" want{_FILL} to{_FILL} (?:go|run{_FILL} away)(?= |$)",
    r" sad\w*",
    " angst",
    rf" end{_FILL}(?: [^ .]+){{0,4}} life(?= |$)",
    rf" no{_FILL} more{_FILL}(?= [.,]|$)",
)


@given(st.lists(st.sampled_from(PARTS), max_size=14))
def test_what_is_found_is_what_patterns_find(said: list[str]) -> None:
    """The look at which words are there at all, and close, leaves nothing out."""
    line = "".join(f" {word}" for word in said)
    places = list(accumulate((len(word) + 1 for word in said), initial=0))
    expected = {place for place in places for pattern in PATTERNS if re.compile(pattern).match(line, place)}
    assert {places[one.start] for one in PHRASES.find(said) if one.label == "p"} == expected
