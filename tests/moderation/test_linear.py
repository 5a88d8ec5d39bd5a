"""What words are worth adds up, in the way in which it was fitted."""

import math

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.moderation.linear import IDF_STEPS, Head, Linear, features
from bot.moderation.normalise import words
from config.load import load_weights
from tests.handlers.journey.lines.table import packed, rarity, row

PLACES = 1 << 12
HEAD = Head(labels=["warm", "cold"], places=PLACES, scales=[0.5, 0.25], biases=[-1.0, 0.0], lines="")


def weights(worths: dict[str, dict[str, int]], rare: dict[str, int] | None = None) -> Linear:
    """A model in which single words have these worths; all are as rare, but these."""
    rarity = bytearray([IDF_STEPS] * PLACES)
    rows = {label: bytearray(PLACES) for label in HEAD.labels}
    for word, steps in (rare or {}).items():
        rarity[place(word)] = steps
    for label, of in worths.items():
        for word, worth in of.items():
            rows[label][place(word)] = worth % 256
    return Linear(msgspec.json.encode(HEAD) + b"\n" + bytes(rarity) + b"".join(map(bytes, rows.values())))


def place(word: str) -> int:
    return next(iter(features(["."], [word], PLACES)[0] - features(["."], [], PLACES)[0]))


def test_a_word_counts_once_and_among_many_for_less() -> None:
    model = weights({"warm": {"sun": 10}})
    assert model.scores([".", "."]) == [-1.0, 0.0]
    alone, twice = model.scores(["sun"])[0], model.scores(["sun", "sun"])[0]  # the word, and the pair too
    assert alone == pytest.approx(-1.0 + 0.5 * 10 / math.sqrt(200 + 1))
    assert twice == pytest.approx(-1.0 + 0.5 * 10 / math.sqrt(200 + 2))
    assert model.scores(["sun", *["rain"] * 9, "and", "wind"])[0] < twice


def test_what_is_rare_counts_for_more() -> None:
    common, rare = weights({"warm": {"sun": 10}}), weights({"warm": {"sun": 10}}, {"sun": 3 * IDF_STEPS})
    assert rare.scores(["the", "sun"])[0] > common.scores(["the", "sun"])[0]


def test_worths_are_signed_and_each_label_has_its_own() -> None:
    model = weights({"warm": {"snow": -4}, "cold": {"snow": 8}})
    assert model.scores(["snow"]) == pytest.approx([-1.0 - 2.0 / math.sqrt(201), 2.0 / math.sqrt(201)])


def test_marks_count_like_words() -> None:
    model = weights({"warm": {"!": 6}})
    assert model.scores([], ["!"]) == pytest.approx([-1.0 + 3.0 / math.sqrt(201), 0.0])


@given(st.text(max_size=200))
def test_any_text_has_a_score(text: str) -> None:
    assert all(map(math.isfinite, weights({"warm": {"sun": 10}}).scores(words(text, disguised=True))))


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("I walked home with my brother", True),
        ("Ich bin mit meinem Bruder heimgegangen", False),
        ("die Katze schläft", False),
    ],
)
def test_words_are_less_strange_in_their_own_language(text: str, english: bool) -> None:
    en, de = Linear(load_weights("danger.en")), Linear(load_weights("danger.de"))
    said = words(text, disguised=True)
    assert (en.strange(said) < de.strange(said)) is english


TEXTS = [
    "the sun is warm today",
    "Snow, and it is cold. Cold!",
    "sun",
    "",
    "ähnlich 我们 sun sun sun",
    "the snow the sun " * 40,
]


@given(st.integers(0, 2**32 - 1), st.text(max_size=80))
def test_it_adds_up_as_it_was_fitted(seed: int, text: str) -> None:
    """Places that several words share, empty texts and rounding are all in it: many words lie on few places."""
    few, labels, drawn = 64, ["warm", "cold"], np.random.default_rng(seed)
    said = [words(one, disguised=True) for one in [*TEXTS, text]]
    found = [features(one, ["!"], few) for one in said]
    rare, worths, biases = rarity(found, few), drawn.normal(size=(2, few)), [0.5, -1.5]
    model = Linear(packed(labels, rare, worths, biases, "lines"))
    assert (model.head.labels, model.head.places, model.head.lines) == (labels, few, "lines")
    for one, both in zip(said, found, strict=True):
        at, values = row(both, rare)
        fitted = worths[:, at] @ np.array(values) + biases
        rounding = np.abs(worths).max() / 254 * sum(values)
        assert model.scores(one, ["!"]) == pytest.approx(list(fitted), abs=rounding + 1e-9)
