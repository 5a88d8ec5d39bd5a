"""A choice in people's own language, the same on all three platforms: typed, listed, shown and registered."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from bot.testing import Reply, World, world
from tests.platforms.tour import PREFIX
from tests.sandbox.discord import conformance as discord

pytestmark = pytest.mark.asyncio(loop_scope="module")
every = pytest.mark.parametrize("platform", PREFIX)
MOODS = "Glut, Gezeiten, Morgenröte, Hain, Asche, Leere"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def w() -> AsyncIterator[World]:
    """Ada reads German everywhere, Bob English."""
    async with world("economy", "mirrors", "handlers", "tests.platforms.ferry") as one:
        for platform in PREFIX:
            await say(one, platform, "ada", "profil sprache de")
        yield one


async def say(w: World, platform: str, who: str, line: str) -> Reply:
    return await w.on(platform).user(who).say(PREFIX[platform] + line, private=True)


def plain(reply: Reply) -> str:
    return reply.text.replace("*", "").replace("\\", "")


@every
@pytest.mark.parametrize("word", ["mystisch", "MYSTISCH", "mystic", "what:Mystisch", "what:mystic"])
async def test_a_choice_is_typed_in_german_or_as_it_is_in_code(w: World, platform: str, word: str) -> None:
    assert "mystisch" in plain(await say(w, platform, "ada", f"stimme waehlen {word}"))
    assert "I speak with you like this: mystic" in plain(await say(w, platform, "bob", f"voice set {word}"))


@every
@pytest.mark.parametrize("word", ["wärme", "Waerme", "warmth"])
async def test_an_umlaut_may_be_written_out(w: World, platform: str, word: str) -> None:
    assert "Wärme: 71" in plain(await say(w, platform, "ada", f"stimme waehlen {word} 71"))


@every
async def test_a_wrong_word_is_answered_with_the_words_of_the_reader(w: World, platform: str) -> None:
    assert MOODS in plain(await say(w, platform, "ada", "offenbarung stimmung 1 feuer"))
    assert "ember, tide, dawn, grove, ash, void" in plain(await say(w, platform, "bob", "revelation mood 1 feuer"))


@every
async def test_what_was_chosen_is_shown_in_the_language_of_the_reader(w: World, platform: str) -> None:
    await say(w, platform, "ada", "whisper Schatten")
    assert "Flüsterfragen der Art Schatten ruhen" in plain(await say(w, platform, "ada", "skip"))


@every
@pytest.mark.parametrize(("who", "words"), [("ada", ("Links", "rechts")), ("bob", ("left", "right"))])
async def test_what_is_asked_for_is_offered_and_taken_in_the_language_of_the_reader(
    w: World, platform: str, who: str, words: tuple[str, str]
) -> None:
    asked = await say(w, platform, who, "ferry")
    if platform == "discord":
        assert asked.buttons == [*words]
        landed = await asked.press(words[0])
    else:
        if platform == "twitch":
            assert f"{words[0]} {'oder' if who == 'ada' else 'or'} {words[1]}" in asked.text
        landed = await w.on(platform).user(who).say(words[0].upper(), private=True)
    assert f"→ {words[0]}" in plain(landed)


async def test_discord_is_told_what_choices_are_called(w: World) -> None:
    (put,) = [
        wire
        for wire in w.sandbox.world.record.since(0)
        if wire.name.startswith("PUT ") and wire.name.endswith("/commands")
    ]
    bodies: list[dict[str, Any]] = put.payload
    (mood,) = [one for one in _options(bodies) if one["name"] == "mood" and one.get("choices")]
    assert [one["value"] for one in mood["choices"]] == ["ember", "tide", "dawn", "grove", "ash", "void"]
    assert ", ".join(one["name_localizations"]["de"] for one in mood["choices"]) == MOODS
    for option in _options(bodies):
        names = [one.get("name_localizations", {}).get("de", one["name"]) for one in option.get("choices", [])]
        assert len({name.casefold() for name in names}) == len(names)
    if discord.description() is None:
        pytest.skip("no discord-openapi.json: SOULFRA_SPECS names its folder")
    assert discord.violations([put]) == []


async def test_a_slash_command_brings_the_choice_itself(w: World) -> None:
    shown = await w.discord.user("ada").slash("voice set", what="mystic")
    assert "mystisch" in plain(shown)


def _options(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    inside = [option for node in nodes for option in node.get("options", [])]
    return [*inside, *_options(inside)] if inside else []
