"""The tour on all three platforms: suggestions, buttons, lists, pages, guards, files, live messages, languages, settings."""

import dataclasses
from typing import Any

import pytest

from bot.testing import Reply, Shown, Upload, World
from tests.platforms.tour import PREFIX, Scene

pytestmark = pytest.mark.asyncio(loop_scope="module")
every = pytest.mark.parametrize("platform", PREFIX)
rich = pytest.mark.parametrize("platform", ["discord", "telegram"])
NOTE = Upload("note.txt", b"12345", "text/plain")


def id_of(there: Scene, sent: Any) -> str:
    """The id of a line that was typed."""
    if there.platform == "twitch":
        return str(sent["payload"]["event"]["message_id"])
    return str(sent["id"] if there.platform == "discord" else sent["message"]["message_id"])


def edits(reply: Reply) -> int:
    """How many of its requests show something in place of what was there."""
    return sum(wire.name.startswith(("PATCH", "edit")) for wire in reply.requests)


def posts(reply: Reply) -> int:
    """How many of its requests are messages of their own."""
    return sum(wire.name.startswith(("POST /channels", "send")) for wire in reply.requests)


# -- suggestions, buttons, lists, pages


@every
async def test_a_near_miss_offers_what_was_meant_and_a_press_runs_it(there: Scene) -> None:
    missed = await there.do("ada", "star Sirus")
    assert "Did you mean" in missed.text
    assert missed.private
    assert "Sirius shines." in (await missed.press("Sirius")).text


@every
async def test_a_button_is_for_whom_it_was_shown_to_or_for_anyone(there: Scene) -> None:
    shown = await there.do("ada", "door")
    if there.platform != "twitch":  # numbers are one's own: those of others mean nothing
        assert "somebody else's" in (await shown.press("Open", by=there.person("bob"))).text
        knocked = await shown.press("Knock", by=there.person("bob"))
        assert "knocks." in knocked.text
    assert "You go in softly." in (await shown.press("Open")).text


@rich
async def test_what_a_button_changes_is_shown_in_place(there: Scene) -> None:
    shown = await there.do("ada", "door")
    pressed = await shown.press("Open")
    assert "You go in softly." in pressed.text
    assert posts(pressed) == 0


@every
async def test_a_list_is_picked_from(there: Scene) -> None:
    shown = await there.do("ada", "menu")
    if there.platform == "discord":
        picked = await shown.pick("soup")
    else:
        picked = await shown.press(next(label for label in shown.buttons if label.startswith("Soup")))
    assert picked.text.startswith("soup")


@every
async def test_pages_go_on_and_back(there: Scene) -> None:
    first = await there.do("ada", "rooms")
    second = await first.press("Next")
    assert "Room 11" in second.text
    third = await there.person("ada").press(_standing(first, second), "Next")
    assert "Room 25" in third.text
    assert "Next" not in third.buttons
    if there.platform != "twitch":
        assert posts(second) == posts(third) == 0


def _standing(first: Reply, changed: Reply) -> Shown:
    """A message with the buttons that it has now: what shows it in place names no id of its own on Discord."""
    return dataclasses.replace(changed.messages[-1], message=first.messages[0].message)


# -- guards


@every
async def test_moderators_may_and_others_may_not(there: Scene) -> None:
    assert "Swept." in (await there.do("bob", "sweep")).text
    refused = await there.do("cleo", "sweep")
    assert "Swept." not in refused.text
    assert refused.private
    assert "Swept." not in (await there.do("bob", "sweep", private=True)).text


@every
async def test_operators_may_and_moderators_may_not(there: Scene) -> None:
    assert "Resting." in (await there.do("ada", "rest")).text
    assert "Resting." not in (await there.do("bob", "rest")).text


@every
async def test_a_limit_counts_what_succeeded_of_one_person(there: Scene) -> None:
    said = [(await there.do("bob", "bell")).text for _ in range(3)]
    assert ["Ding." in one for one in said] == [True, True, False]
    assert "Ding." in (await there.do("cleo", "bell")).text


@every
async def test_attempts_count_though_they_fail_and_bring_a_way_on(there: Scene) -> None:
    tried = [await there.do("cleo", f"lock {number}", private=True) for number in (1, 2, 3, 417)]
    assert ["Not " in one.text for one in tried] == [True, True, True, False]
    assert "It opens." not in tried[3].text
    assert tried[0].buttons == ["Ask the bell"]


# -- files, replies


@rich
async def test_a_file_is_fetched(there: Scene) -> None:
    assert "note.txt has 5 bytes." in (await there.do("ada", "weigh", files=[NOTE])).text
    assert "file is missing" in (await there.do("ada", "weigh")).text
    assert "2 files" in (await there.do("ada", "weigh", files=[NOTE, NOTE])).text or there.platform == "telegram"


async def test_what_twitch_cannot_have_is_not_there(tour: World) -> None:
    assert "no command" in (await tour.twitch.user("ada").say("!weigh", private=True)).text


@rich
async def test_pictures_and_files_are_shown(there: Scene) -> None:
    shown = await there.do("ada", "album")
    sent = repr([wire.payload for wire in shown.requests])
    assert "Two dots:" in sent
    assert "a list of dots" in sent


@every
async def test_a_reply_gives_the_message(there: Scene) -> None:
    said = await there.say("cleo", "the moon is up")
    told = await there.do("ada", "remember", reply_to=id_of(there, said.sent))
    assert "the moon is up" in told.text
    assert "said:" in told.text


@every
async def test_without_a_reply_it_says_what_to_do(there: Scene) -> None:
    assert "Reply to the message" in (await there.do("ada", "remember", private=True)).text


async def test_menus_of_people_and_messages(tour: World) -> None:
    ada = tour.discord.user("ada")
    assert "Greetings" in (await ada.menu("Greet", "bob")).text
    line = await tour.discord.user("cleo").say("the moon is down")
    assert "the moon is down" in (await ada.menu("Remember this", line.sent["id"])).text


async def test_completion_while_typing(tour: World) -> None:
    assert (await tour.discord.user("ada").autocomplete("star", "name", name="al")).suggestions == [
        "Aldebaran",
        "Altair",
    ]


# -- deep links and inline mode


async def test_a_link_is_a_command(tour: World) -> None:
    ada = tour.telegram.user("ada")
    address = (await ada.say("/share", private=True)).text
    payload = address.partition("start=")[2]
    assert "It rains in Rome." in (await ada.start(payload)).text


async def test_inline_answers_and_keeps_nothing(tour: World) -> None:
    before = (await tour.app.state())["accepted"]
    found = (await tour.telegram.user("ada").inline("weather Rome")).sent
    assert [one["input_message_content"]["message_text"] for one in found] == ["It rains in Rome."]
    assert (await tour.app.state())["accepted"] == before


# -- live messages


@every
async def test_progress_is_one_message_or_some_lines(there: Scene) -> None:
    baked = await there.do("ada", "bake")
    assert baked.text.endswith("Bread.")
    assert "3/3" in baked.text
    if there.platform == "twitch":
        assert 3 <= len(baked.messages) <= 5
    else:
        assert len(baked.messages) == 2
        assert edits(baked) >= 1


@every
async def test_a_story_grows_in_one_message(there: Scene) -> None:
    told = await there.do("ada", "tell")
    assert len(told.messages) == 1
    assert told.text.rstrip().endswith("Once there was a house.")


@every
async def test_reactions_and_further_answers(there: Scene) -> None:
    waved = await there.do("ada", "wave")
    assert waved.reactions == ([] if there.platform == "twitch" else ["👍"])
    assert "There you are." in waved.text
    assert [one.private for one in waved.messages if one.text.startswith("Hello")] == [True]


# -- languages


@every
async def test_who_reads_german_is_answered_in_german(there: Scene) -> None:
    assert "Deutsch" in (await there.do("cleo", "profile language de", private=True)).text
    try:
        for private in (True, False):
            said = (await there.do("cleo", "lamps 3", private=private)).text
            assert "3 Lampen brennen" in said
            assert "Du liest de." in said
        assert "3 lamps burn" in (await there.do("ada", "lamps 3")).text
        assert "Moderatoren" in (await there.do("cleo", "sweep")).text
    finally:
        await there.do("cleo", "profile language auto", private=True)


# -- settings


@pytest.mark.parametrize("platform", ["discord", "twitch"])
async def test_a_prefix_of_their_own(there: Scene) -> None:
    await there.do("bob", "settings prefix ?")
    try:
        assert "You bow." in (await there.say("ada", "?bow")).text
        assert (await there.do("ada", "bow")).messages == []
        assert "You bow." in (await there.do("ada", "bow", private=True)).text
    finally:
        assert "`!`" in (await there.say("bob", "?settings prefix !")).text or there.platform == "twitch"


@every
async def test_a_command_that_is_off_is_silence(there: Scene) -> None:
    assert "off" in (await there.do("bob", "settings command bow off")).text
    assert (await there.do("ada", "bow")).messages == []
    assert "You bow." in (await there.do("ada", "bow", private=True)).text
    assert "on again" in (await there.do("bob", "settings command bow on")).text
    assert "You bow." in (await there.do("ada", "bow")).text


@every
async def test_settings_are_for_moderators(there: Scene) -> None:
    refused = await there.do("cleo", "settings command bow off")
    assert refused.private
    assert "You bow." in (await there.do("ada", "bow")).text
