"""Any text can be read: values stay in range, the same text gives the same reading, and what says nothing is shallow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.lexicon import Lexicon
from config.load import load_data
from handlers.journey.moods import MOODS
from handlers.journey.reading.analysis import analyse

THEMES = {
    "family",
    "friendship",
    "love",
    "work",
    "body",
    "home",
    "fear",
    "loss",
    "change",
    "time",
    "self",
    "nature",
    "art",
    "faith",
    "childhood",
    "money",
}
FRAGMENTS = [
    "I miss my mother",
    "nicht so schlimm, aber",
    "!!!",
    "WOW",
    "😭",
    "who am I?",
    "\n",
    "Ich freue mich",
    "but",
    "的",
    "{x: 1}",
    "nooooo",
]


@given(st.one_of(st.text(max_size=300), st.lists(st.sampled_from(FRAGMENTS), max_size=30).map(" ".join)))
def test_every_value_is_in_its_range(text: str) -> None:
    read = analyse(text)
    assert read.mood in MOODS
    assert -1 <= read.valence <= 1
    assert 0 <= read.arousal <= 1
    assert 0 <= read.depth <= 1
    assert len(read.themes) <= 3
    assert set(read.themes) <= THEMES
    assert read.language in {"en", "de"}
    assert analyse(text) == read


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n",
        "😀😀🔥🔥🔥",
        "👩‍👩‍👧",
        "我今天很高兴,因为我的妈妈来了。" * 20,
        "أنا سعيد جدا اليوم لأن أمي هنا " * 40,
        "Сегодня я очень рад, что приехала мама. " * 30,
        "def f(x) -> None:\n    return {k: v for k, v in x.items() if k != 'a'}\n" * 10,
        "SELECT * FROM users WHERE id = 1; -- " * 20,
        "x" * 4000,
        "?" * 4000,
        "\u200b" * 100,
        "\x00\x01",
        "....",
        "lol",
        "asdf jkl qwertz uiop",
    ],
)
def test_what_cannot_be_read_is_ash_or_void_and_shallow(text: str) -> None:
    read = analyse(text)
    assert read.mood in {"ash", "void"}
    assert read.depth < 0.25


@pytest.mark.parametrize(
    "unit", ["so ", "not ", "aber nicht ", "I miss ", "!", "AAAA ", ", ", "but sad. ", "ich ich ", "🔥", "un-"]
)
def test_four_thousand_characters_of_anything_are_read(unit: str) -> None:
    assert analyse(unit * (4000 // len(unit))).mood in MOODS


def test_what_is_longer_is_not_read() -> None:
    assert analyse("sad " * 1000 + "happy " * 5000) == analyse("sad " * 1000)


@pytest.mark.parametrize(
    ("text", "hint", "language"),
    [
        ("I walked home with my brother", "de", "en"),
        ("Ich bin mit meinem Bruder heimgegangen", "en", "de"),
        ("Hm", "de", "de"),
        ("Hm", "de-AT", "de"),
        ("Hm", None, "en"),
        ("Hm", "fr", "en"),
    ],
)
def test_the_words_tell_the_language_and_the_hint_decides_where_they_do_not(
    text: str, hint: str | None, language: str
) -> None:
    assert analyse(text, hint).language == language


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("I'm not sad at all", "tide"),
        ("ich bin nicht traurig", "tide"),
        ("nicht wütend", "ember"),
    ],
)
def test_what_is_denied_is_not_taken_for_said(text: str, mood: str) -> None:
    assert analyse(text).mood != mood


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ("Es war schön, aber am Ende nur noch traurig", "Es war traurig, aber am Ende nur noch schön"),
        ("nicht schön", "schön"),
        ("sehr traurig", "ein bisschen traurig"),
        ("Das war ein Tag 😭", "Das war ein Tag 😊"),
        ("This is awful", "This is wonderful"),
    ],
)
def test_valence_knows_contrast_negation_and_degree(worse: str, better: str) -> None:
    assert analyse(worse).valence < analyse(better).valence


def test_more_words_about_oneself_are_deeper() -> None:
    assert (
        analyse("ok").depth
        < analyse("I miss my mother").depth
        < analyse("I miss my mother and our old house by the sea. " * 5).depth
    )


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_lexicon_has_words_for_every_theme_and_mood(language: str) -> None:
    lexicon = load_data(Lexicon, f"lexicon.{language}.toml")
    assert (set(lexicon.theme), set(lexicon.mood)) == (THEMES, set(MOODS))
