"""The adapter against the emulator: in and out."""

from bot.adapter import Sent
from bot.message import Message


async def test_say_and_reply(stage) -> None:
    asked = await stage.asked("ada", "!bless @bob 5")
    assert asked.text == "!bless @bob 5"
    [payload] = stage.platform.render(Message("bob is blessed"), asked.reply)
    assert isinstance(await stage.platform.send(asked.reply, payload, "k"), Sent)
