"""Weak signs of danger add up when they stand close together, and harmless contexts take away."""

import pytest

from bot.moderation.normalise import words
from bot.moderation.signs import Scale
from config.load import load_data
from config.moderation import Sign, Signs, Weighed

SCALE = Scale(
    Signs(
        enough=3,
        told=2,
        kinds={
            "means": Sign(weights=(1, 2, 2), phrases=["rope", "the old rope"]),
            "soon": Sign(weights=(1, 1, 1), phrases=["tonight"]),
            "farewell": Sign(weights=(1, 1, 1), phrases=["goodbye"]),
            "game": Sign(weights=(-2, -2, -2), phrases=["level"]),
        },
    ),
    fillers="",
)


@pytest.mark.parametrize(
    ("text", "told", "tips"),
    [
        ("rope tonight", False, False),
        ("rope tonight goodbye", False, True),
        ("rope rope rope", False, False),
        ("the old rope tonight", False, True),
        ("goodbye goodbye", True, True),
        ("nothing at all", True, False),
        ("rope tonight goodbye level", False, False),
        ("rope " + "a " * 40 + "tonight goodbye", False, False),
        ("level " + "a " * 40 + "rope tonight goodbye", False, True),
        ("rope tonight goodbye " + "a " * 40 + "level", False, True),
        ("", False, False),
    ],
)
def test_signs_add_up(text: str, told: bool, tips: bool) -> None:
    assert SCALE.tips(words(text), told=told) is tips


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_single_sign_is_enough(language: str) -> None:
    signs = load_data(Weighed, "signs.toml").signs[language]
    assert all(max(sign.weights) < signs.enough for sign in signs.kinds.values())
    assert all(sign.phrases for sign in signs.kinds.values())
