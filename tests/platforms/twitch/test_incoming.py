"""What the house is given for what is typed on Twitch."""

import asyncio

import pytest

from bot.platforms.twitch.incoming import PATIENCE
from bot.sandbox.twitch.people import BOT
from bot.sandbox.twitch.wire import chat_event, new_id, reply_of
from bot.users import Place, User
from tests.platforms.twitch.stage import Stage, until

ADA, BOB = User("twitch", "41001", "ada", "ada"), User("twitch", "41002", "bob", "bob")


async def test_a_line_in_chat(stage: Stage) -> None:
    asked = await stage.asked("bob", "!bless @Ada 5 thank you")
    assert asked.text == "!bless @Ada 5 thank you"
    assert asked.author == BOB
    assert asked.place == Place("twitch", ADA.id)
    assert asked.mentions == [ADA]
    assert asked.overheard
    assert asked.answer_until == asked.reply.expires == asked.received + PATIENCE
    assert (asked.reply.channel, asked.reply.to, asked.reply.direct) == (ADA.id, BOB, False)
    [wire] = stage.requests("channel.chat.message")
    assert asked.id == f"twitch:{wire.about['message']}"
    assert asked.reply.message == wire.about["message"]
    assert stage.ingress.events == [wire.about["event"]]


async def test_a_whisper(stage: Stage) -> None:
    asked = await stage.asked("cleo", "!vault list", private=True)
    assert asked.place.direct
    assert not asked.overheard
    assert (asked.reply.channel, asked.reply.direct, asked.reply.to.handle) == ("", True, "cleo")
    assert stage.requests("user.whisper.message")[0].about["private_to"] == "cleo"
    assert stage.ingress.asked == [("!vault list", True)]


async def test_the_same_event_again_has_the_same_id(stage: Stage) -> None:
    first = await stage.asked("ada", "!balance", event_id="one")
    again = await stage.asked("ada", "!balance", event_id="one")
    other = await stage.asked("ada", "!balance", event_id="two")
    assert first.id == again.id != other.id
    one, two, three = (wire.payload for wire in stage.requests("channel.chat.message"))
    assert one == two != three


async def test_the_same_event_again_after_a_new_connection(stage: Stage) -> None:
    first = await stage.asked("ada", "!balance", event_id="one")
    await stage.restart()
    again = await stage.asked("ada", "!balance", event_id="one")
    assert first.id == again.id
    one, two = (wire.payload for wire in stage.requests("channel.chat.message"))
    assert one == two


async def test_chatter_is_heard_and_not_taken_in(stage: Stage) -> None:
    delivered = await stage.twitch.say("cleo", "good morning")
    await until(lambda: delivered.event in stage.ingress.events)
    assert stage.ingress.asked == [("good morning", False)]
    assert stage.ingress.taken.empty()


async def test_own_lines_come_back_and_are_dropped(stage: Stage) -> None:
    asked = await stage.asked("ada", "!balance")
    await stage.answer(asked.reply, "!balance")
    await until(lambda: len(stage.ingress.events) == 2)
    assert stage.ingress.taken.empty()
    echo = stage.requests("channel.chat.message")[-1]
    assert echo.about["event"] == stage.ingress.events[-1]
    assert echo.payload["payload"]["event"]["reply"]["parent_message_id"] == asked.reply.message


async def _other(stage: Stage, event: dict[str, object]) -> None:
    await stage.twitch.sockets.notify("channel.chat.message", {"broadcaster_user_id": ADA.id}, event, {})


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("@soulfra balance", ("!balance", True)),
        ("@Soulfra !balance", ("!balance", True)),
        ("@soulfra, bless @bob 5", ("!bless @bob 5", True)),
        ("@soulfra", ("@soulfra", False)),
        ("@soulfrabot balance", ("@soulfrabot balance", False)),
        ("hello @soulfra", ("hello @soulfra", False)),
        ("!balance \U000e0000", ("!balance", False)),
    ],
)
async def test_naming_the_bot(stage: Stage, typed: str, understood: tuple[str, bool]) -> None:
    await stage.twitch.say("ada", typed)
    await until(lambda: stage.ingress.asked)
    assert stage.ingress.asked == [understood]


@pytest.mark.parametrize(
    ("parent", "typed", "understood"),
    [
        (BOB, "@bob !bless @bob 5", ("!bless @bob 5", False)),
        (BOT, "@soulfra !balance", ("!balance", True)),
        (BOT, "@soulfra thank you", ("thank you", False)),
        (BOT, "@soulfra 1", ("1", False)),
    ],
)
async def test_a_reply_begins_with_a_name(stage: Stage, parent: User, typed: str, understood: tuple[str, bool]) -> None:
    find = {user.handle: user for user in (ADA, BOB, BOT)}.get
    before = chat_event(ADA, parent, "hello", [], find, message_id=new_id())
    await _other(stage, chat_event(ADA, ADA, typed, [], find, message_id=new_id(), reply=reply_of(before)))
    await until(lambda: stage.ingress.asked)
    assert stage.ingress.asked == [understood]


async def test_a_localised_name_stands_as_its_login(stage: Stage) -> None:
    ren = User("twitch", "77", "レン", "ren")
    event = chat_event(ADA, BOB, "!bless @レン 5", [], {"レン": ren}.get, message_id=new_id())
    await _other(stage, event)
    async with asyncio.timeout(5):
        asked = await stage.ingress.taken.get()
    assert asked.text == "!bless @ren 5"
    assert asked.mentions == [ren]
