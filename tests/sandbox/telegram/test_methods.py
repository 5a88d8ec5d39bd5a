"""Methods beyond plain messages: edits, albums, drafts, reactions, members, files, menus, inline answers."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from bot.sandbox.telegram import TelegramEmulator
from bot.sandbox.telegram.rooms import BOT_ID
from bot.sandbox.world import Channel, SandboxError

GROUP = "-1001000000001"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (7).to_bytes(4, "big") + (9).to_bytes(4, "big")


def form(files: dict[str, tuple[str, bytes]], **fields: str) -> aiohttp.FormData:
    data = aiohttp.FormData(fields)
    for name, (filename, content) in files.items():
        data.add_field(name, content, filename=filename)
    return data


@pytest.fixture
def upload(emulator: TelegramEmulator) -> Any:
    async def one(method: str, files: dict[str, tuple[str, bytes]], **fields: str) -> tuple[int, Any]:
        url = f"{emulator.address}/bot{emulator.bot_token}/{method}"
        async with aiohttp.ClientSession() as session, session.post(url, data=form(files, **fields)) as answer:
            body = await answer.json()
            return answer.status, body["result"] if body["ok"] else body["description"]

    return one


def album(*kinds: str) -> str:
    return json.dumps([{"type": kind, "media": f"attach://f{at}"} for at, kind in enumerate(kinds)])


async def test_albums(emulator: TelegramEmulator, upload: Any) -> None:
    pictures = {"f0": ("a.png", PNG), "f1": ("b.png", PNG)}
    status, messages = await upload("sendMediaGroup", pictures, chat_id=GROUP, media=album("photo", "photo"))
    assert (status, len(messages)) == (200, 2)
    assert messages[0]["media_group_id"] == messages[1]["media_group_id"]
    about = emulator.rooms.world.record.since(0)[-1].about
    assert (about["messages"], list(about["pictures"])) == ([str(one["message_id"]) for one in messages], ["f0", "f1"])
    for kinds, said in (
        (("photo",), "too many media"),
        (("photo", "document"), "can't be mixed"),
        (("photo",) * 11, "too many media"),
        (("photo", "photo", "photo"), "wrong file identifier"),
    ):
        given = dict(list(pictures.items())[: len(kinds)])
        status, why = await upload("sendMediaGroup", given, chat_id=GROUP, media=album(*kinds))
        assert (status, said in why) == (400, True)


async def test_documents_come_back_as_they_were(emulator: TelegramEmulator, upload: Any, call: Any) -> None:
    _, message = await upload("sendDocument", {"document": ("codex.txt", b"words")}, chat_id=GROUP, caption="the codex")
    document = message["document"]
    assert (document["file_name"], document["mime_type"], message["caption"]) == (
        "codex.txt",
        "text/plain",
        "the codex",
    )
    _, file = await call("getFile", file_id=document["file_id"])
    address = f"{emulator.address}/file/bot{emulator.bot_token}/{file['file_path']}"
    async with aiohttp.ClientSession() as session:
        async with session.get(address) as answer:
            assert (answer.status, await answer.read()) == (200, b"words")
        for wrong in (address + "x", address.replace(emulator.bot_token, "1:x")):
            async with session.get(wrong) as answer:
                assert answer.status == 404
    assert "non-empty" in (await upload("sendDocument", {"document": ("a", b"")}, chat_id=GROUP))[1]
    assert "wrong file_id" in (await call("getFile", file_id="x"))[1]
    said = await emulator.say("ada", "big", files=[("big.zip", b"x" * (21 << 20), "application/zip")])
    assert "too big" in (await call("getFile", file_id=said.payload["message"]["document"]["file_id"]))[1]


async def test_edits_of_each_kind(emulator: TelegramEmulator, call: Any, upload: Any) -> None:
    _, text = await call("sendMessage", chat_id=GROUP, text="one")
    _, photo = await upload("sendPhoto", {"photo": ("a.png", PNG)}, chat_id=GROUP, caption="one")
    texts, photos = ({"chat_id": GROUP, "message_id": str(one["message_id"])} for one in (text, photo))
    assert "no text in the message" in (await call("editMessageText", text="x", **photos))[1]
    assert "no caption in the message" in (await call("editMessageCaption", caption="x", **texts))[1]
    assert "message is not modified" in (await call("editMessageCaption", caption="one", **photos))[1]
    assert (await call("editMessageCaption", caption="two", **photos))[1]["caption"] == "two"
    assert "caption is too long" in (await call("editMessageCaption", caption="x" * 1025, **photos))[1]
    media = json.dumps({"type": "photo", "media": "attach://f0", "caption": "now a picture"})
    _, changed = await upload("editMessageMedia", {"f0": ("a.png", PNG)}, media=media, **texts)
    assert (changed["caption"], "text" in changed) == ("now a picture", False)
    keys = json.dumps({"inline_keyboard": [[{"text": "go", "callback_data": "b"}]]})
    assert "reply_markup" in (await call("editMessageReplyMarkup", reply_markup=keys, **photos))[1]
    assert "message is not modified" in (await call("editMessageReplyMarkup", reply_markup=keys, **photos))[1]
    assert "reply_markup" not in (await call("editMessageReplyMarkup", **photos))[1]
    force = json.dumps({"force_reply": True})
    assert "inline keyboard expected" in (await call("editMessageReplyMarkup", reply_markup=force, **photos))[1]
    said = await emulator.say("ada", "mine")
    theirs = {"chat_id": GROUP, "message_id": str(said.payload["message"]["message_id"])}
    assert "message can't be edited" in (await call("editMessageText", text="x", **theirs))[1]
    assert "message can't be deleted" in (await call("deleteMessage", **theirs))[1]
    emulator.rooms.administrator = True
    assert await call("deleteMessage", **theirs) == (200, True)


async def test_edits_count_in_groups(call: Any) -> None:
    _, message = await call("sendMessage", chat_id=GROUP, text="0")
    where = {"chat_id": GROUP, "message_id": str(message["message_id"])}
    statuses = [(await call("editMessageText", text=str(n), **where))[0] for n in range(1, 21)]
    assert statuses == [200] * 19 + [429]


async def test_drafts(emulator: TelegramEmulator, call: Any) -> None:
    await emulator.say("ada", "/start", private=True)
    assert await call("sendMessageDraft", chat_id="5101", draft_id="7", text="Onc") == (200, True)
    assert emulator.rooms.drafts == {(5101, 7): ["Onc"]}
    for fields, said in (
        ({"chat_id": GROUP, "draft_id": "7"}, "TEXTDRAFT_PEER_INVALID"),
        ({"chat_id": "5101", "draft_id": "0"}, "RANDOM_ID_INVALID"),
        ({"chat_id": "5101"}, "draft identifier is not specified"),
        ({"chat_id": "5101", "draft_id": "7", "text": "x" * 4097}, "too long"),
    ):
        status, why = await call("sendMessageDraft", **fields)
        assert (status, said in why) == (400, True)


@pytest.mark.parametrize(
    ("markup", "said"),
    [
        ({"force_reply": True, "selective": True, "input_field_placeholder": "Who?"}, None),
        ({"force_reply": True, "input_field_placeholder": "x" * 65}, "PLACEHOLDER_INVALID"),
        ({"force_reply": True, "input_field_placeholder": ""}, "PLACEHOLDER_INVALID"),
        ({"force_reply": False}, "object expected as reply markup"),
        ({}, "object expected as reply markup"),
    ],
)
async def test_forced_replies(call: Any, markup: dict[str, Any], said: str | None) -> None:
    status, answer = await call("sendMessage", chat_id=GROUP, text="Who?", reply_markup=json.dumps(markup))
    assert status == (400 if said else 200)
    assert "reply_markup" not in answer if said is None else said in answer


async def test_reactions(emulator: TelegramEmulator, call: Any) -> None:
    said = await emulator.say("ada", "hello")
    where = {"chat_id": GROUP, "message_id": str(said.payload["message"]["message_id"])}
    for emojis, answer in (
        (["👍"], True),
        ([], True),
        (["🐢"], "REACTION_INVALID"),
        (["👍", "🔥"], "REACTIONS_TOO_MANY"),
    ):
        reaction = json.dumps([{"type": "emoji", "emoji": one} for one in emojis])
        assert str(answer) in str((await call("setMessageReaction", reaction=reaction, **where))[1])
    assert "message to react not found" in (await call("setMessageReaction", chat_id=GROUP, message_id="1"))[1]


async def test_members(emulator: TelegramEmulator, call: Any) -> None:
    async def status(user: int) -> str:
        found = (await call("getChatMember", chat_id=GROUP, user_id=str(user)))[1]
        return str(found["status"] if isinstance(found, dict) else found)

    assert [await status(5100 + n) for n in (1, 2, 3)] == ["creator", "administrator", "member"]
    await emulator.leave("cleo")
    assert await status(5103) == "left"
    with pytest.raises(SandboxError):
        await emulator.leave("cleo")
    await emulator.join("cleo")
    assert await status(5103) == "member"
    assert await status(BOT_ID) == "member"
    emulator.rooms.administrator = True
    assert await status(BOT_ID) == "administrator"
    assert "PARTICIPANT_ID_INVALID" in await status(99)


async def test_what_only_administrators_hear_is_named_or_not_sent(emulator: TelegramEmulator, call: Any) -> None:
    said = await emulator.say("ada", "hello")
    await emulator.leave("cleo")
    await emulator.react("bob", str(said.payload["message"]["message_id"]), "👍")
    kinds = json.dumps(["message", "chat_member", "message_reaction"])
    assert len((await call("getUpdates", allowed_updates=kinds))[1]) == 2  # both messages
    emulator.rooms.administrator = True
    await emulator.join("cleo")
    await emulator.react("bob", str(said.payload["message"]["message_id"]), "🔥")
    assert len((await call("getUpdates", allowed_updates="[]"))[1]) == 3  # by default without what must be named
    updates = (await call("getUpdates", allowed_updates=kinds))[1]
    assert [next(kind for kind in one if kind != "update_id") for one in updates][3:] == [
        "chat_member",
        "message_reaction",
    ]
    assert updates[-1]["message_reaction"]["old_reaction"] == [{"type": "emoji", "emoji": "👍"}]


async def test_topics_must_be_there(emulator: TelegramEmulator, call: Any) -> None:
    assert "message thread not found" in (await call("sendMessage", chat_id=GROUP, text="x", message_thread_id="9"))[1]
    topic = emulator.groups.topic("ada", "Blessings")
    _, message = await call("sendMessage", chat_id=GROUP, text="x", message_thread_id=str(topic))
    assert (message["message_thread_id"], message["is_topic_message"]) == (topic, True)
    assert (await call("getChat", chat_id=GROUP))[1]["is_forum"] is True
    with pytest.raises(SandboxError):
        await emulator.say("ada", "x", topic=1)
    with pytest.raises(SandboxError):
        await emulator.say("ada", "x", reply_to="1")


async def test_a_group_becomes_a_supergroup(emulator: TelegramEmulator, call: Any) -> None:
    emulator.rooms.world.channels["telegram"].append(Channel("telegram", "-4001", "Small"))
    assert (await call("getChat", chat_id="-4001"))[1]["type"] == "group"
    first, second = await emulator.migrate("Small")
    grown = first.payload["message"]["migrate_to_chat_id"]
    assert second.payload["message"]["chat"] == {"id": grown, "type": "supergroup", "title": "Small"}
    assert "upgraded to a supergroup" in (await call("sendMessage", chat_id="-4001", text="x"))[1]
    assert (await call("sendMessage", chat_id=str(grown), text="x"))[0] == 200
    with pytest.raises(SandboxError):
        await emulator.migrate("Small")


@pytest.mark.parametrize(
    ("line", "more", "comes"),
    [
        ("good morning", {}, False),
        ("/ping", {}, False),
        ("/ping@SoulfraSandboxBot", {}, True),
        ("hey /ping@soulfrasandboxbot", {}, True),
        ("/ping@OtherBot", {}, False),
        ("anything", {"private": True}, True),
    ],
)
async def test_privacy_mode(emulator: TelegramEmulator, call: Any, line: str, more: Any, comes: bool) -> None:
    emulator.rooms.privacy = True
    assert (await call("getMe"))[1]["can_read_all_group_messages"] is False
    await emulator.say("ada", line, **more)
    assert bool((await call("getUpdates"))[1]) == comes


async def test_who_spoke_last_or_rules_hears_more(emulator: TelegramEmulator, call: Any) -> None:
    emulator.rooms.privacy = True
    _, message = await call("sendMessage", chat_id=GROUP, text="hello")
    await emulator.say("ada", "/ping")
    await emulator.say("ada", "well said", reply_to=str(message["message_id"]))
    await emulator.say("ada", "good morning")
    await emulator.leave("cleo")
    assert len((await call("getUpdates"))[1]) == 3
    emulator.rooms.administrator = True
    await emulator.say("ada", "good morning")
    assert len((await call("getUpdates"))[1]) == 4


async def test_the_narrowest_menu_is_shown(emulator: TelegramEmulator, call: Any) -> None:
    async def put(name: str, language: str = "", **scope: Any) -> None:
        commands = json.dumps([{"command": name, "description": "x"}])
        assert await call("setMyCommands", commands=commands, scope=json.dumps(scope), language_code=language) == (
            200,
            True,
        )

    def shown(user: str, **more: Any) -> str:
        return str(emulator.menu(user, **more)[0]["command"])

    assert emulator.menu("cleo") == []
    await put("default", type="default")
    await put("groups", type="all_group_chats")
    assert (shown("cleo"), shown("bob"), shown("cleo", private=True)) == ("groups", "groups", "default")
    await put("rulers", type="all_chat_administrators")
    await put("gruppen", "de", type="all_group_chats")
    assert (shown("cleo", language="de"), shown("bob", language="de")) == ("gruppen", "rulers")
    await put("here", type="chat", chat_id=int(GROUP))
    await put("hers", type="chat_member", chat_id=int(GROUP), user_id=5103)
    assert (shown("cleo"), shown("bob")) == ("hers", "here")
    assert await call("deleteMyCommands", scope=json.dumps({"type": "chat", "chat_id": int(GROUP)})) == (200, True)
    assert shown("bob") == "rulers"
    for fields in ({"scope": '{"type": "chat"}'}, {"language_code": "deutsch"}):
        assert (await call("setMyCommands", commands="[]", **fields))[0] == 400


def article(number: str = "1", **more: Any) -> dict[str, Any]:
    return {"type": "article", "id": number, "title": "x", "input_message_content": {"message_text": "x"}, **more}


@pytest.mark.parametrize(
    ("results", "button", "said"),
    [
        ([article(str(n)) for n in range(51)], None, "RESULTS_TOO_MUCH"),
        ([article(), article()], None, "RESULT_ID_DUPLICATE"),
        ([article("x" * 65)], None, "RESULT_ID_INVALID"),
        ([article(title=" ")], None, "ARTICLE_TITLE_EMPTY"),
        ([article(input_message_content={"message_text": ""})], None, "message text is empty"),
        ([], {"text": "Open", "start_parameter": "a b"}, "START_PARAM_INVALID"),
        ([], {"text": " ", "start_parameter": "a"}, "button text must be non-empty"),
    ],
)
async def test_inline_answers_that_are_refused(
    emulator: TelegramEmulator, call: Any, results: Any, button: Any, said: str
) -> None:
    waiting = asyncio.create_task(emulator.inline("ada", "whisper"))
    await asyncio.sleep(0)
    number = (await call("getUpdates", timeout="1"))[1][0]["inline_query"]["id"]
    extra = {"button": json.dumps(button)} if button else {}
    answer = await call("answerInlineQuery", inline_query_id=number, results=json.dumps(results), **extra)
    assert (answer[0], said in answer[1]) == (400, True)
    assert await call("answerInlineQuery", inline_query_id=number, results=json.dumps([article()])) == (200, True)
    assert (await waiting)[0]["id"] == "1"
    assert "query is too old" in (await call("answerInlineQuery", inline_query_id=number, results="[]"))[1]


async def test_verbs_that_make_no_sense(emulator: TelegramEmulator) -> None:
    said = await emulator.say("ada", "hello")
    number = str(said.payload["message"]["message_id"])
    for verb in (
        emulator.react("bob", number, "🐢"),
        emulator.react("bob", "1", "👍"),
        emulator.inline("ada", "x" * 257),
        emulator.say("ada", "x" * 1025, files=[("a.txt", b"a", "text/plain")]),
        emulator.say("ada", ""),
        emulator.migrate("Soulfra Lounge"),
        emulator.join("ada"),
    ):
        with pytest.raises(SandboxError):
            await verb
