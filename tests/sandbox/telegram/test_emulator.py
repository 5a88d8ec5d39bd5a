"""The emulator refuses what Telegram refuses, in Telegram's words."""

import asyncio
import io
import json
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.telegram import TelegramEmulator
from bot.sandbox.telegram.errors import ApiError
from bot.sandbox.telegram.fields import Entity
from bot.sandbox.telegram.texts import accepted, found, units
from bot.sandbox.world import SandboxError, World

GROUP = "-1001000000001"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (7).to_bytes(4, "big") + (9).to_bytes(4, "big")
SAID = "I agree"


def keyboard(**button: Any) -> str:
    return json.dumps({"inline_keyboard": [[{"text": SAID, **button}]]})


@pytest.mark.parametrize(("token", "status", "said"), [("1:x", 401, "Unauthorized"), ("nonsense", 404, "Not Found")])
async def test_tokens(call: Any, token: str, status: int, said: str) -> None:
    assert await call("getMe", token=token) == (status, said)


async def test_unknown_methods_are_not_found(call: Any) -> None:
    assert await call("sendCoffee") == (404, "Not Found")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"text": "x"}, "chat_id is empty"),
        ({"chat_id": GROUP}, "message text is empty"),
        ({"chat_id": GROUP, "text": " \n "}, "message text is empty"),
        ({"chat_id": GROUP, "text": "👍" * 2049}, "message is too long"),
        ({"chat_id": "99", "text": "x"}, "chat not found"),
        ({"chat_id": "@nowhere", "text": "x"}, "chat not found"),
        ({"chat_id": GROUP, "text": "x", "colour": "red"}, "unknown field `colour`"),
        ({"chat_id": GROUP, "text": "x", "entities": "{"}, "can't parse entities JSON object"),
        ({"chat_id": GROUP, "text": "x", "entities": '[{"type": "bold"}]'}, "missing required field `offset`"),
        ({"chat_id": GROUP, "text": "x", "entities": '[{"type":"bold","offset":0,"length":2}]'}, "entity beyond text"),
        ({"chat_id": GROUP, "text": "👍", "entities": '[{"type":"bold","offset":1,"length":1}]'}, "middle of a UTF-16"),
        ({"chat_id": GROUP, "text": "x", "reply_parameters": '{"message_id": 1}'}, "message to be replied not found"),
        ({"chat_id": GROUP, "text": "x", "reply_markup": keyboard(callback_data="é" * 33)}, "BUTTON_DATA_INVALID"),
        ({"chat_id": GROUP, "text": "x", "reply_markup": keyboard()}, "Text buttons are unallowed"),
        ({"chat_id": GROUP, "text": "x", "reply_markup": keyboard(url="javascript:x")}, "BUTTON_URL_INVALID"),
    ],
)
async def test_messages_that_are_refused(call: Any, form: dict[str, str], said: str) -> None:
    status, description = await call("sendMessage", **form)
    assert status == 400
    assert description.startswith("Bad Request: ")
    assert said in description


async def test_a_private_chat_is_closed_until_its_owner_speaks(emulator: TelegramEmulator, call: Any) -> None:
    refused = (403, "Forbidden: bot can't initiate conversation with a user")
    assert await call("sendMessage", chat_id="5101", text="hello") == refused
    await emulator.say("ada", "/start", private=True)
    status, message = await call("sendMessage", chat_id="5101", text=" hello ")
    assert (status, message["text"]) == (200, "hello")


async def test_edit_and_delete(emulator: TelegramEmulator, call: Any) -> None:
    _, message = await call("sendMessage", chat_id=GROUP, text="one")
    where = {"chat_id": GROUP, "message_id": str(message["message_id"])}
    assert "message is not modified" in (await call("editMessageText", text="one", **where))[1]
    assert (await call("editMessageText", text="two", **where))[1]["text"] == "two"
    sent = next(wire for wire in emulator.rooms.world.record.since(0) if wire.name == "sendMessage")
    assert sent.answer["result"]["text"] == "one"  # the record keeps what was said then
    assert await call("deleteMessage", **where) == (200, True)
    assert "message to delete not found" in (await call("deleteMessage", **where))[1]
    assert "message to edit not found" in (await call("editMessageText", text="x", **where))[1]


async def test_the_twenty_first_message_of_a_minute_waits(emulator: TelegramEmulator, call: Any) -> None:
    for number in range(20):
        assert (await call("sendMessage", chat_id=GROUP, text=str(number)))[0] == 200
    status, said = await call("sendMessage", chat_id=GROUP, text="more")
    assert status == 429
    assert said.startswith("Too Many Requests: retry after ")
    emulator.rooms.world.offset += 61
    assert (await call("sendMessage", chat_id=GROUP, text="more"))[0] == 200


async def test_pictures(emulator: TelegramEmulator, call: Any) -> None:
    status, message = await call("sendPhoto", chat_id=GROUP, photo=io.BytesIO(PNG), caption="a sigil")
    assert (status, message["photo"][0]["width"], message["photo"][0]["height"]) == (200, 7, 9)
    assert emulator.rooms.world.record.since(0)[-1].about["picture"].startswith("data:image/png;base64,")
    assert "IMAGE_PROCESS_FAILED" in (await call("sendPhoto", chat_id=GROUP, photo=io.BytesIO(b"not a picture")))[1]
    assert "wrong file identifier" in (await call("sendPhoto", chat_id=GROUP, photo="nothing"))[1]
    assert (
        "caption is too long" in (await call("sendPhoto", chat_id=GROUP, photo=io.BytesIO(PNG), caption="x" * 1025))[1]
    )


async def test_menus(call: Any) -> None:
    scope, good = json.dumps({"type": "all_group_chats"}), [{"command": "bless", "description": "Bless somebody."}]
    assert await call("setMyCommands", commands=json.dumps(good), scope=scope) == (200, True)
    assert await call("getMyCommands", scope=scope) == (200, good)
    assert await call("getMyCommands") == (200, [])
    for commands, said in (
        ([{"command": "Bless", "description": "x"}], "BOT_COMMAND_INVALID"),
        ([{"command": "bless", "description": ""}], "BOT_COMMAND_DESCRIPTION_INVALID"),
        (good * 101, "BOT_COMMANDS_TOO_MUCH"),
    ):
        assert await call("setMyCommands", commands=json.dumps(commands)) == (400, f"Bad Request: {said}")


async def test_a_press_is_answered_once(emulator: TelegramEmulator, call: Any) -> None:
    _, message = await call("sendMessage", chat_id=GROUP, text="?", reply_markup=keyboard(callback_data="b1"))
    for button in ("b1", SAID):
        delivered = await emulator.press("bob", str(message["message_id"]), button)
        assert delivered.payload["callback_query"]["data"] == "b1"
    query = delivered.payload["callback_query"]["id"]
    assert "MESSAGE_TOO_LONG" in (await call("answerCallbackQuery", callback_query_id=query, text="x" * 201))[1]
    assert await call("answerCallbackQuery", callback_query_id=query) == (200, True)
    assert "query is too old" in (await call("answerCallbackQuery", callback_query_id=query))[1]
    late = (await emulator.press("bob", str(message["message_id"]), "b1")).payload["callback_query"]["id"]
    emulator.rooms.world.offset += 61
    assert "query is too old" in (await call("answerCallbackQuery", callback_query_id=late))[1]


async def test_presses_that_make_no_sense(emulator: TelegramEmulator, call: Any) -> None:
    await emulator.say("ada", "hello", private=True)
    _, message = await call("sendMessage", chat_id="5101", text="?", reply_markup=keyboard(callback_data="b1"))
    number = str(message["message_id"])
    for user, under, button in (
        ("zoe", number, "b1"),
        ("bob", number, "b1"),
        ("ada", "1", "b1"),
        ("ada", number, "b2"),
    ):
        with pytest.raises(SandboxError):
            await emulator.press(user, under, button)
    with pytest.raises(SandboxError):
        await emulator.say("ada", "hello", channel="nowhere")


async def test_who_runs_the_group(call: Any) -> None:
    _, members = await call("getChatAdministrators", chat_id=GROUP)
    assert [(one["status"], one["user"]["username"]) for one in members] == [
        ("creator", "ada"),
        ("administrator", "bob"),
    ]
    assert "no administrators in the private chat" in (await call("getChatAdministrators", chat_id="5101"))[1]
    assert (await call("getChat", chat_id=GROUP))[1]["title"] == "Soulfra Lounge"


async def test_updates_come_again_until_they_are_confirmed(emulator: TelegramEmulator, call: Any) -> None:
    first = await emulator.say("ada", "/one")
    await emulator.say("ada", "/two")
    _, both = await call("getUpdates")
    assert [one["message"]["text"] for one in both] == ["/one", "/two"]
    assert (await call("getUpdates"))[1] == both
    assert (await call("getUpdates", limit="1"))[1] == both[:1]
    assert (await call("getUpdates", offset=str(both[1]["update_id"])))[1] == both[1:]
    assert (await call("getUpdates", offset=str(both[1]["update_id"] + 1)))[1] == []
    assert int(first.event) == both[0]["update_id"]


async def test_kinds_that_were_not_asked_for_stay_away(emulator: TelegramEmulator, call: Any) -> None:
    await emulator.say("ada", "/one")
    assert (await call("getUpdates", allowed_updates='["callback_query"]'))[1] == []
    assert (await call("getUpdates"))[1] == []  # the last wish holds
    assert len((await call("getUpdates", allowed_updates="[]"))[1]) == 1


async def test_the_same_event_is_the_same_update_again(emulator: TelegramEmulator, call: Any) -> None:
    first = await emulator.say("ada", "/one", event_id="e")
    after = str(int(first.event) + 1)
    assert len((await call("getUpdates"))[1]) == 1
    assert (await call("getUpdates", offset=after))[1] == []
    again = await emulator.say("ada", "/one", event_id="e")
    assert again == first
    assert (await call("getUpdates", offset=after))[1] == [first.payload]
    assert (await call("getUpdates", offset=after))[1] == []


async def test_a_second_poll_ends_the_first(call: Any) -> None:
    first = asyncio.create_task(call("getUpdates", timeout="30"))
    while not first.done():
        assert (await call("getUpdates"))[0] == 200
    status, said = await first
    assert status == 409
    assert "terminated by other getUpdates request" in said


async def test_faults_on_demand(emulator: TelegramEmulator, call: Any) -> None:
    emulator.fail_next["getChat"].append((429, "Too Many Requests: retry after 7", {"retry_after": 7}))
    assert await call("getChat", chat_id=GROUP) == (429, "Too Many Requests: retry after 7")
    assert (await call("getChat", chat_id=GROUP))[0] == 200


async def test_the_record_tells_what_a_page_needs(emulator: TelegramEmulator, call: Any) -> None:
    said = await emulator.say("ada", "/hello", private=True)
    await call("getMe")
    await call("getUpdates")
    _, message = await call("sendMessage", chat_id="5101", text="hi")
    came, sent = emulator.rooms.world.record.since(0)
    assert (came.direction, came.name, came.about["event"], came.about["private_to"]) == (
        "in",
        "message",
        said.event,
        "ada",
    )
    assert (sent.direction, sent.name, sent.status) == ("out", "sendMessage", 200)
    assert sent.about == {"channel": "5101", "private_to": "ada", "message": str(message["message_id"])}


async def test_numbers_never_come_back_after_a_restart() -> None:
    world, events = World(), list[int]()
    for _ in range(2):
        one = TelegramEmulator(world)
        events += [int((await one.say("ada", "x")).event) for _ in range(3)]
        await asyncio.sleep(0.01)
    assert events == sorted(set(events))


def test_what_the_server_finds_by_itself() -> None:
    assert [
        (one["type"], one["offset"], one["length"]) for one in found("/bless@Bot @bob 👍 see https://a.b/c and a@b")
    ] == [
        ("bot_command", 0, 10),
        ("mention", 11, 4),
        ("url", 23, 13),
    ]


@given(st.text(max_size=30), st.integers(-2, 40), st.integers(-2, 40))
def test_entities_are_shown_where_they_were_meant(text: str, offset: int, length: int) -> None:
    try:
        shown, entities = accepted(text, [Entity("bold", offset, length)], {})
    except ApiError:
        return
    meant = text.encode("utf-16-le")[offset * 2 : (offset + length) * 2].decode("utf-16-le").strip()
    bold = next((one for one in entities if one["type"] == "bold"), None)
    assert shown == text.strip()
    if bold is None:
        assert meant == ""
        return
    got = shown.encode("utf-16-le")[bold["offset"] * 2 : (bold["offset"] + bold["length"]) * 2].decode("utf-16-le")
    assert got.strip() == meant
    assert bold["offset"] + bold["length"] <= units(shown)


async def test_json_bodies_are_taken_too(emulator: TelegramEmulator) -> None:
    url = f"{emulator.address}/bot{emulator.bot_token}/sendMessage"
    async with aiohttp.ClientSession() as session:
        for body, status in (({"chat_id": int(GROUP), "text": "x"}, 200), ([1], 400)):
            async with session.post(url, json=body) as answer:
                assert answer.status == status
