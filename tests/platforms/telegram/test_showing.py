"""What the adapter shows besides new messages: edits, drafts, reactions, albums; and what it asks Telegram for."""

from typing import Any

import pytest
from msgspec import structs

from bot.adapter import Outcome, Refused, RetryAfter, Sent
from bot.command import Invocation
from bot.errors import UserError
from bot.message import File, Image, Message, b, button, t
from bot.users import Attachment, Channel, Place, Role, Standing, User
from tests.platforms.telegram.conftest import Bench

GROUP = "-1001000000001"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (7).to_bytes(4, "big") + (9).to_bytes(4, "big")


async def sent(running: Bench, asked: Invocation, message: Message) -> str:
    outcome = (await running.answer(asked.reply, message))[-1]
    assert isinstance(outcome, Sent)
    return outcome.message


async def edit(running: Bench, asked: Invocation, place: str, message: Message) -> Outcome:
    return await running.platform.edit(asked.reply, place, running.platform.render(message, asked.reply)[0])


def now(running: Bench, place: str) -> dict[str, Any]:
    """The message as it stands in the chat."""
    return running.emulator.rooms.messages[int(place)]


async def test_a_text_is_edited_and_the_same_again_is_as_good(running: Bench) -> None:
    asked = await running.ask("/train")
    place = await sent(running, asked, Message("1/3"))
    for _ in range(2):
        assert await edit(running, asked, place, Message(t("{n}/3", n=b(2)))) == Sent(place)
    assert (now(running, place)["text"], now(running, place)["entities"][0]["type"]) == ("2/3", "bold")


async def test_a_picture_takes_the_place_of_a_text_and_of_a_picture(running: Bench) -> None:
    asked = await running.ask("/sigil")
    place = await sent(running, asked, Message("wait"))
    for alt in ("one", "two"):
        assert await edit(running, asked, place, Message(alt, images=[Image(alt, PNG)])) == Sent(place)
    assert (now(running, place)["caption"], "text" in now(running, place)) == ("two", False)
    assert await edit(running, asked, place, Message("three")) == Sent(place)  # the picture stays, its words change
    assert (now(running, place)["caption"], bool(now(running, place)["photo"])) == ("three", True)
    gone = await edit(running, asked, place, Message("x" * 1025))  # more than a caption holds
    assert isinstance(gone, Refused)


async def test_what_cannot_be_edited_is_refused(running: Bench) -> None:
    asked = await running.ask("/train")
    mine = await sent(running, asked, Message("1/3"))
    assert "to edit not found" in str(await edit(running, asked, "1", Message("2/3")))
    assert "can't be edited" in str(await edit(running, asked, asked.reply.message or "", Message("2/3")))
    album = Message(images=[Image("one", PNG), Image("two", PNG)])
    assert isinstance(await edit(running, asked, mine, album), Refused)


async def test_an_answer_takes_the_place_of_the_pressed_message(running: Bench) -> None:
    asked = await running.ask("/list", private=True)
    keyed = Message("page 1", buttons=[structs.replace(button("next", "list"), id="b0")])
    place = await sent(running, asked, keyed)
    await running.emulator.press("ada", place, "next")
    pressed = await running.asked()
    handle = structs.replace(pressed.reply, shown=pressed.reply.message)
    outcomes = await running.answer(handle, Message("page 2. " * 600))
    assert outcomes[0] == Sent(place)
    assert now(running, place)["text"].startswith("page 2")
    assert len(outcomes) == 2  # the rest is a message of its own
    assert outcomes[1] != outcomes[0]


async def test_where_the_message_is_gone_a_new_one_is_sent(running: Bench) -> None:
    asked = await running.ask("/list")
    outcome = (await running.answer(structs.replace(asked.reply, shown="1"), Message("page 2")))[0]
    assert isinstance(outcome, Sent)
    assert now(running, outcome.message)["text"] == "page 2"


async def test_a_private_answer_never_takes_a_public_place(running: Bench) -> None:
    await running.ask("/start", private=True)
    asked = await running.ask("/list")
    keyed = Message("page 1", buttons=[structs.replace(button("next", "list"), id="b0")])
    place = await sent(running, asked, keyed)
    await running.emulator.press("ada", place, "next")
    pressed = await running.asked()
    handle = structs.replace(pressed.reply, shown=pressed.reply.message)
    outcome = (await running.answer(handle, Message("a secret " * 40, private=True)))[0]
    assert isinstance(outcome, Sent)
    assert now(running, outcome.message)["chat"]["id"] == 5101
    assert now(running, place)["text"] == "page 1"


async def test_drafts_in_private_chats_only(running: Bench) -> None:
    asked = await running.ask("/oracle", private=True)
    for text in ("Once", "Once upon", "👍" * 3000):
        assert await running.platform.draft(asked.reply, text)
    drafts = running.emulator.rooms.drafts
    assert [key for key, _ in drafts.items()] == [(5101, next(iter(drafts))[1])]
    assert [len(text) for text in next(iter(drafts.values()))] == [4, 9, 2048]
    group = await running.ask("/oracle")
    assert not await running.platform.draft(group.reply, "Once")
    running.emulator.fail_next["sendMessageDraft"].append((400, "Bad Request: TEXTDRAFT_PEER_INVALID", None))
    assert not await running.platform.draft(asked.reply, "Once")


async def test_edits_and_drafts_use_up_what_a_chat_bears(running: Bench) -> None:
    asked = await running.ask("/train")
    place = await sent(running, asked, Message("0"))
    for n in range(1, 20):
        assert await edit(running, asked, place, Message(str(n))) == Sent(place)
    assert isinstance(await edit(running, asked, place, Message("20")), RetryAfter)
    assert len(running.requests("editMessageText")) == 19


async def test_reactions(running: Bench) -> None:
    asked = await running.ask("/bless @bob")
    assert isinstance(await running.platform.react(asked.reply, "❤\N{VARIATION SELECTOR-16}"), Sent)
    assert isinstance(await running.platform.react(asked.reply, "🐢"), Refused)
    assert isinstance(await running.platform.react(structs.replace(asked.reply, message=None), "👍"), Refused)
    assert list(running.emulator.rooms.reactions.values()) == [["❤"]]


async def test_albums_and_documents_are_uploaded_under_their_names(running: Bench) -> None:
    asked = await running.ask("/export")
    pictures = [Image("one", PNG, name="one.png"), Image("two", PNG)]
    album = await sent(running, asked, Message("Two sigils.", images=pictures))
    assert now(running, album)["photo"][0]["width"] == 7
    assert len((await running.request("sendMediaGroup")).answer["result"]) == 2
    name = 'my "co\ndex" 👍 ä.txt'
    place = await sent(running, asked, Message("The codex.", files=[File(name, b"words", "the codex")]))
    document = now(running, place)["document"]
    assert document["file_name"].startswith("my")
    assert document["file_name"].endswith("👍_ä.txt")
    assert document["mime_type"] == "text/plain"
    found = Attachment("telegram", document["file_id"], "codex.txt")
    assert await running.platform.fetch(found) == b"words"


async def test_files_that_cannot_be_had(running: Bench) -> None:
    with pytest.raises(UserError, match="any more"):
        await running.platform.fetch(Attachment("telegram", "nothing", "a.txt"))
    with pytest.raises(UserError, match="too large"):
        await running.platform.fetch(Attachment("telegram", "nothing", "a.txt", size=21 << 20))
    asked = await running.ask("/put", files=[("big.bin", b"x" * (21 << 20), "application/zip")])
    with pytest.raises(UserError):
        await running.platform.fetch(structs.replace(asked.files[0], size=0))


async def test_what_people_are_in_a_group_is_asked_once_a_minute(running: Bench) -> None:
    group, rooms = Place("telegram", GROUP, "group"), running.emulator.rooms
    ada, bob, cleo = (User("telegram", str(5100 + n), "x") for n in (1, 2, 3))
    rooms.titles[int(GROUP), 5102] = "Keeper of Seals"
    assert await running.platform.standing(ada, group) == Standing("owner", ["administrator", "creator"])
    assert await running.platform.standing(bob, group) == Standing("moderator", ["administrator", "keeper of seals"])
    for one in (cleo, User("telegram", "99", "nobody")):
        assert await running.platform.standing(one, group) == Standing()
    assert await running.platform.standing(ada, Place("telegram", "5101", "direct")) == Standing()
    await running.platform.standing(bob, group)
    assert len(running.requests("getChatMember")) == 4


async def test_what_references_mean(running: Bench) -> None:
    await running.ask("/ping", "cleo")
    group, private = Place("telegram", GROUP, "group"), Place("telegram", "5101", "direct")
    resolve = running.platform.resolve
    assert await resolve("<@5102>", group) == User("telegram", "5102", "Bob", "bob")
    assert await resolve("<@5103>", private) == User("telegram", "5103", "Cleo", "cleo")
    for odd in ("<@99>", "<@x>", "<@>", "<@-5>", "<@" + "9" * 40 + ">"):
        assert await resolve(odd, group) is None
    here = Channel("telegram", GROUP, "Soulfra Lounge")
    assert await resolve("#soulfra lounge", group, Channel) == here == await resolve(f"<#{GROUP}>", group, Channel)
    assert await resolve("#elsewhere", group, Channel) is None
    assert await resolve("@administrator", group, Role) is None


async def test_links(running: Bench) -> None:
    assert running.platform.link("vault_put") == "https://t.me/SoulfraSandboxBot?start=vault_put"
    for odd in ("", "a b", "é", "x" * 65, "a&start=b"):
        assert running.platform.link(odd) is None


def test_before_the_start_there_are_no_links(bench: Bench) -> None:
    assert bench.platform.link("help") is None
