"""The kinds of danger in both languages, what disguises them, and what only sounds like them. Rates are measured on the
labelled lines in tests/handlers/journey/reading/test_lines.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.moderation.crisis import danger, help_for, in_danger, meant
from config.load import load_data
from config.moderation import Crisis

DANGER = [
    "I want to die",
    "i wanna kms",
    "I'm going to end my life tonight",
    "i dont want to be alive anymore",
    "everyone would be better off without me",
    "I wish I had never been born",
    "k i l l myself",
    "k1ll mys3lf",
    "su1c1dal",
    "kіll myѕelf",
    "kill my\u200bself",
    "ｋｉｌｌ ｍｙｓｅｌｆ",
    "kiiiill myself",
    "I cut myself again",
    "I've been saving up my pills",
    "my husband hits me and I am hiding",
    "he says he'll kill me tonight",
    "this is goodbye, I'm sorry",
    "I can't go on living",
    "what's the point of living",
    "I want to go to sleep and never wake up",
    "unalive myself",
    "I took a whole bottle of tablets",
    "Ich will sterben",
    "ich will nicht mehr leben",
    "ich bring mich um",
    "Ich möchte nicht mehr aufwachen",
    "dass ich sterben will",
    "hab mich wieder geritzt",
    "ich will nich mehr leben",
    "s t e r b e n will ich",
    "ohne mich wären alle besser dran",
    "ich nehme mir das leben",
    "Suizid ist der einzige Ausweg",
    "mein Mann schlägt mich und ich hab mich eingeschlossen",
    "Leb wohl, verzeiht mir",
    "Ich spring vom Dach",
    "habe die Tabletten schon gezählt",
]
HARMLESS = [
    "",
    "I'm dying of laughter",
    "my phone died again",
    "my feet are killing me",
    "I could kill for a pizza",
    "killing time at the station",
    "I cut myself shaving",
    "the boss killed me in level three of the game",
    "my plants died",
    "social suicide, that joke",
    "I died inside",
    "dead tired today",
    "my mum will kill me if she sees the carpet",
    "my grandfather died last year and I miss him",
    "I can't do this job any more",
    "I don't want to die",
    "cutting onions",
    "Ich lach mich tot",
    "mein Akku ist tot",
    "ich könnte sterben für ein Eis",
    "todmüde nach der Schicht",
    "mich beim Kochen geschnitten",
    "die Pflanze ist gestorben",
    "mein Opa ist gestorben und fehlt mir",
    "ich kann diesen Job nicht mehr machen",
    "sterbenslangweilig",
    "Hunger, ich sterbe vor Hunger",
    "meine Mutter bringt mich um, wenn sie das sieht",
    "我今天很高兴",
    "الطقس جميل اليوم",
    "def die(self) -> None: return kill(self.process)",
]


@pytest.mark.parametrize("line", DANGER)
def test_danger_is_seen(line: str) -> None:
    assert in_danger(line)


@pytest.mark.parametrize("line", HARMLESS)
def test_what_only_sounds_like_it_is_not(line: str) -> None:
    assert not in_danger(line)


IDIOMS = [
    (phrase, grave)
    for language, grave in (("en", "I want to kill myself"), ("de", "ich will mich umbringen"))
    for phrase in load_data(Crisis, "crisis.toml").danger[language].harmless
]
EVERYDAY = [
    "We had soup for lunch and then walked along the river.",
    "My sister sent a photo of her new bike.",
    "I bought apples and bread at the market.",
    "Der Zug war heute zu spät.",
    "Wir haben bis zehn Karten gespielt.",
    "Morgen streiche ich mit dem Nachbarn den Zaun.",
]


@pytest.mark.parametrize(("phrase", "grave"), IDIOMS)
def test_no_idiom_hides_what_is_said_beside_it(phrase: str, grave: str) -> None:
    said = phrase.replace("*", "").replace("..", "really")
    assert danger(f"{said}, {grave}") != "none"
    assert danger(f"{grave}, {said}") != "none"


@pytest.mark.parametrize(
    "line",
    [
        "I laugh, but I want to kill myself",
        "we lost the game and I want to kill myself",
        "he hits me every night",
        "my father beats me.",
        "I cut myself on purpose",
        "er schlägt mich beim Essen",
        "er bringt mich um, wenn ich gehe",
        "im Spiel verloren, ich will sterben",
    ],
)
def test_what_begins_like_an_idiom_is_heard(line: str) -> None:
    assert danger(line) != "none"


EVERYDAYS = st.lists(st.sampled_from(EVERYDAY), max_size=60).map(" ".join)


@given(EVERYDAYS, st.sampled_from(DANGER), EVERYDAYS)
def test_no_everyday_talk_drowns_what_is_said_in_plain_words(before: str, line: str, after: str) -> None:
    assert danger(f"{before} {line}. {after}") != "none"


@given(st.sampled_from(DANGER + HARMLESS), st.integers(1, 2))
def test_case_and_spacing_do_not_matter(line: str, blanks: int) -> None:
    assert meant(f" {line.upper()} ".replace(" ", " " * blanks)) == meant(line)


@pytest.mark.parametrize("text", ["", " ", "\n", "...", "?!", "😀", "\u200b", "\x00"])
def test_nothing_said_is_no_danger(text: str) -> None:
    assert danger(text) == "none"


@pytest.mark.parametrize(
    "unit", ["ich will ", "i want to ", "so so ", "pills ", "not ", "a ", ", ", ". ", "nicht mehr ", "kill ", "x"]
)
def test_long_repetitions_end(unit: str) -> None:
    assert in_danger(unit * (4000 // len(unit))) in {True, False}


@pytest.mark.parametrize(
    ("language", "holds"),
    [("de", "0800 111 0 111"), ("de-AT", "142"), ("en", "988"), ("fr", "findahelpline"), (None, "116 123")],
)
def test_help_is_there_in_every_language(language: str | None, holds: str) -> None:
    said = help_for(language)
    assert len(said.text) > 100
    assert any(holds in resource for resource in said.resources)
