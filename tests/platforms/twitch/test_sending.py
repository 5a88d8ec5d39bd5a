"""Answers on Twitch, and what becomes of them."""

import asyncio

import aiohttp
import pytest
from msgspec import structs

from bot.adapter import Refused, RetryAfter, Sent, Unknown
from bot.command import Invocation, ReplyHandle
from bot.platforms.twitch.limits import PLAIN, UNLIKE
from bot.platforms.twitch.rooms import PATIENCE, TOO_LATE
from bot.platforms.twitch.sending import attempt
from bot.users import User
from bot.windows import Window
from tests.platforms.twitch.stage import Stage

CLEO = User("twitch", "41003", "cleo", "cleo")


async def test_an_answer_is_a_reply(stage: Stage) -> None:
    asked = await stage.asked("ada", "!balance")
    [outcome] = await stage.answer(asked.reply, "You have 5 ✦.")
    [request] = stage.requests("/chat/messages")
    assert isinstance(outcome, Sent)
    assert outcome.message == request.about["message"]
    assert request.payload["reply_parent_message_id"] == asked.reply.message
    assert request.payload["message"] == "You have 5 ✦."
    assert request.about["channel"] == "41001"
    assert "private_to" not in request.about


async def test_the_same_words_again_are_not_dropped(stage: Stage) -> None:
    asked = await stage.asked("ada", "!balance")
    for _ in range(4):
        assert isinstance((await stage.answer(asked.reply, "You have 5 ✦."))[0], Sent)
    assert len(set(stage.shown)) == 4
    assert {line.rstrip(UNLIKE) for line in stage.shown} == {"You have 5 ✦."}


async def _spent(stage: Stage, asked: Invocation, seconds: float) -> None:
    """A room that has heard all that it bears, and hears more in so many seconds."""
    stage.platform._sender._chats = Window(PLAIN, seconds)
    for number in range(PLAIN):
        assert isinstance((await stage.answer(asked.reply, f"{number}"))[0], Sent)
    stage.world.offset += 31  # Twitch itself has forgotten them


async def test_what_waits_for_the_budget_is_one_line(stage: Stage) -> None:
    asked = {who: await stage.asked(who, "!balance") for who in ("ada", "bob", "cleo")}
    await _spent(stage, asked["ada"], 0.5)
    answers = await asyncio.gather(*(stage.answer(one.reply, f"You have 5 ✦, {who}.") for who, one in asked.items()))
    last = stage.requests("/chat/messages")[-1]
    assert last.payload["message"] == " · ".join(f"@{who} You have 5 ✦, {who}." for who in asked)
    assert "reply_parent_message_id" not in last.payload
    assert answers == [[Sent(last.about["message"])]] * 3
    assert len(stage.requests("/chat/messages")) == PLAIN + 1
    assert stage.platform.counts == {"merged": 3}


async def test_who_waits_alone_is_still_replied_to(stage: Stage) -> None:
    asked = await stage.asked("ada", "!balance")
    await _spent(stage, asked, 0.5)
    await stage.answer(asked.reply, "You have 5 ✦.")
    assert stage.requests("/chat/messages")[-1].payload["reply_parent_message_id"] == asked.reply.message


async def test_what_waits_is_tried_later_when_the_adapter_stops(stage: Stage) -> None:
    asked = await stage.asked("ada", "!balance")
    await _spent(stage, asked, 60)
    waiting = asyncio.create_task(stage.answer(asked.reply, "You have 5 ✦."))
    await asyncio.sleep(0)
    await stage.platform.stop()
    assert isinstance((await waiting)[0], RetryAfter)


@pytest.mark.parametrize("expires", [True, False])
async def test_a_whispered_answer_does_not_wait_for_long_but_a_notice_does(stage: Stage, expires: bool) -> None:
    private = await stage.asked("cleo", "!hello", private=True)
    handle = structs.replace(private.reply, expires=private.reply.expires if expires else None)
    sender, now = stage.platform._sender, 1_000.0
    sender._clock = lambda: now
    sender._whispers.punish(2_000.0)
    assert isinstance((await stage.answer(handle, "words"))[0], RetryAfter)
    now += PATIENCE + 1
    again = (await stage.answer(handle, "words"))[0]
    assert (again == TOO_LATE, sender.counts["dropped"]) == ((True, 1) if expires else (False, 0))
    assert stage.requests("/whispers") == []


@pytest.mark.parametrize(
    ("status", "outcome"), [(429, RetryAfter), (500, Unknown), (502, Unknown), (400, Refused), (403, Refused)]
)
async def test_what_an_error_means(stage: Stage, status: int, outcome: type) -> None:
    asked = await stage.asked("ada", "!balance")
    stage.twitch.fail(status)
    assert isinstance((await stage.answer(asked.reply, "Hello."))[0], outcome)
    assert isinstance((await stage.answer(asked.reply, "Hello."))[0], Sent)


async def test_a_dropped_message_is_refused(stage: Stage) -> None:
    asked = await stage.asked("ada", "!balance")
    stage.twitch.drop_message("automod_held")
    assert await stage.answer(asked.reply, "Hello.") == [Refused("automod_held")]


async def test_a_line_that_comes_too_early_is_said_later(stage: Stage) -> None:
    asked = await stage.asked("ada", "!balance")
    stage.twitch.drop_message("rate_limited")
    assert isinstance((await stage.answer(asked.reply, "Hello."))[0], RetryAfter)


async def test_an_answer_that_does_not_come_leaves_the_outcome_unknown(stage: Stage) -> None:
    asked = await stage.asked("ada", "!balance")
    stage.twitch.cut_request()
    assert isinstance((await stage.answer(asked.reply, "Hello."))[0], Unknown)


async def test_an_answer_while_the_connection_goes_is_tried_later(stage: Stage) -> None:
    asked = await stage.asked("ada", "!balance")
    assert stage.platform._client is not None
    closing = asyncio.create_task(stage.platform._client.close())
    await asyncio.sleep(0)
    assert isinstance((await stage.answer(asked.reply, "Hello."))[0], RetryAfter)
    await closing
    assert stage.requests("/chat/messages") == []


async def test_a_request_that_was_never_made_is_tried_later() -> None:
    async def call() -> str:
        session = aiohttp.ClientSession()
        await session.close()
        await session.get("http://127.0.0.1/")
        return "never"

    assert isinstance(await attempt(call()), RetryAfter)


async def test_nobody_there_is_tried_later(unused_tcp_port: int) -> None:
    async def call() -> str:
        async with aiohttp.ClientSession() as session, session.post(f"http://127.0.0.1:{unused_tcp_port}"):
            return "never"

    assert isinstance(await attempt(call()), RetryAfter)


async def test_a_private_answer_is_pointed_at_and_never_shown(stage: Stage) -> None:
    asked = await stage.asked("cleo", "!vault get dawn")
    outcomes = await stage.answer(asked.reply, "the secret words " * 60, private=True)
    assert len(outcomes) > 1
    assert all(isinstance(outcome, Sent) for outcome in outcomes)
    assert stage.shown == ["@cleo, that is private: whisper me, or ask me on Discord or Telegram."]
    assert stage.requests("/chat/messages")[0].payload["reply_parent_message_id"] == asked.reply.message
    assert {wire.status for wire in stage.requests("/whispers")} == {400}


async def test_a_private_answer_is_whispered_to_who_whispered_before(stage: Stage) -> None:
    await stage.asked("cleo", "!hello", private=True)
    asked = await stage.asked("cleo", "!vault get dawn")
    assert isinstance((await stage.answer(asked.reply, "the secret words", private=True))[0], Sent)
    [whisper] = stage.requests("/whispers")
    assert (whisper.payload["message"], whisper.about["private_to"], whisper.status) == (
        "the secret words",
        "cleo",
        204,
    )
    assert stage.shown == []


async def test_without_whispers_everything_private_is_pointed_at(stage: Stage) -> None:
    await stage.restart(whispers=False)
    await stage.asked("cleo", "!hello", private=True)
    asked = await stage.asked("cleo", "!vault get dawn")
    await stage.answer(asked.reply, "the secret words", private=True)
    assert stage.requests("/whispers") == []
    assert len(stage.shown) == 1
    assert "secret" not in stage.shown[0]


async def test_a_whisper_that_may_have_arrived_is_not_pointed_at(stage: Stage) -> None:
    asked = await stage.asked("cleo", "!vault get dawn")
    stage.twitch.fail(500, "/helix/whispers")
    assert isinstance((await stage.answer(asked.reply, "words", private=True))[0], Unknown)
    assert stage.shown == []


async def test_too_many_whispers_point_in_a_room_and_wait_in_private(stage: Stage) -> None:
    private = await stage.asked("cleo", "!hello", private=True)
    room = await stage.asked("cleo", "!vault get dawn")
    stage.twitch.fail(429, "/helix/whispers", times=2)
    assert isinstance((await stage.answer(room.reply, "words", private=True))[0], Sent)
    assert isinstance((await stage.answer(private.reply, "words"))[0], RetryAfter)
    assert len(stage.shown) == 1


async def test_a_direct_message_is_a_whisper(stage: Stage) -> None:
    handle = ReplyHandle("twitch", stage.twitch.bot_id, "", CLEO, direct=True)
    assert isinstance((await stage.answer(handle, "Your mirror is ready."))[0], Refused)
    await stage.asked("cleo", "!hello", private=True)
    assert isinstance((await stage.answer(handle, "Your mirror is ready."))[0], Sent)
    assert stage.shown == []
