"""Everything that goes over the wire, in both directions, is what the Bot API describes."""

from typing import Any

import pytest
from msgspec import structs
from pydantic import SecretStr

from bot.adapter import Question, Sent
from bot.command import CommandSpec, Invocation, Option
from bot.events import Joined, Left, Reacted
from bot.message import Choice, File, Image, Message, Select, b, button, t
from bot.sandbox.world import Channel
from bot.users import Place, User
from tests.platforms.telegram.conftest import Bench
from tests.sandbox.telegram.conformance import Conformance, description

pytestmark = pytest.mark.skipif(
    not description().exists(), reason="SOULFRA_SPECS names no folder with telegram-bot-api.json"
)
GROUP = "-1001000000001"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (7).to_bytes(4, "big") + (9).to_bytes(4, "big")


async def _handler(_: Any) -> Message:
    return Message("")


SPEC = CommandSpec("bless", "Bless somebody.", (), _handler, source="x.py:1")


def conform(bench: Bench, *kinds: str, refused: tuple[str, ...] = ()) -> None:
    """All of these were on the wire, nothing on it is odd, and nothing else was refused."""
    wires = bench.world.record.since(0)
    assert set(kinds) <= {wire.name for wire in wires}
    assert [wire.name for wire in wires if wire.direction == "out" and wire.status != 200] == list(refused)
    assert Conformance.load().faults(wires) == []


async def place_of(bench: Bench, asked: Invocation, message: Message) -> str:
    sent = (await bench.answer(asked.reply, message))[-1]
    assert isinstance(sent, Sent)
    return sent.message


async def test_menus(bench: Bench) -> None:
    bench.ingress.words = {("bless", "command"): {"de": "segne"}}
    await bench.platform.start(bench.ingress, [SPEC])
    bench.ingress.words = {}
    await bench.platform.register([])
    conform(bench, "setMyCommands", "deleteMyCommands", "deleteWebhook")


async def test_messages_of_every_kind(running: Bench) -> None:
    asked = await running.ask("/all", private=True)
    pictures = [Image("one", PNG), Image("two", PNG)]
    await place_of(running, asked, Message(t("Hello {who}.", who=b(User("telegram", "5102", "Bob")))))
    await place_of(running, asked, Message("An album.", images=pictures))
    await place_of(running, asked, Message("A file.", files=[File("codex.txt", b"words", "the codex")]))
    one = await place_of(running, asked, Message("A picture.", images=pictures[:1]))
    text = await place_of(running, asked, Message("Text."))
    for place, shown in ((text, Message("Other.")), (one, Message("Other.")), (text, Message(images=pictures[:1]))):
        payload = running.platform.render(shown, asked.reply)[0]
        assert isinstance(await running.platform.edit(asked.reply, place, payload), Sent)
    await running.platform.draft(asked.reply, "Once upon")
    await running.platform.react(asked.reply, "👍")
    edits = ("editMessageText", "editMessageCaption", "editMessageMedia")
    sends = ("sendMessage", "sendPhoto", "sendMediaGroup", "sendDocument", "sendMessageDraft", "setMessageReaction")
    conform(
        running, *sends, *edits, refused=("editMessageText",)
    )  # the picture has no text: its caption is edited then


async def test_questions_choices_and_presses(running: Bench) -> None:
    asked = await running.ask("/dye")
    fields = (Option("which", str, "The one.", choices=("red", "blue")),)
    running.ingress.questions["q"] = question = Question("q", Message("Which?"), fields, "cancel")
    sent = await running.platform.prompt(asked.reply, question)
    assert isinstance(sent, Sent)
    await running.emulator.press("ada", sent.message, "red")
    await running.asked()
    typed = structs.replace(question, fields=(Option("which", str, "The one."),))
    await running.platform.prompt(asked.reply, typed)
    keys = [structs.replace(button("go", "bless"), id="b0")]
    select = Select("Which?", "bless", "who", [Choice("a", "Ada"), Choice("b", "Bob")], id="s0")
    place = await place_of(running, asked, Message("Choose.", buttons=keys, selects=[select]))
    for label in ("go", "Bob"):
        await running.emulator.press("bob", place, label)
        await running.answer((await running.asked()).reply, Message("Not yours.", private=True))
    conform(running, "callback_query", "answerCallbackQuery", "sendMessage")


async def test_inline_mode(running: Bench) -> None:
    running.ingress.shown = Message(t("You are {what}.", what=b("loved")))
    await running.emulator.inline("ada", "whisper")
    running.ingress.shown = None
    await running.emulator.inline("ada", "nothing")
    conform(running, "inline_query", "answerInlineQuery")


async def test_what_people_give_and_do(bench: Bench) -> None:
    bench.ingress.wanted = {Joined, Left, Reacted}
    bench.emulator.rooms.administrator = True
    bench.world.channels["telegram"].append(Channel("telegram", "-4001", "Small"))
    await bench.platform.start(bench.ingress, [])
    kinds = ("image/png", "text/plain", "audio/ogg", "video/mp4", "audio/mpeg")
    asked = await bench.ask("/put", files=[("a", PNG, kind) for kind in kinds])
    await bench.platform.fetch(asked.files[0])
    await bench.platform.standing(User("telegram", "5102", "Bob"), asked.place)
    await bench.platform.standing(User("telegram", "5101", "Ada"), asked.place)
    await bench.platform.resolve("@nobody", Place("telegram", GROUP))
    topic = bench.emulator.groups.topic("ada", "Blessings")
    await bench.ask("/ping", topic=topic)
    await bench.ask("/ping", reply_to=asked.reply.message)
    await bench.emulator.react("bob", asked.reply.message or "", "👍")
    await bench.emulator.leave("cleo")
    await bench.emulator.join("cleo")
    await bench.emulator.migrate("Small")
    while not bench.ingress.moves:
        await bench.heard()
    conform(bench, "message", "message_reaction", "chat_member", "getChatMember", "getFile", "getChatAdministrators")


async def test_webhooks(bench: Bench) -> None:
    secret = SecretStr("s3cret")
    bench.platform = bench.adapter(webhook="https://bot.example/telegram", secret=secret)
    await bench.platform.start(bench.ingress, [])
    await bench.platform.stop()
    conform(bench, "setWebhook")
