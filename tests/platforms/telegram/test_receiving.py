"""What comes in besides lines and presses of buttons: files, replies, links, choices, answers, inline queries, events."""

import asyncio
from typing import Any

import pytest
from msgspec import structs

from bot.adapter import Question, Refused, Sent
from bot.command import CommandSpec, Option
from bot.events import Joined, Left, Reacted, Spoke
from bot.message import Choice, Message, Select, b, t
from bot.sandbox.telegram.rooms import BOT_ID, BOT_USERNAME
from bot.sandbox.world import Channel
from bot.users import Said, User
from tests.platforms.telegram.conftest import Bench

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (7).to_bytes(4, "big") + (9).to_bytes(4, "big")
GROUP = "-1001000000001"


async def _handler(_: Any) -> Message:
    return Message("")


def spec(path: str, *options: Option) -> CommandSpec:
    return CommandSpec(path, "Does it.", options, _handler, source="x.py:1")


@pytest.mark.parametrize(
    ("given", "name", "kind"),
    [
        (("x.png", PNG, "image/png"), "photo.jpg", "image/jpeg"),
        (("notes.txt", b"notes", "text/plain"), "notes.txt", "text/plain"),
        (("v.ogg", b"voice", "audio/ogg"), "voice.ogg", "audio/ogg"),
        (("m.mp4", b"video", "video/mp4"), "m.mp4", "video/mp4"),
        (("s.mp3", b"song", "audio/mpeg"), "s.mp3", "audio/mpeg"),
    ],
)
async def test_files_come_with_their_caption(running: Bench, given: Any, name: str, kind: str) -> None:
    asked = await running.ask("/vault put", files=[given])
    file = asked.files[0]
    assert (asked.text, file.name, file.type, file.size) == ("/vault put", name, kind, len(given[1]))
    assert await running.platform.fetch(file) == given[1]


async def test_an_album_is_as_many_messages(running: Bench) -> None:
    one = await running.ask("/put", files=[("a.txt", b"a", "text/plain"), ("b.txt", b"b", "text/plain")])
    two = await running.asked()
    assert [[file.name for file in each.files] for each in (one, two)] == [["a.txt"], ["b.txt"]]
    assert [one.text, two.text] == ["/put", ""]


async def test_a_reply_is_about_what_was_said(running: Bench) -> None:
    said = await running.emulator.say("bob", "I lost my keys")
    await running.heard()
    asked = await running.ask("/comfort", reply_to=str(said.payload["message"]["message_id"]))
    number = str(said.payload["message"]["message_id"])
    assert asked.about == Said(number, User("telegram", "5102", "Bob", "bob"), "I lost my keys")
    sent = (await running.answer(asked.reply, Message("There, there.")))[0]
    assert isinstance(sent, Sent)
    again = await running.ask("/more", reply_to=sent.message)
    assert again.about is not None
    assert (again.about.author.id, running.ingress.replies[-2:]) == (str(BOT_ID), [False, True])


@pytest.mark.parametrize(
    ("payload", "seen"),
    [
        ("vault_put", ("command", "vault put", "", None)),
        ("vault_put-7f-3A", ("command", "vault put", "7f-3A", None)),
        ("xY_9-abcdefghijk", ("press", None, "", "xY_9-abcdefghijk")),
        ("", ("command", None, "/help", None)),
        ("a b", ("command", None, "/help", None)),
        ("é", ("command", None, "/help", None)),
        ("x" * 65, ("command", None, "/help", None)),
        ("../etc", ("command", None, "/help", None)),
    ],
)
async def test_deep_links(bench: Bench, payload: str, seen: Any) -> None:
    await bench.platform.start(bench.ingress, [spec("vault put")])
    await bench.emulator.start_bot("ada", payload)
    asked = await bench.asked()
    assert (asked.kind, asked.path, asked.text, asked.button) == seen
    assert asked.options is None


async def test_a_deep_link_in_a_group_is_read_like_a_line(bench: Bench) -> None:
    await bench.platform.start(bench.ingress, [spec("vault put")])
    asked = await bench.ask(f"/start@{BOT_USERNAME} vault_put-secret")
    assert (asked.path, asked.text, asked.overheard) == (None, "/vault put secret", True)


async def test_a_choice_is_a_press_with_its_number(running: Bench) -> None:
    asked = await running.ask("/colour")
    choices = [Choice("r", "red"), Choice("b", "blue")]
    select = Select("Which?", "colour", "which", choices, id="s1")
    sent = (await running.answer(asked.reply, Message("Choose.", selects=[select])))[0]
    assert isinstance(sent, Sent)
    await running.emulator.press("ada", sent.message, "blue")
    pressed = await running.asked()
    assert (pressed.kind, pressed.button, pressed.chosen) == ("press", "s1", ["1"])


@pytest.mark.parametrize(
    "data", ["", "é", "a:b:c", "a:999", "ask:x", "ask:none:0", "b0\n", "v" * 64 + ":1:", "a b", ":1"]
)
async def test_forged_presses_are_answered_and_go_no_further(running: Bench, data: str) -> None:
    asked = await running.ask("/mirror")
    sent = (await running.answer(asked.reply, Message("?")))[0]
    assert isinstance(sent, Sent)
    running.ingress.words["These buttons are no longer open.", ""] = {"en": "Gone."}
    running.ingress.words["This question is no longer open.", ""] = {"en": "Gone."}
    await running.emulator.forge("ada", sent.message, data)
    assert (await running.request("answerCallbackQuery")).payload["text"] == "Gone."
    assert running.ingress.taken.empty()


def question(*choices: str, kind: type = str) -> Question:
    return Question("q-1", Message("Which one?"), (Option("which", kind, "The one.", choices=choices),), "cancel")


@pytest.mark.parametrize(
    ("asked_for", "label", "value"), [(question("red", "blue"), "blue", "blue"), (question(kind=bool), "No", False)]
)
async def test_a_question_with_choices_is_a_keyboard(
    running: Bench, asked_for: Question, label: str, value: Any
) -> None:
    asked = await running.ask("/dye")
    running.ingress.questions["q-1"] = asked_for
    sent = await running.platform.prompt(asked.reply, asked_for)
    assert isinstance(sent, Sent)
    await running.emulator.press("ada", sent.message, label)
    answer = await running.asked()
    assert (answer.kind, answer.question, answer.options, answer.author.id) == (
        "answer",
        "q-1",
        {"which": value},
        "5101",
    )
    assert "text" not in (await running.request("answerCallbackQuery")).payload


async def test_a_refused_answer_keeps_its_notice(running: Bench) -> None:
    asked, running.ingress.refuses = await running.ask("/dye"), True
    running.ingress.questions["q-1"] = question("red", "blue")
    sent = await running.platform.prompt(asked.reply, question("red", "blue"))
    assert isinstance(sent, Sent)
    await running.emulator.press("bob", sent.message, "red")
    answer = await running.asked()
    await running.answer(answer.reply, Message("That question is for somebody else.", private=True))
    assert "somebody else" in (await running.request("answerCallbackQuery")).payload["text"]


async def test_an_open_question_asks_the_client_to_write(running: Bench) -> None:
    asked = await running.ask("/name")
    sent = await running.platform.prompt(asked.reply, question())
    wire = await running.request("sendMessage")
    assert isinstance(sent, Sent)
    assert wire.payload["reply_markup"] == {
        "force_reply": True,
        "selective": True,
        "input_field_placeholder": "The one.",
    }
    assert wire.payload["reply_parameters"]["message_id"] == int(asked.reply.message or 0)


async def test_a_private_question_is_asked_in_private_or_not_at_all(running: Bench) -> None:
    asked = await running.ask("/secret")
    handle = structs.replace(asked.reply, private=True)
    assert isinstance(await running.platform.prompt(handle, question()), Refused)
    told = [wire.payload["text"] for wire in running.requests("sendMessage") if wire.payload["chat_id"] == GROUP]
    assert [text.partition(":")[0] for text in told] == ["I wrote nothing here because it is private"]
    await running.ask("/start", private=True)
    assert isinstance(await running.platform.prompt(handle, question()), Sent)
    assert running.requests("sendMessage")[-1].payload["chat_id"] == "5101"


async def test_who_pressed_is_named_in_the_question(running: Bench) -> None:
    asked = await running.ask("/mirror")
    handle = structs.replace(asked.reply, token="77")
    await running.platform.prompt(handle, question())
    assert (await running.request("sendMessage")).payload["text"] == "Ada: Which one?"


async def test_inline_answers(running: Bench) -> None:
    running.ingress.shown = Message(t("You are {what}.", what=b("loved")))
    results = await running.emulator.inline("ada", "whisper 3")
    asked = await running.asked()
    assert (asked.kind, asked.text, asked.place.direct, asked.author.id) == ("command", "/whisper 3", True, "5101")
    assert results[0]["input_message_content"]["message_text"] == "You are loved."
    wire = await running.request("answerInlineQuery")
    assert (wire.payload["is_personal"], wire.payload["cache_time"]) == ("true", "0")


@pytest.mark.parametrize(
    "shown", [None, Message("mine alone", private=True), Message(images=[]), ValueError("broken")], ids=str
)
async def test_inline_queries_without_an_answer_offer_a_chat(running: Bench, shown: Any) -> None:
    running.ingress.shown = shown
    results = await running.emulator.inline("ada", "whisper")
    if isinstance(shown, Message) and not shown.private:
        assert len(results) == 1
        return
    assert results == []
    assert (await running.request("answerInlineQuery")).payload["button"]["start_parameter"] == "help"


@pytest.mark.parametrize("query", ["", " ", "x" * 256, "👍" * 100, "<b>&amp;*_", "/start ref", "\u202ea\u0000b"])
async def test_hostile_inline_queries(running: Bench, query: str) -> None:
    running.ingress.shown = Message(t("You said {what}.", what=query))
    results = await running.emulator.inline("ada", query)
    assert len(results) == 1
    assert (await running.asked()).text.startswith("/")


async def test_people_come_and_go(running: Bench) -> None:
    running.ingress.wanted = {Joined, Left}
    running.emulator.rooms.administrator = True
    await running.ask("/ping")  # the next poll asks for what is wanted now
    await running.emulator.leave("cleo")
    await running.emulator.join("cleo")
    told = [await running.told() for _ in range(4)]
    assert [type(event) for event, _ in told] == [Left, Left, Joined, Joined]
    assert len({event.id for event, _ in told}) == 2  # the chat and the administrators' update tell of the same step
    assert {event.user for event, _ in told} == {User("telegram", "5103", "Cleo", "cleo")}
    assert {(handle.channel, handle.to.id) for _, handle in told} == {(GROUP, "5103")}


async def test_reactions_are_told(running: Bench) -> None:
    running.ingress.wanted = {Reacted}
    running.emulator.rooms.administrator = True
    asked = await running.ask("/ping")
    for emoji in ("👍", "🔥"):
        await running.emulator.react("bob", asked.reply.message or "", emoji)
    told = [(await running.told())[0] for _ in range(3)]
    assert [(one.emoji, one.added) for one in told if isinstance(one, Reacted)] == [
        ("👍", True),
        ("🔥", True),
        ("👍", False),
    ]
    assert len({one.id for one in told}) == 3
    assert {one.message for one in told if isinstance(one, Reacted)} == {asked.reply.message}


async def test_talk_is_told_where_somebody_listens(running: Bench) -> None:
    running.ingress.curious = True
    said = await running.emulator.say("ada", "good morning")
    event, handle = await running.told()
    assert isinstance(event, Spoke)
    assert (event.text, event.user, event.place.channel) == (
        "good morning",
        User("telegram", "5101", "Ada", "ada"),
        GROUP,
    )
    assert event.id.endswith(said.event)
    assert handle.message == event.message
    await running.ask("/ping")
    await running.emulator.say("ada", "only for you", private=True)
    await running.emulator.say("ada", f"/ping@Other{BOT_USERNAME}")
    for _ in range(4):
        await running.heard()
    assert running.ingress.happenings.empty()


async def test_nothing_is_told_that_nobody_wants(running: Bench) -> None:
    running.emulator.rooms.administrator = True
    for delivered in await running.emulator.leave("cleo"):
        if "message" in delivered.payload:
            assert await running.heard() == delivered.event
    assert running.ingress.happenings.empty()


async def test_a_group_that_grows_is_followed(bench: Bench) -> None:
    bench.world.channels["telegram"].append(Channel("telegram", "-4001", "Small"))
    await bench.platform.start(bench.ingress, [])
    asked = await bench.ask("/ping", channel="Small")
    await bench.emulator.migrate("Small")
    sent = (await bench.answer(asked.reply, Message("Awake.")))[0]
    assert isinstance(sent, Sent)
    for _ in range(3):
        await bench.heard()
    assert bench.ingress.moves == [("-4001", "-1002000004001")] * 2  # told by the group, and by a request


async def test_an_answer_under_a_message_that_is_too_old_to_see(running: Bench) -> None:
    chat = {"id": int(GROUP), "type": "supergroup", "title": "Soulfra Lounge"}
    hidden = {"chat": chat, "message_id": 1, "date": 0}
    who = {"id": 5101, "is_bot": False, "first_name": "Ada"}
    query = {"id": "1", "from": who, "chat_instance": "1", "data": "b0", "message": hidden}
    await running.emulator.push({"callback_query": query})
    asked = await running.asked()
    assert (asked.button, asked.reply.message) == ("b0", "1")


async def test_edited_messages_are_not_asked_for(running: Bench) -> None:
    await asyncio.sleep(0)
    assert not any(kind.startswith("edited") for kind in running.platform._receiver.kinds())  # type: ignore[union-attr]
