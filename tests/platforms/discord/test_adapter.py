import asyncio
import logging
import time
from collections.abc import AsyncIterator

import pytest

from bot.adapter import Refused, RetryAfter, Sent, Unknown
from bot.command import Invocation, ReplyHandle
from bot.errors import SettingsError
from bot.message import Button, Image, Message
from bot.platforms.discord.platform import DiscordPlatform
from bot.platforms.discord.sending import EVERYTHING
from bot.users import Place, User
from bot.windows import Window
from config.settings import DiscordSettings
from tests.platforms.discord.support import Ears, Stage, until
from tests.sandbox.discord import conformance

SEND = "POST /channels/{channel}/messages"
CALLBACK = "POST /interactions/{id}/{token}/callback"
FOLLOW_UP = "POST /webhooks/{application}/{token}"


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with Stage() as one:
        yield one
        if conformance.description():
            assert conformance.violations(one.world.record.since(0)) == []


@pytest.fixture
async def hasty() -> AsyncIterator[Stage]:
    """Defers at once."""
    async with Stage(defer_after=0.0) as one:
        yield one


def buttons(*labels: str) -> list[Button]:
    return [Button(label, "bless", id=f"id-{label}") for label in labels]


async def test_a_slash_command_is_answered_with_a_callback(stage: Stage) -> None:
    stage.ears.answer = stage.reply(Message("Blessed."))
    given = await stage.discord.slash("ada", "bless", {"to": "@bob", "amount": "5"})
    await stage.dealt(given.event)
    (invocation,) = stage.ears.submitted
    bob = stage.world.human("bob").on("discord")
    assert (invocation.id, invocation.path) == (f"discord:{given.event}", "bless")
    assert invocation.options == {"to": bob, "amount": 5}
    assert invocation.author == stage.world.human("ada").on("discord")
    assert invocation.place == Place("discord", "311000000000000001", "channel", "411000000000000001")
    assert invocation.locale == "en-US"
    assert Invocation.from_json(invocation.to_json()) == invocation
    (wire,) = stage.out("/callback")
    assert wire.payload["data"]["content"] == "Blessed."
    assert wire.about == {"channel": "311000000000000001", "event": given.event, "message": stage.outcomes[0].message}


async def test_a_handle_says_how_long_it_lives(stage: Stage) -> None:
    given = await stage.discord.slash("ada", "whisper", {})
    await stage.dealt(given.event)
    invocation = stage.ears.submitted[0]
    reply = invocation.reply
    assert (reply.deadline, reply.expires) == (invocation.received + 3_000_000, invocation.received + 900_000_000)
    assert (reply.interaction, reply.private, reply.direct) == (given.event, True, False)
    assert reply.token not in repr(invocation)


async def test_a_private_command_is_ephemeral_and_for_its_asker(stage: Stage) -> None:
    stage.ears.answer = stage.reply(Message("Psst."))
    await stage.dealt((await stage.discord.slash("cleo", "whisper", {})).event)
    (wire,) = stage.out("/callback")
    assert wire.payload["data"]["flags"] == 64
    assert wire.about["private_to"] == "cleo"


async def test_subcommands_have_paths(stage: Stage) -> None:
    await stage.dealt((await stage.discord.slash("ada", "vault put", {"name": "dawn"}, private=True)).event)
    invocation = stage.ears.submitted[0]
    assert (invocation.path, invocation.options, invocation.place.direct) == ("vault put", {"name": "dawn"}, True)


async def test_an_unknown_command_is_answered_kindly_and_privately(stage: Stage) -> None:
    del stage.ears.specs["whisper"]
    await stage.dealt((await stage.discord.slash("ada", "whisper", {})).event)
    assert stage.ears.submitted == []
    (wire,) = stage.out("/callback")
    assert wire.payload["data"]["flags"] == 64
    assert "has just changed" in wire.payload["data"]["content"]


async def test_what_could_not_be_kept_is_told_to_its_author(stage: Stage) -> None:
    stage.ears.broken = True
    await stage.dealt((await stage.discord.slash("ada", "bless", {"to": "bob"})).event)
    await stage.dealt((await stage.discord.say("ada", "!bless")).event)
    wires = stage.out("/callback", "/messages")
    assert [one.about["private_to"] for one in wires] == ["ada", "ada"]
    assert "try again" in wires[0].payload["data"]["content"]
    assert "try again" in wires[1].payload["content"]


@pytest.mark.parametrize("private", [False, True])
async def test_a_line_is_replied_to(stage: Stage, private: bool) -> None:
    stage.ears.answer = stage.reply(Message("Blessed"))
    given = await stage.discord.say("ada", "!bless @bob 5", private=private)
    await stage.dealt(given.event)
    (invocation,) = stage.ears.submitted
    bob = stage.world.human("bob").on("discord")
    assert invocation.text == f"!bless <@{bob.id}> 5"
    assert [one.id for one in invocation.mentions] == [bob.id]
    assert (invocation.overheard, invocation.place.direct) == (not private, private)
    (wire,) = stage.out("/messages")
    assert wire.payload["message_reference"]["message_id"] == given.event
    assert wire.payload["enforce_nonce"] is True
    assert wire.about["event"] == given.event
    assert wire.about.get("private_to") == ("ada" if private else None)


async def test_a_mention_stands_for_the_prefix(stage: Stage) -> None:
    for text in ("@soulfra bless", "@soulfra   !bless"):
        await stage.dealt((await stage.discord.say("ada", text)).event)
    assert [one.text for one in stage.ears.submitted] == ["!bless", "!bless"]


async def test_chatter_is_heard_and_dropped(stage: Stage) -> None:
    given = await stage.discord.say("ada", "good morning")
    await stage.dealt(given.event)
    assert stage.ears.submitted == []


async def test_our_own_lines_are_not_taken_up(stage: Stage) -> None:
    stage.ears.answer = stage.reply(Message("!bless"))
    await stage.dealt((await stage.discord.say("ada", "!bless")).event)
    await stage.dealt((await stage.discord.say("ada", "the end")).event)
    assert len(stage.ears.submitted) == 1


async def test_a_press_is_answered_with_a_new_message(stage: Stage) -> None:
    stage.ears.answer = stage.reply(Message("Choose", buttons=buttons("Yes", "No")))
    await stage.dealt((await stage.discord.slash("ada", "bless", {"to": "bob"})).event)
    stage.ears.answer = stage.reply(Message("Done"))
    shown = stage.outcomes[0].message
    given = await stage.discord.press("bob", shown, "Yes")
    await stage.dealt(given.event)
    press = stage.ears.submitted[1]
    assert (press.kind, press.button, press.author.name) == ("press", "id-Yes", "bob")
    assert press.reply.message == shown
    assert stage.out("/callback")[1].payload["type"] == 4
    assert stage.outcomes[1].message != shown


async def test_a_press_on_a_reply_to_a_line(stage: Stage) -> None:
    stage.ears.answer = stage.reply(Message("Choose", buttons=buttons("Yes")))
    await stage.dealt((await stage.discord.say("ada", "!bless")).event)
    given = await stage.discord.press("ada", stage.outcomes[0].message, "id-Yes")
    await stage.dealt(given.event)
    assert stage.ears.submitted[1].button == "id-Yes"


async def test_long_text_goes_on_in_follow_ups(stage: Stage) -> None:
    stage.ears.answer = stage.reply(Message("word " * 1000))
    await stage.dealt((await stage.discord.slash("ada", "whisper", {})).event)
    assert len(stage.out("/callback")) == 1
    follow_ups = stage.out("/{token}")
    assert len(follow_ups) == 2
    assert {one.about["private_to"] for one in follow_ups} == {"ada"}


async def test_pictures_are_uploaded(stage: Stage) -> None:
    stage.ears.answer = stage.reply(Message("Look", images=[Image("a sigil", b"\x89PNG", name="sigil.png")]))
    await stage.dealt((await stage.discord.slash("ada", "bless", {"to": "bob"})).event)
    await stage.dealt((await stage.discord.say("ada", "!bless")).event)
    callback, reply = stage.out("/callback", "/messages")
    for message in (callback.answer["resource"]["message"], reply.answer):
        (attachment,) = message["attachments"]
        assert (attachment["filename"], attachment["description"], attachment["size"]) == ("sigil.png", "a sigil", 4)


async def slowly(stage: Stage, message: Message) -> None:
    """Answers only after the deferral."""
    answer = stage.reply(message)

    async def late(invocation: Invocation) -> None:
        await until(lambda: stage.out("/callback"))
        await answer(invocation)

    stage.ears.answer = late


@pytest.mark.parametrize(("path", "options", "flags"), [("bless", {"to": "bob"}, 0), ("whisper", {}, 64)])
async def test_what_takes_long_is_deferred_with_its_visibility(
    hasty: Stage, path: str, options: dict[str, str], flags: int
) -> None:
    await slowly(hasty, Message("At last"))
    await hasty.dealt((await hasty.discord.slash("ada", path, options)).event)
    (deferred,) = hasty.out("/callback")
    assert (deferred.payload["type"], deferred.payload["data"]["flags"]) == (5, flags)
    (edited,) = [one for one in hasty.out("/@original") if one.name.startswith("PATCH")]
    assert edited.answer["content"] == "At last"
    assert edited.answer["flags"] == flags
    assert edited.about["message"] == deferred.about["message"]


async def test_private_words_never_fill_a_public_deferral(hasty: Stage) -> None:
    await slowly(hasty, Message("You have 3 left", private=True))
    await hasty.dealt((await hasty.discord.slash("ada", "bless", {"to": "bob"})).event)
    (told,) = hasty.out("/{token}")
    assert told.about["private_to"] == "ada"
    assert not [one for one in hasty.out("/@original") if one.name.startswith("PATCH")]
    assert [one.status for one in hasty.out("/@original") if one.name.startswith("DELETE")] == [204]


async def test_private_words_survive_a_busy_discord(hasty: Stage) -> None:
    hasty.discord.fail(FOLLOW_UP, 429, retry_after=0.0)
    answer = hasty.reply(Message("You have 3 left", private=True))

    async def twice(invocation: Invocation) -> None:
        await until(lambda: hasty.out("/callback"))
        await answer(invocation)
        await answer(invocation)

    hasty.ears.answer = twice
    await hasty.dealt((await hasty.discord.slash("ada", "bless", {"to": "bob"})).event)
    first, second = hasty.outcomes
    assert first == RetryAfter(0.0)
    assert isinstance(second, Sent)
    assert [(one.status, one.about.get("private_to")) for one in hasty.out("/{token}")] == [(429, None), (200, "ada")]


async def test_a_deferred_press_leaves_the_message_of_its_button(hasty: Stage) -> None:
    hasty.ears.answer = hasty.reply(Message("Choose", buttons=buttons("Yes")))
    await hasty.dealt((await hasty.discord.say("ada", "!bless")).event)
    await slowly(hasty, Message("Done"))
    await hasty.dealt((await hasty.discord.press("ada", hasty.outcomes[0].message, "Yes")).event)
    assert hasty.out("/callback")[0].payload == {"type": 6}
    assert hasty.outcomes[1].message != hasty.outcomes[0].message
    assert not [one for one in hasty.out("/@original") if one.name.startswith("PATCH")]


async def test_another_process_can_answer_and_answers_once(stage: Stage) -> None:
    """40060: somebody answered already; what they said is replaced, not repeated."""
    given = await stage.discord.slash("ada", "bless", {"to": "bob"})
    await stage.dealt(given.event)
    handle = stage.ears.submitted[0].reply
    payload = stage.platform.render(Message("Blessed"), handle)[0]
    first = await stage.platform.send(handle, payload, "key")
    await stage.platform.stop()
    second = await stage.open(Ears())
    again = await second.send(handle, payload, "key")
    assert first == again
    assert isinstance(first, Sent)
    assert [one.status for one in stage.out("/callback")] == [200, 400]


async def test_sent_twice_it_is_shown_once(stage: Stage) -> None:
    handles = []
    for given in (await stage.discord.slash("ada", "bless", {"to": "bob"}), await stage.discord.say("ada", "!bless")):
        await stage.dealt(given.event)
        handles.append(stage.ears.submitted[-1].reply)
    for handle in handles:
        payload = stage.platform.render(Message("Blessed"), handle)[0]
        outcomes = [await stage.platform.send(handle, payload, "key") for _ in range(2)]
        assert outcomes[0] == outcomes[1]


async def test_too_late_becomes_a_direct_message(stage: Stage) -> None:
    given = await stage.discord.slash("ada", "bless", {"to": "bob"})
    await stage.dealt(given.event)
    handle = stage.ears.submitted[0].reply
    stage.world.offset += 1000
    outcome = await stage.platform.send(handle, stage.platform.render(Message("Blessed"), handle)[0], "key")
    assert isinstance(outcome, Sent)
    (wire,) = stage.out("/messages")
    assert wire.about["private_to"] == "ada"


async def test_a_private_answer_to_a_line_is_a_direct_message(stage: Stage) -> None:
    stage.ears.answer = stage.reply(Message("Secret words", private=True))
    await stage.dealt((await stage.discord.say("ada", "!whisper")).event)
    (wire,) = stage.out("/messages")
    assert (wire.about["private_to"], wire.payload["content"]) == ("ada", "Secret words")


async def test_closed_direct_messages_are_pointed_out_without_the_words(stage: Stage) -> None:
    stage.discord.closed_dms.add("ada")
    stage.ears.answer = stage.reply(Message("Secret words " * 300, private=True))
    await stage.dealt((await stage.discord.say("ada", "!whisper")).event)
    refused, pointer, refused_again = stage.out("/messages")
    assert (refused.status, pointer.status, refused_again.status) == (403, 200, 403)
    assert "Secret" not in pointer.payload["content"]
    assert all(isinstance(one, Refused) for one in stage.outcomes)


async def test_a_message_out_of_the_blue_is_direct(stage: Stage) -> None:
    bob = stage.world.human("bob").on("discord")
    handle = ReplyHandle("discord", stage.discord.application_id, "", bob, direct=True)
    outcomes = [
        await stage.platform.send(handle, stage.platform.render(Message("Hello"), handle)[0], "outbox/1")
        for _ in range(2)
    ]
    assert outcomes[0] == outcomes[1]
    assert stage.out("/messages")[0].about["private_to"] == "bob"


async def test_a_direct_message_begins_when_there_is_room_for_all_of_it(stage: Stage) -> None:
    handle = ReplyHandle("discord", "", "", stage.world.human("bob").on("discord"), direct=True)
    [payload] = stage.platform.render(Message("hello"), handle)
    stage.platform._sender._all = window = Window(EVERYTHING, 60.0)
    for _ in range(EVERYTHING - 2):
        window.take(time.monotonic())
    assert isinstance(await stage.platform.send(handle, payload, "1.0"), Sent)
    stage.platform._sender._all = window = Window(EVERYTHING, 60.0)
    for _ in range(EVERYTHING - 1):
        window.take(time.monotonic())
    last = stage.world.record.last
    outcome = await stage.platform.send(handle, payload, "2.0")
    assert isinstance(outcome, RetryAfter)
    assert 0 < outcome.seconds <= 60
    assert stage.world.record.since(last) == []


async def test_failures_are_told_apart(stage: Stage) -> None:
    given = await stage.discord.slash("ada", "bless", {"to": "bob"})
    await stage.dealt(given.event)
    handle = stage.ears.submitted[0].reply
    first, later = stage.platform.render(Message("word " * 500), handle)
    stage.discord.fail(CALLBACK, 500)
    assert isinstance(await stage.platform.send(handle, first, "a/0"), RetryAfter)
    stage.discord.fail(CALLBACK, 429, retry_after=0.01)
    assert await stage.platform.send(handle, first, "a/0") == RetryAfter(0.01)
    await asyncio.sleep(0.02)
    stage.discord.fail(CALLBACK, 503, after=True)
    assert isinstance(await stage.platform.send(handle, first, "a/0"), RetryAfter)
    assert isinstance(await stage.platform.send(handle, first, "a/0"), Sent)
    stage.discord.fail(FOLLOW_UP, 502, after=True)
    assert isinstance(await stage.platform.send(handle, later, "a/1"), Unknown)
    stage.discord.fail(FOLLOW_UP, 400, code=50035, message="Invalid Form Body")
    assert await stage.platform.send(handle, later, "a/1") == Refused("400 50035 Invalid Form Body")


async def test_a_channel_that_is_gone_is_refused(stage: Stage) -> None:
    ada = stage.world.human("ada").on("discord")
    handle = ReplyHandle("discord", stage.discord.application_id, "1", ada)
    outcome = await stage.platform.send(handle, {"content": "hello"}, "key")
    assert outcome == Refused("404 10003 Unknown Channel")


async def test_a_lost_answer_to_a_keyed_message_is_asked_again(stage: Stage) -> None:
    handle = ReplyHandle(
        "discord", stage.discord.application_id, "311000000000000001", stage.world.human("ada").on("discord")
    )
    stage.discord.fail(SEND, 503, after=True)
    assert isinstance(await stage.platform.send(handle, {"content": "hello"}, "key"), RetryAfter)
    again = await stage.platform.send(handle, {"content": "hello"}, "key")
    lost, answered = stage.out("/messages")
    assert isinstance(again, Sent)
    assert (lost.about["message"], answered.answer["id"]) == (again.message, again.message)


async def test_a_second_delivery_is_handed_over_and_deferred_no_more(hasty: Stage) -> None:
    await slowly(hasty, Message("Blessed"))
    given = await hasty.discord.slash("ada", "whisper", {}, event_id="one")
    await hasty.dealt(given.event)
    assert (await hasty.discord.slash("ada", "whisper", {}, event_id="one")).event == given.event
    await until(lambda: hasty.ears.dealt.count(("discord", given.event)) == 2)
    await slowly(hasty, Message("Something else"))
    await hasty.dealt((await hasty.discord.slash("bob", "whisper", {})).event)
    assert len([one for one in hasty.out("/callback") if given.event in one.name]) == 1
    assert [one.author.name for one in hasty.ears.submitted] == ["ada", "bob"]
    assert all(isinstance(one, Sent) for one in hasty.outcomes)


async def test_events_of_a_dropped_connection_are_resumed(stage: Stage) -> None:
    await stage.discord.gateway.drop()
    given = await stage.discord.slash("ada", "whisper", {})
    await stage.dealt(given.event)
    assert [op for op, _ in stage.discord.gateway.log if op in (2, 6)] == [2, 6]


async def test_a_lost_session_is_begun_anew(stage: Stage) -> None:
    await stage.discord.gateway.forget()
    await until(lambda: [op for op, _ in stage.discord.gateway.log if op in (2, 6)] == [2, 6, 2])
    await until(lambda: stage.discord.gateway.online)
    await stage.dealt((await stage.discord.slash("ada", "whisper", {})).event)


async def test_commands_are_registered_when_they_changed(stage: Stage) -> None:
    async def again(ears: Ears) -> int:
        await stage.platform.stop()
        await stage.open(ears)
        return len([one for one in stage.out("/commands") if one.name.startswith("PUT")])

    assert await again(stage.ears) == 1
    assert await again(Ears()) == 2


async def test_refused_commands_leave_the_rest_working(caplog: pytest.LogCaptureFixture) -> None:
    stage = Stage()
    await stage.discord.start()
    stage.discord.fail("PUT /applications/{application}/commands", 400, code=50035, message="Invalid Form Body")
    await stage.open()
    await stage.dealt((await stage.discord.say("ada", "!bless")).event)
    assert stage.ears.kept == {}
    assert "refused the commands" in caplog.text
    await stage.__aexit__()


async def test_the_first_connection_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    stage = Stage(pause=0.01)
    await stage.discord.start()
    stage.discord.gateway.refuse = 2
    await stage.open()
    await until(lambda: stage.discord.gateway.online)
    assert len([one for one in caplog.records if "cannot be reached" in one.message]) == 2
    await stage.dealt((await stage.discord.slash("ada", "whisper", {})).event)
    await stage.__aexit__()


async def test_discord_may_come_later() -> None:
    stage = Stage(pause=0.01)
    await stage.discord.start()
    await stage.discord.stop()
    await stage.open()
    handle = ReplyHandle("discord", "1", "2", stage.world.human("ada").on("discord"))
    assert isinstance(await stage.platform.send(handle, {"content": "hello"}, "key"), RetryAfter)
    await stage.discord.start()
    await until(lambda: stage.discord.gateway.online)
    await stage.__aexit__()


async def test_a_wrong_token_is_said_once_and_not_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    stage = Stage(pause=0.0)
    await stage.discord.start()
    await stage.open(token="wrong-token")
    await until(lambda: caplog.records)
    assert [one.message for one in caplog.records if one.levelno == logging.ERROR] == [
        "Discord stays off: the token was refused; set discord.token to the bot token of the developer portal"
    ]
    assert "wrong-token" not in caplog.text
    await stage.__aexit__()
    assert len(stage.out("/users/@me")) == 1


async def test_a_missing_intent_is_named(caplog: pytest.LogCaptureFixture) -> None:
    stage = Stage(pause=0.0)
    await stage.discord.start()
    stage.discord.gateway.allowed = 0
    await stage.open()
    await until(lambda: "message_content = false" in caplog.text)
    await stage.__aexit__()
    await stage.open(message_content=False)
    await stage.__aexit__()


async def test_without_the_intent_a_mention_still_works() -> None:
    stage = Stage()
    await stage.discord.start()
    await stage.open(message_content=False)
    await stage.dealt((await stage.discord.say("ada", "!bless")).event)
    await stage.dealt((await stage.discord.say("ada", "@soulfra bless")).event)
    assert [one.text for one in stage.ears.submitted] == ["!bless"]
    await stage.__aexit__()


async def test_without_a_token_it_does_not_start() -> None:
    with pytest.raises(SettingsError, match=r"discord\.token"):
        await DiscordPlatform(DiscordSettings()).start(Ears(), [])


async def test_strangers_are_not_resolved(stage: Stage) -> None:
    place = Place("discord", "311000000000000001", "channel", "411000000000000001")
    assert await stage.platform.resolve("@nobody", place) is None
    assert await stage.platform.resolve("@soulfra", place) == User(
        "discord", stage.discord.application_id, "soulfra", "soulfra"
    )
    assert await stage.platform.resolve("@bob", Place("discord", "1", "direct")) is None
