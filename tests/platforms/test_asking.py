"""Asking and answering, the same promises on all three platforms: a modal or buttons, a forced reply, the next line."""

import json

import pytest

from bot.testing import Reply, World
from tests.platforms.tour import PREFIX, Scene, scene

pytestmark = pytest.mark.asyncio(loop_scope="module")
every = pytest.mark.parametrize("platform", PREFIX)
typed = pytest.mark.parametrize("platform", ["twitch", "telegram"])


async def answer(there: Scene, asked: Reply, name: str, value: str) -> Reply:
    """Answer a question that has choices, as one does there."""
    if there.platform == "twitch":
        return await there.say(name, value)
    return await asked.press(value, by=there.person(name))


async def fill(there: Scene, asked: Reply, **values: str) -> Reply:
    """Fill in a form as far as it goes: a modal, or one line after the other."""
    if there.platform == "discord":
        return await (await asked.press("Answer")).submit(**values)
    for value in values.values():
        asked = await there.say("ada", value)
    return asked


@every
async def test_a_question_is_answered(there: Scene) -> None:
    asked = await there.do("ada", "ferry")
    assert "Which bank?" in asked.text
    assert "left" in (asked.text if there.platform == "twitch" else asked.buttons)
    assert "You land on the left bank." in (await answer(there, asked, "ada", "left")).text


@every
async def test_the_answer_of_somebody_else_does_not_count(there: Scene) -> None:
    asked = await there.do("ada", "ferry")
    assert "land" not in (await answer(there, asked, "bob", "left")).text
    assert "You land on the right bank." in (await answer(there, asked, "ada", "right")).text


@every
async def test_a_form_is_filled_in(there: Scene) -> None:
    asked = await there.do("ada", "travel")
    assert "Before you go:" in asked.text
    assert "Frodo travels 12 days." in (await fill(there, asked, name="Frodo", days="12")).text


@every
async def test_an_answer_that_cannot_be_is_asked_for_again(there: Scene) -> None:
    asked = await there.do("ada", "travel")
    again = await fill(there, asked, name="Sam", days="0")
    assert "at least 1" in again.text
    values = {"name": "Sam", "days": "3"} if there.platform == "discord" else {"days": "3"}
    assert "Sam travels 3 days." in (await fill(there, again, **values)).text


@every
async def test_the_third_answer_that_cannot_be_ends_it(there: Scene) -> None:
    asked = await there.do("ada", "travel")
    for number in range(3):
        name = {"name": "Pip"} if there.platform == "discord" or not number else {}
        asked = await fill(there, asked, **name, days="-1")
    assert "at least 1" in asked.text
    assert asked.buttons == []
    assert (await there.say("ada", "3")).messages == []


@typed
@pytest.mark.parametrize("word", ["cancel", "Stop"])
async def test_a_word_cancels(there: Scene, word: str) -> None:
    await there.do("ada", "travel")
    assert "Cancelled." in (await there.say("ada", word)).text
    assert (await there.say("ada", "Frodo")).messages == []


@every
async def test_another_command_ends_the_question(there: Scene) -> None:
    asked = await there.do("ada", "ferry")
    assert "You bow." in (await there.do("ada", "bow")).text
    assert "land" not in (await answer(there, asked, "ada", "left")).text


@every
async def test_talk_of_others_goes_by_a_question(there: Scene) -> None:
    asked = await there.do("ada", "ferry")
    assert (await there.say("cleo", "left")).messages == []
    assert "left bank" in (await answer(there, asked, "ada", "left")).text


@every
async def test_what_is_missing_is_asked_for(there: Scene) -> None:
    asked = await there.do("ada", "pack")
    assert "What to pack." in asked.text or there.platform == "discord"
    assert "Packed: lamp, 2 kg." in (await fill(there, asked, thing="lamp", weight="2")).text


@every
async def test_what_was_typed_is_not_asked_for(there: Scene) -> None:
    asked = await there.do("ada", "pack rope")
    assert "Packed: rope, 4 kg." in (await fill(there, asked, weight="4")).text


@every
async def test_nothing_is_asked_when_nothing_is_missing(there: Scene) -> None:
    assert "Packed: rope, 1 kg." in (await there.do("ada", "pack rope 1")).text


@every
async def test_two_people_are_asked_at_once(there: Scene) -> None:
    first, second = await there.do("ada", "ferry"), await there.do("bob", "ferry")
    assert "right bank" in (await answer(there, second, "bob", "right")).text
    assert "left bank" in (await answer(there, first, "ada", "left")).text


@every
async def test_a_question_asked_in_private_is_answered_there(there: Scene) -> None:
    asked = await there.do("ada", "ferry", private=True)
    assert asked.private
    if there.platform == "twitch":
        answered = await there.say("ada", "left", private=True)
    else:
        answered = await asked.press("left")
    assert "left bank" in answered.text
    assert answered.private


async def test_a_slash_command_asks_in_a_modal(tour: World) -> None:
    ada = tour.discord.user("ada")
    asked = await ada.slash("travel")
    assert asked.modal is not None
    assert asked.modal["title"] == "Before you go:"
    assert "Merry travels 2 days." in (await asked.submit(name="Merry", days="2")).text


async def test_a_modal_whose_question_is_over_gets_a_kind_sentence(tour: World) -> None:
    ada = tour.discord.user("ada")
    asked = await ada.slash("travel")
    await ada.slash("bow")
    late = await asked.submit(name="Merry", days="2")
    assert "no longer open" in late.text
    assert late.private


async def test_a_button_whose_question_is_over_gets_a_kind_sentence(tour: World) -> None:
    ada = tour.discord.user("ada")
    asked = await ada.say("!travel")
    await ada.say("!bow")
    late = await asked.press("Answer")
    assert late.modal is None
    assert "no longer open" in late.text
    assert late.private


async def test_somebody_else_opens_no_modal_of_mine(tour: World) -> None:
    asked = await tour.discord.user("ada").say("!travel")
    tried = await asked.press("Answer", by=tour.discord.user("bob"))
    if tried.modal is not None:
        tried = await tried.submit(name="Bob", days="1")
    assert "somebody else" in tried.text
    assert tried.private
    assert "Ada travels 1" in (await (await asked.press("Answer")).submit(name="Ada", days="1")).text


async def test_telegram_opens_the_reply_for_the_one_who_is_asked(tour: World) -> None:
    asked = await scene(tour, "telegram").do("ada", "travel")
    markup = asked.payload["reply_markup"]
    markup = json.loads(markup) if isinstance(markup, str) else markup
    assert markup["force_reply"]
    assert markup["selective"]
