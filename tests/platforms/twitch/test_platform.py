"""Connecting, losing the connection, tokens, names, and a log without secrets."""

import asyncio
import logging

import pytest

from bot.adapter import RetryAfter, Sent
from bot.command import CommandSpec, Invocation
from bot.context import Context
from bot.errors import SettingsError, UserError
from bot.message import Message
from bot.platforms.twitch import platform as module
from bot.platforms.twitch.client import Account, Listener
from bot.platforms.twitch.library import HTTPException, describe, point_at, redact
from bot.platforms.twitch.platform import TwitchPlatform
from bot.platforms.twitch.tokens import Pair
from bot.sandbox.twitch.people import BOT
from bot.sandbox.twitch.wire import chat_event, new_id
from bot.sandbox.world import SandboxError
from bot.users import Place, User
from config.settings import TwitchSettings
from tests.platforms.twitch.stage import Stage, settings_for, until

ADA = User("twitch", "41001", "ada", "ada")
ROOM = Place("twitch", "41001")


async def test_a_dropped_socket_recovers(stage: Stage) -> None:
    stage.twitch.drop_sockets()
    await until(lambda: not stage.twitch.sockets.sessions)
    await stage.listening()
    asked = await stage.asked("ada", "!balance")
    assert isinstance((await stage.answer(asked.reply, "5"))[0], Sent)
    assert len(stage.twitch.sockets.sessions) == 1


async def test_a_move_to_another_address_loses_nothing(stage: Stage) -> None:
    [before] = stage.twitch.sockets.sessions
    await stage.twitch.reconnect()
    await until(lambda: stage.twitch.sockets.sessions and before not in stage.twitch.sockets.sessions)
    asked = await stage.asked("ada", "!balance")
    assert isinstance((await stage.answer(asked.reply, "5"))[0], Sent)
    assert len(stage.twitch.sockets.sessions) == 1


async def test_a_moved_socket_that_drops_recovers(stage: Stage) -> None:
    [before] = stage.twitch.sockets.sessions
    await stage.twitch.reconnect()
    await until(lambda: stage.twitch.sockets.sessions and before not in stage.twitch.sockets.sessions)
    stage.twitch.drop_sockets()
    await until(lambda: not stage.twitch.sockets.sessions)
    await stage.listening()
    await stage.asked("ada", "!balance")


async def test_a_socket_lost_while_logging_in_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    stage, rooms, lost = Stage(), Listener._find_rooms, list[bool]()

    async def losing(self: Listener) -> dict[str, str]:
        if not lost:
            lost.append(True)
            stage.twitch.drop_sockets()
            await until(lambda: stage.platform._client is None)
        return await rooms(self)

    monkeypatch.setattr(Listener, "_find_rooms", losing)
    await stage.open()
    await stage.listening()
    assert len(stage.twitch.sockets.sessions) == 1
    await stage.asked("ada", "!balance")
    await stage.close()


async def test_start_returns_while_twitch_is_down_and_it_comes_up(caplog: pytest.LogCaptureFixture) -> None:
    stage = await Stage().open()
    await stage.platform.stop()
    await stage.twitch.stop()
    await stage.restart()
    assert stage.platform._client is None
    [line] = [record.message for record in caplog.records if record.name.startswith("bot.platforms.twitch")]
    assert "trying again" in line
    with pytest.raises(UserError):
        await stage.platform.resolve("@bob", ROOM)
    await stage.twitch.start()
    await stage.listening()
    await stage.asked("ada", "!balance")
    await stage.close()


async def test_start_returns_when_nothing_is_ever_answered(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_START", 0.05)
    stage, silent = Stage(), asyncio.Event()

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await silent.wait()
        writer.close()

    async with await asyncio.start_server(hold, "127.0.0.1", 0) as server:
        stage.twitch.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        await stage.restart()
        assert "does not answer" in caplog.text
        await stage.platform.stop()
        silent.set()


async def test_an_expired_token_is_refreshed_and_kept(stage: Stage) -> None:
    old = settings_for(stage.twitch)
    asked = await stage.asked("ada", "!balance")
    stage.twitch.expire_token()
    assert isinstance((await stage.answer(asked.reply, "5"))[0], Sent)
    await until(lambda: stage.ingress.kept)
    await stage.platform.stop()
    stage.platform = TwitchPlatform(old)  # its refresh token was used up: only the kept one works
    await stage.platform.start(stage.ingress, [])
    await stage.listening()
    assert old.access_token is not None
    assert old.access_token.get_secret_value() != stage.twitch.access_token


async def test_kept_tokens_that_are_void_give_way_to_the_settings(stage: Stage) -> None:
    stage.ingress.kept["twitch.tokens"] = '{"access": "void", "refresh": "void"}'
    await stage.restart()
    await stage.listening()


async def test_a_revoked_bot_says_what_is_needed(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    asked = await stage.asked("ada", "!balance")
    await stage.twitch.revoke()
    await until(lambda: "new ones are needed" in caplog.text)
    assert "authorization_revoked" in caplog.text
    assert isinstance((await stage.answer(asked.reply, "5"))[0], RetryAfter)
    with pytest.raises(SandboxError):
        await stage.twitch.say("ada", "hello?")


async def test_tokens_that_become_void_are_found_out_when_sending(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    asked = await stage.asked("ada", "!balance")
    stage.twitch.oauth.tokens.clear()
    stage.twitch.oauth.refreshes.clear()
    assert isinstance((await stage.answer(asked.reply, "5"))[0], RetryAfter)
    await until(lambda: "new ones are needed" in caplog.text)
    assert stage.shown == []


async def test_the_log_holds_no_secret_at_any_level(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    stage = await Stage().open()
    asked = await stage.asked("ada", "!vault put dawn the secret words")
    stage.twitch.expire_token()
    await stage.answer(asked.reply, "5")
    secrets = [stage.twitch.client_secret, *stage.twitch.oauth.tokens, *stage.twitch.oauth.refreshes, "secret words"]
    await stage.twitch.revoke()
    await until(lambda: "new ones are needed" in caplog.text)
    await stage.close()
    assert not [secret for secret in secrets if secret in caplog.text]


@pytest.mark.parametrize(
    "secret", ["client_secret=abc", "x?refresh_token=abc&y=1", "Bearer abc", "OAuth abc", "TOKEN=abc"]
)
def test_secrets_are_taken_out_of_any_text(secret: str) -> None:
    assert "abc" not in redact(f"Request http://x/{secret} failed")


def test_an_error_is_described_without_its_address() -> None:
    error = HTTPException("Request http://x?code=abc failed: 400", status=400, extra={"message": "Invalid"})
    assert describe(error) == "Twitch answered 400: Invalid"


async def test_a_handler_that_fails_is_logged_without_words(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    def submit(invocation: Invocation) -> None:
        raise ValueError(str(invocation.text))

    stage.ingress.submit = submit  # type: ignore[assignment, method-assign]
    delivered = await stage.twitch.say("ada", "!vault put dawn hidden")
    await until(lambda: "an event was lost" in caplog.text)
    assert "hidden" not in caplog.text
    assert delivered.event in stage.ingress.events


async def test_names_are_found_and_remembered(stage: Stage) -> None:
    bob = await stage.platform.resolve("@Bob", ROOM)
    assert bob is not None
    assert (bob.id, bob.handle) == ("41002", "bob")
    before = len(stage.requests("/users"))
    assert await stage.platform.resolve("bob", ROOM) == bob
    assert await stage.platform.resolve("two words", ROOM) is None
    assert len(stage.requests("/users")) == before
    assert await stage.platform.resolve("@nobody", ROOM) is None


async def test_a_name_that_cannot_be_asked_for_is_an_error_for_the_person(stage: Stage) -> None:
    stage.twitch.fail(500, "/helix/users")
    with pytest.raises(UserError):
        await stage.platform.resolve("@bob", ROOM)
    assert await stage.platform.resolve("@bob", ROOM) is not None


async def test_a_channel_that_does_not_exist_does_not_silence_the_others(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    await stage.restart(channels=["nobodyhere", "Ada"])
    assert "no channel nobodyhere" in caplog.text
    await stage.asked("ada", "!balance")


def test_an_account_with_gaps_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match=r"twitch\.refresh_token, twitch\.bot_id"):
        TwitchPlatform(TwitchSettings.model_validate({"client_id": "a", "access_token": "b"}))


def test_a_twitchio_without_the_addresses_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("twitchio.eventsub.websockets.WSS")
    with pytest.raises(RuntimeError, match="WSS"):
        point_at("http://127.0.0.1:1")


async def _handler(ctx: Context) -> Message:
    """Say something."""
    return Message("x")


def _spec(path: str) -> CommandSpec:
    return CommandSpec(path=path, about="Say something.", options=(), handler=_handler, source="x.py:1")


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("bless", 0),
        ("vault put", 0),
        ("a" * 32, 0),
        ("a" * 33, 1),
        ("vault  put", 1),
        ("vault\tput", 1),
        (f"{'a' * 33} {'b' * 33}", 2),
    ],
)
def test_what_cannot_be_typed(stage_free: TwitchPlatform, path: str, count: int) -> None:
    found = stage_free.check(_spec(path))
    assert len(found) == count
    assert all(problem.where == "x.py:1" for problem in found)


@pytest.fixture
def stage_free() -> TwitchPlatform:
    return TwitchPlatform(settings_for(Stage().twitch))


async def test_own_badges_are_learned_from_own_lines(stage: Stage) -> None:
    for badges, expected in ((["moderator"], True), ([], False)):
        before = len(stage.ingress.events)
        event = chat_event(ADA, BOT, "x", badges, lambda login: None, message_id=new_id())
        await stage.twitch.sockets.notify("channel.chat.message", {"broadcaster_user_id": ADA.id}, event, {})
        await until(lambda: len(stage.ingress.events) > before)  # noqa: B023
        assert (ADA.id in stage.platform._sender._trusted) is expected


async def test_a_moderator_may_say_more_and_repeat(stage: Stage) -> None:
    stage.twitch.people.bot_moderates = True
    asked = await stage.asked("ada", "!balance")
    await stage.answer(asked.reply, "first")
    await until(lambda: len(stage.ingress.events) == 2)
    for _ in range(25):
        assert isinstance((await stage.answer(asked.reply, "same"))[0], Sent)
    assert stage.shown == ["first"] + ["same"] * 25


def test_accounts_and_tokens_do_not_show_themselves() -> None:
    shown = repr([Account("id", "hidden", "1", []), Pair("hidden", "hidden")])
    assert "hidden" not in shown
