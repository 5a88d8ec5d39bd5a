"""The adapter on the unmodified client library: lines and presses in, answers out."""

from typing import Any

import pytest
from msgspec import structs

from bot.adapter import Refused, RetryAfter, Sent, Unknown
from bot.command import ReplyHandle
from bot.message import Image, Message, b, button, code, t
from bot.platforms.telegram.presses import PATIENCE
from bot.sandbox.telegram.rooms import BOT_ID, BOT_USERNAME
from bot.users import Place, User
from tests.platforms.telegram.conftest import Bench

GROUP = "-1001000000001"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (7).to_bytes(4, "big") + (9).to_bytes(4, "big")
CONSENT = Message("Shall I?", buttons=[button("I agree", "mirror consent")])


def kept(message: Message) -> Message:
    """With the ids that the store gives to buttons."""
    buttons = [structs.replace(one, id=f"b{at}") for at, one in enumerate(message.buttons)]
    return message.replaced(buttons=buttons)


async def test_a_line_becomes_an_invocation(running: Bench) -> None:
    said = await running.emulator.say("ada", "/bless @bob 5 👍 thanks")
    asked = await running.asked()
    ada = User("telegram", "5101", "Ada", "ada")
    assert asked.id == f"telegram:{BOT_ID}:{said.event}"
    assert (asked.kind, asked.text, asked.author, asked.locale) == ("command", "/bless @bob 5 👍 thanks", ada, "en")
    assert asked.place == Place("telegram", GROUP, "group")
    assert asked.overheard
    assert asked.answer_until == asked.received + 3_600_000_000 == asked.reply.expires
    number = str(said.payload["message"]["message_id"])
    assert (asked.reply.channel, asked.reply.message, asked.reply.to, asked.reply.token) == (GROUP, number, ada, None)
    assert await running.heard() == said.event


async def test_the_golden_flow(running: Bench) -> None:
    asked = await running.ask("/bless @bob 5")
    sent = (await running.answer(asked.reply, Message(t("👍 {who} is blessed.", who=b("bob")))))[0]
    wire = await running.request("sendMessage")
    assert sent == Sent(wire.about["message"])
    assert wire.answer["result"]["reply_to_message"]["text"] == "/bless @bob 5"
    assert wire.answer["result"]["entities"] == [{"type": "bold", "offset": 3, "length": 3}]


@pytest.mark.parametrize(
    ("line", "text", "addressed"),
    [
        (f"/ping@{BOT_USERNAME} now", "/ping now", True),
        (f"/ping@{BOT_USERNAME.upper()}", "/ping", True),
        ("/start", "/help", False),
        (f"/start@{BOT_USERNAME}", "/help", True),
        (f"/ping @{BOT_USERNAME}", f"/ping @{BOT_USERNAME}", True),
        ("/ping", "/ping", False),
    ],
)
async def test_how_a_line_is_read(running: Bench, line: str, text: str, addressed: bool) -> None:
    assert (await running.ask(line)).text == text
    assert running.ingress.addressed == [addressed]


async def test_chatter_and_other_bots_commands_are_heard_and_dropped(running: Bench) -> None:
    for line in ("good morning", "/ping@OtherBot"):
        said = await running.emulator.say("ada", line)
        assert await running.heard() == said.event
    assert running.ingress.taken.empty()


def message(**more: Any) -> dict[str, Any]:
    chat = {"id": int(GROUP), "type": "supergroup", "title": "Soulfra Lounge"}
    sender = {"id": 5103, "is_bot": False, "first_name": "Cleo"}
    return {"message_id": 1, "date": 1, "chat": chat, "from": sender, "text": "/ping", **more}


async def test_nameless_people_are_mentioned_by_id(running: Bench) -> None:
    zoe = {"id": 77, "is_bot": False, "first_name": "Zoe", "last_name": "👍"}
    entities = [
        {"type": "bot_command", "offset": 0, "length": 6},
        {"type": "text_mention", "offset": 10, "length": 6, "user": zoe},
    ]
    await running.emulator.push({"message": message(text="/bless 👍 Zoe 👍 5", entities=entities)})
    asked = await running.asked()
    assert asked.text == "/bless 👍 <@77> 5"
    assert asked.mentions == [User("telegram", "77", "Zoe 👍")]


@pytest.mark.parametrize(
    "odd",
    [
        {"from": {"id": 1, "is_bot": True, "first_name": "Bot"}},
        {"sender_chat": {"id": -5, "type": "channel", "title": "News"}},
        {"forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "Zoe"}},
    ],
)
async def test_nobody_speaks_for_somebody_else(running: Bench, odd: dict[str, Any]) -> None:
    pushed = await running.emulator.push({"message": message(**odd)})
    assert await running.heard() == pushed.event
    assert running.ingress.taken.empty()


async def test_topics_stay_topics(running: Bench) -> None:
    topic = running.emulator.groups.topic("ada", "Blessings")
    asked = await running.ask("/ping", topic=topic)
    assert (asked.place.thread, asked.reply.thread, asked.about) == (str(topic), str(topic), None)
    await running.answer(asked.reply, Message("here"))
    assert (await running.request("sendMessage")).answer["result"]["message_thread_id"] == topic


async def test_the_same_update_again_has_the_same_id(running: Bench) -> None:
    first = await running.ask("/ping", event_id="e")
    again = await running.ask("/ping", event_id="e")
    assert first.id == again.id


async def test_private_answers_go_to_the_private_chat(running: Bench) -> None:
    await running.ask("/start", private=True)
    asked = await running.ask("/balance")
    assert isinstance((await running.answer(asked.reply, Message("You have 5.", private=True)))[0], Sent)
    wire = await running.request("sendMessage")
    assert (wire.payload["chat_id"], wire.about["private_to"]) == ("5101", "ada")


@pytest.mark.parametrize("private", [True, False])
async def test_a_closed_private_chat_is_pointed_to_and_nothing_is_told(running: Bench, private: bool) -> None:
    asked = await running.ask("/balance")
    handle = structs.replace(asked.reply, private=private)  # the command, or this answer alone
    outcomes = await running.answer(handle, Message("You have 5. " * 600, private=True))
    public = [wire for wire in running.requests("sendMessage") if wire.payload["chat_id"] == GROUP]
    assert len(outcomes) == 2
    assert set(outcomes) == {Sent(public[0].about["message"])}
    assert [wire.payload["text"] for wire in public] == [
        "I wrote nothing here because it is private: open a chat with me first: https://t.me/" + BOT_USERNAME
    ]


async def test_where_the_private_chat_is_closed_an_answer_has_its_own_pointer(running: Bench) -> None:
    asked = await running.ask("/answer")
    await running.answer(asked.reply, Message("You are not alone.", private=True, pointer="Someone helps: 116 123"))
    public = [wire for wire in running.requests("sendMessage") if wire.payload["chat_id"] == GROUP]
    assert [wire.payload["text"] for wire in public] == [
        "Someone helps: 116 123\n"
        "I wrote nothing here because it is private: open a chat with me first: https://t.me/" + BOT_USERNAME
    ]


async def test_where_the_private_chat_is_open_nothing_is_said_in_the_room(running: Bench) -> None:
    await running.ask("/start", private=True)
    asked = await running.ask("/answer")
    await running.answer(asked.reply, Message("You are not alone.", private=True, pointer="Someone helps: 116 123"))
    assert not [wire for wire in running.requests("sendMessage") if wire.payload["chat_id"] == GROUP]
    assert "pointer" not in (await running.request("sendMessage")).payload


async def test_what_nobody_asked_for_goes_to_the_private_chat_or_nowhere(running: Bench) -> None:
    handle = ReplyHandle("telegram", "", "", User("telegram", "5102", "Bob"), direct=True)
    refused = (await running.answer(handle, Message("You were blessed.")))[0]
    assert isinstance(refused, Refused)
    assert "initiate" in refused.reason
    await running.ask("/start", "bob", private=True)
    assert isinstance((await running.answer(handle, Message("You were blessed.")))[0], Sent)


async def test_pictures_are_uploaded(running: Bench) -> None:
    asked = await running.ask("/sigil")
    picture = Message("Your sigil.", images=[Image("a sigil", PNG)])
    assert all(isinstance(one, Sent) for one in await running.answer(asked.reply, picture))
    sent = (await running.request("sendPhoto")).answer["result"]
    assert (sent["photo"][0]["width"], sent["caption"]) == (7, "Your sigil.")


async def pressed(running: Bench, *, private: bool, by: str = "ada") -> ReplyHandle:
    asked = await running.ask("/mirror", private=private)
    sent = (await running.answer(asked.reply, kept(CONSENT)))[0]
    assert isinstance(sent, Sent)
    await running.emulator.press(by, sent.message, "I agree")
    press = await running.asked()
    assert (press.kind, press.button, press.reply.message) == ("press", "b0", sent.message)
    return press.reply


async def test_a_press_in_private_is_answered_at_once(running: Bench) -> None:
    handle = await pressed(running, private=True)
    assert (await running.request("answerCallbackQuery")).payload == {"callback_query_id": handle.token}
    assert isinstance((await running.answer(handle, Message("Done.", private=True)))[0], Sent)
    assert (await running.request("sendMessage", 2)).payload["text"] == "Done."


async def test_a_private_answer_to_a_press_in_a_group_is_a_notice(running: Bench) -> None:
    handle = await pressed(running, private=False, by="bob")
    assert (await running.answer(handle, Message("These are somebody else's.", private=True))) == [Sent("")]
    wire = await running.request("answerCallbackQuery")
    assert (wire.payload["text"], wire.payload["show_alert"]) == ("These are somebody else's.", "true")
    assert wire.about["private_to"] == "bob"


@pytest.mark.parametrize("long", [Message("x" * 201, private=True), Message(code("7F3A"), private=True)])
async def test_what_one_must_read_at_leisure_or_copy_is_no_notice(running: Bench, long: Message) -> None:
    await running.ask("/start", private=True)
    handle = await pressed(running, private=False)
    await running.answer(handle, long)
    assert (await running.request("sendMessage", 2)).about["private_to"] == "ada"
    assert "text" not in (await running.request("answerCallbackQuery")).payload


async def test_a_press_that_takes_long_is_released(running: Bench) -> None:
    handle = await pressed(running, private=False)
    wire = await running.request("answerCallbackQuery")  # nobody answered: the adapter does, after its patience
    assert PATIENCE <= 1.5
    assert (wire.payload, wire.status) == ({"callback_query_id": handle.token}, 200)
    await running.answer(handle, Message("At last.", private=True))
    assert running.requests("answerCallbackQuery") == [wire]


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ((429, "Too Many Requests: retry after 7", {"retry_after": 7}), RetryAfter(7.0)),
        ((400, "Bad Request: chat not found", None), Refused("BadRequest: Chat not found")),
        ((403, "Forbidden: bot was kicked from the supergroup chat", None), "Forbidden: bot was kicked"),
        ((502, "Bad Gateway", None), Unknown("NetworkError: Bad Gateway")),
        ((0, "", None), Unknown("NetworkError: ServerDisconnectedError")),
        ((401, "Unauthorized", None), Refused("the bot's token is not accepted")),
    ],
)
async def test_how_a_failure_is_told(running: Bench, fault: Any, outcome: Any) -> None:
    asked = await running.ask("/ping")
    running.emulator.fail_next["sendMessage"].append(fault)
    told = (await running.answer(asked.reply, Message("Awake.")))[0]
    assert told == outcome if not isinstance(outcome, str) else outcome.casefold() in str(told).casefold()


async def test_after_a_429_the_chat_is_left_alone_and_others_are_not(running: Bench) -> None:
    asked = await running.ask("/ping")
    private = await running.ask("/ping", private=True)
    running.emulator.fail_next["sendMessage"].append((429, "Too Many Requests: retry after 7", {"retry_after": 7}))
    await running.answer(asked.reply, Message("Awake."))
    again = (await running.answer(asked.reply, Message("Awake.")))[0]
    assert isinstance(again, RetryAfter)
    assert 5 < again.seconds <= 7
    assert isinstance((await running.answer(private.reply, Message("Awake.")))[0], Sent)
    assert len(running.requests("sendMessage")) == 2


async def test_a_group_that_moved_is_followed(running: Bench) -> None:
    asked = await running.ask("/ping")
    moved = {"migrate_to_chat_id": int(GROUP)}
    running.emulator.fail_next["sendMessage"].append((400, "Bad Request: group chat was upgraded", moved))
    assert isinstance((await running.answer(asked.reply, Message("Awake.")))[0], Sent)


async def test_nothing_went_out_when_nobody_listens(running: Bench) -> None:
    asked = await running.ask("/ping")
    await running.platform.stop()
    await running.emulator.stop()
    running.platform = running.adapter()
    await running.platform.start(running.ingress, [])
    assert isinstance((await running.answer(asked.reply, Message("Awake.")))[0], RetryAfter)


async def test_whom_a_name_means(running: Bench) -> None:
    group, private = Place("telegram", GROUP), Place("telegram", "5101", "direct")
    assert await running.platform.resolve("@cleo", private) is None
    await running.ask("/ping", "cleo")
    assert await running.platform.resolve("@Cleo", private) == User("telegram", "5103", "Cleo", "cleo")
    assert await running.platform.resolve("@bob", private) is None
    assert await running.platform.resolve("bob", group) == User("telegram", "5102", "Bob", "bob")  # an administrator
    assert await running.platform.resolve("@nobody", group) is None
    assert len(running.requests("getChatAdministrators")) == 1


async def test_a_notice_that_comes_too_late_goes_to_the_private_chat(running: Bench) -> None:
    await running.ask("/start", private=True)
    handle = await pressed(running, private=False)
    running.world.offset += 61
    assert isinstance((await running.answer(handle, Message("Done.", private=True)))[0], Sent)
    assert (await running.request("sendMessage", 2)).about["private_to"] == "ada"
