"""Connecting, receiving and confirming: nothing is lost, nothing stops the next, and the log stays readable."""

import asyncio
import logging
import re
from typing import Any

import pytest

from bot.command import CommandSpec, Option
from bot.errors import SettingsError
from bot.message import Message
from bot.platforms.telegram.platform import TelegramPlatform
from config.settings import TelegramSettings
from tests.platforms.telegram.conftest import Bench


@pytest.fixture(autouse=True)
def _log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What an operator reads, from us."""
    return [
        one.getMessage() for one in caplog.records if one.name.startswith("bot.") and one.levelno >= logging.WARNING
    ]


async def until(caplog: pytest.LogCaptureFixture, words: str) -> None:
    async with asyncio.timeout(10):
        while words not in caplog.text:
            await asyncio.sleep(0.01)


async def test_without_a_token_there_is_no_telegram() -> None:
    with pytest.raises(SettingsError, match=r"telegram\.token"):
        TelegramPlatform(TelegramSettings())


async def test_an_update_nobody_can_read_is_skipped_and_told_once(
    running: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    poison = await running.emulator.push({"message": {"message_id": 1, "date": 1, "chat": {"id": 5}}})
    assert (await running.ask("/good")).text == "/good"
    assert await running.heard() == poison.event
    why = "Object missing required field `type` - at `$.message.chat`"
    assert told(caplog) == [f"Telegram update {poison.event} cannot be read ({why}): skipped."]


async def test_what_could_not_be_kept_comes_again(running: Bench, caplog: pytest.LogCaptureFixture) -> None:
    running.ingress.broken = 2
    asked = await running.ask("/ping")
    assert asked.text == "/ping"
    assert told(caplog) == ["An update could not be kept (OSError). Trying again."]


async def test_after_a_restart_what_was_kept_is_known_by_its_id(running: Bench) -> None:
    first = await running.ask("/ping")
    await running.platform.stop()
    await running.emulator.say("ada", "/pong")
    running.platform = running.adapter()
    await running.platform.start(running.ingress, [])
    seen = [await running.asked()]
    while seen[-1].text != "/pong":
        seen.append(await running.asked())
    assert [one.id for one in seen[:-1]] in ([first.id], [])


async def test_another_process_on_the_same_bot(running: Bench, caplog: pytest.LogCaptureFixture) -> None:
    other = running.adapter()
    await other.start(running.ingress, [])
    await until(caplog, "Another process receives this bot's updates")
    await other.stop()
    assert (await running.ask("/ping")).text == "/ping"


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        ((409, "Conflict: can't use getUpdates method while webhook is active", None), "delete the webhook"),
        ((401, "Unauthorized", None), "@BotFather"),
        ((429, "Too Many Requests: retry after 1", {"retry_after": 1}), "asks for a pause"),
        ((502, "Bad Gateway", None), "cannot be reached"),
        ((0, "", None), "cannot be reached"),
    ],
)
async def test_trouble_is_told_in_one_line_and_passes(
    bench: Bench, caplog: pytest.LogCaptureFixture, fault: Any, line: str
) -> None:
    bench.emulator.fail_next["getUpdates"] += [fault, fault]
    await bench.platform.start(bench.ingress, [])
    assert (await bench.ask("/ping")).text == "/ping"
    assert len(told(caplog)) == 1
    assert line in told(caplog)[0]
    await until(caplog, "Telegram works again.")


async def test_a_wrong_token_is_told_without_the_token(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    secret = "123:very-secret-indeed"
    wrong = bench.adapter(token=secret)
    await wrong.start(bench.ingress, [])
    await wrong.stop()
    assert len(told(caplog)) == 1
    assert "@BotFather" in told(caplog)[0]
    assert "very-secret" not in caplog.text + repr(wrong)


async def test_tokens_and_words_stay_out_of_the_log(running: Bench, caplog: pytest.LogCaptureFixture) -> None:
    asked = await running.ask("/vault the canary sings", private=True)
    await running.answer(asked.reply, Message("the canary sang"))
    ours = "\n".join(one.getMessage() for one in caplog.records if not one.name.startswith(("aiohttp", "asyncio")))
    assert running.emulator.bot_token.partition(":")[2] not in ours
    assert not re.search("canary", ours)


async def test_telegram_may_be_down_at_the_start(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.emulator.fail_next["getMe"] += [(502, "Bad Gateway", None), (502, "Bad Gateway", None)]
    await bench.platform.start(bench.ingress, [])
    assert told(caplog) == ["Telegram cannot be reached (NetworkError). Trying again."]
    assert (await bench.ask("/ping")).text == "/ping"
    assert len(told(caplog)) == 1


async def _handler(_: Any) -> Message:
    return Message("")


def spec(path: str, about: str = "Does it.", *, secret: bool = False) -> CommandSpec:
    return CommandSpec(path, about, (Option("words", str, "Words.", secret=secret),), _handler, source="x.py:1")


async def test_menus_are_sent_when_they_changed(bench: Bench) -> None:
    specs = [spec("bless"), spec("vault put", secret=True)]
    for _ in range(2):
        await bench.platform.start(bench.ingress, specs)
        await bench.platform.stop()
        bench.platform = bench.adapter()
    sent = {wire.payload["scope"]["type"]: wire.payload["commands"] for wire in bench.requests("setMyCommands")}
    bless, put = ({"command": name, "description": "Does it."} for name in ("bless", "vault_put"))
    assert sent == {"all_private_chats": [bless, put], "all_group_chats": [bless], "all_chat_administrators": [bless]}
    assert len(bench.requests("setMyCommands")) == 3
    await bench.platform.start(bench.ingress, [spec("bless")])
    assert len(bench.requests("setMyCommands")) == 6
    assert (await bench.ask("/Bless me")).text == "/bless me"


async def test_menu_names_are_the_words_of_their_path(bench: Bench) -> None:
    await bench.platform.start(bench.ingress, [spec("vault put")])
    assert (await bench.ask("/vault_put dawn")).text == "/vault put dawn"
    assert (await bench.ask("/vault put dawn")).text == "/vault put dawn"


async def test_refused_menus_do_not_stop_the_bot(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.emulator.fail_next["setMyCommands"].append((400, "Bad Request: BOT_COMMAND_INVALID", None))
    await bench.platform.start(bench.ingress, [spec("bless")])
    assert (await bench.ask("/ping")).text == "/ping"
    assert len(told(caplog)) == 1
    assert bench.ingress.kept == {}


def test_what_a_menu_refuses(bench: Bench) -> None:
    assert bench.platform.check(spec("vault put")) == []
    for wrong in (spec("Bless"), spec("bless-me"), spec("x" * 33), spec("bless", ""), spec("bless", "x" * 257)):
        assert [one.where for one in bench.platform.check(wrong)] == ["x.py:1"]
