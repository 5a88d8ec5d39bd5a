"""Signing in with a code that a person types."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.platforms.account import AccountError
from bot.platforms.twitch import signin
from bot.platforms.twitch.tokens import Pair
from bot.sandbox.twitch import TwitchEmulator
from bot.sandbox.twitch.oauth import BROADCASTER, SCOPES
from bot.sandbox.world import SandboxError, World
from tests.platforms.twitch.stage import until


@pytest.fixture
async def twitch() -> AsyncIterator[TwitchEmulator]:
    one = TwitchEmulator(World())
    one.oauth.interval = 0.05
    await one.start()
    yield one
    await one.stop()


async def _device(twitch: TwitchEmulator) -> signin.Device:
    return await signin.device_code(twitch.client_id, signin.SCOPES, twitch.address)


async def test_a_code_is_confirmed_and_the_token_works(twitch: TwitchEmulator) -> None:
    device = await _device(twitch)
    assert device.user_code in device.verification_uri
    assert device.device_code not in repr(device)
    waiting = asyncio.create_task(signin.wait_for_tokens(twitch.client_id, device, None, twitch.address))
    await asyncio.sleep(0.12)
    assert not waiting.done()
    twitch.confirm_device(device.user_code, "soulfra")
    pair = await waiting
    account = await signin.verify(twitch.client_id, pair, twitch.address)
    assert (account.name, account.id, account.missing) == ("soulfra", twitch.bot_id, [])
    await signin.greet(twitch.client_id, pair, "Ada", "Hello.", twitch.address)
    wire = twitch._world.record.since(0)[-1]
    assert (wire.status, wire.payload["message"]) == (200, "Hello.")
    with pytest.raises(AccountError, match="not valid any more"):  # a code is good for once
        await signin.wait_for_tokens(twitch.client_id, device, None, twitch.address)


async def test_somebody_says_no(twitch: TwitchEmulator) -> None:
    device = await _device(twitch)
    twitch.deny_device(device.user_code)
    with pytest.raises(AccountError, match="somebody said no"):
        await signin.wait_for_tokens(twitch.client_id, device, None, twitch.address)


async def test_nobody_comes(twitch: TwitchEmulator) -> None:
    device = await _device(twitch)
    twitch._world.offset += 1_801
    with pytest.raises(AccountError, match="in time"):
        await signin.wait_for_tokens(twitch.client_id, device, None, twitch.address)
    with pytest.raises(SandboxError, match="no device"):
        twitch.confirm_device(device.user_code, "soulfra")


async def test_waiting_ends_with_the_code(twitch: TwitchEmulator) -> None:
    device = await _device(twitch)
    shorter = signin.Device(device.user_code, device.verification_uri, device.device_code, 0.05, 0.2, device.scopes)
    with pytest.raises(AccountError, match="in time"):
        await signin.wait_for_tokens(twitch.client_id, shorter, None, twitch.address)


async def test_who_asks_too_fast_slows_down(twitch: TwitchEmulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signin, "_SLOWER", 0.3)
    device = await _device(twitch)
    twitch.oauth.interval = 0.2
    waiting = asyncio.create_task(signin.wait_for_tokens(twitch.client_id, device, None, twitch.address))
    polled = twitch.oauth.devices[device.device_code]
    await until(lambda: polled.polled)
    twitch.confirm_device(device.user_code, "soulfra")
    assert (await waiting).access == twitch.access_token


async def test_twitch_may_be_away_while_somebody_types(twitch: TwitchEmulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signin, "_SLOWER", 0.05)
    device = await _device(twitch)
    await twitch.stop()
    waiting = asyncio.create_task(signin.wait_for_tokens(twitch.client_id, device, None, twitch.address))
    await asyncio.sleep(0.15)
    await twitch.start()
    twitch.confirm_device(device.user_code, "soulfra")
    assert (await waiting).refresh == twitch.refresh_token


async def test_what_is_refused_is_said_without_secrets(twitch: TwitchEmulator) -> None:
    with pytest.raises(AccountError, match="no application"):
        await signin.device_code("wrong", signin.SCOPES, twitch.address)
    with pytest.raises(AccountError, match="missing scopes"):
        await signin.device_code(twitch.client_id, [], twitch.address)
    with pytest.raises(AccountError) as refused:
        await signin.verify(twitch.client_id, Pair("hidden", "hidden"), twitch.address)
    assert "hidden" not in str(refused.value)
    with pytest.raises(AccountError, match="another application"):
        await signin.verify("wrong", Pair(twitch.access_token, ""), twitch.address)
    with pytest.raises(AccountError, match="no channel"):
        await signin.greet(twitch.client_id, Pair(twitch.access_token, ""), "nobody", "x", twitch.address)
    twitch.drop_message()
    with pytest.raises(AccountError, match="did not show"):
        await signin.greet(twitch.client_id, Pair(twitch.access_token, ""), "ada", "x", twitch.address)


async def test_a_token_with_gaps_says_what_it_lacks(twitch: TwitchEmulator) -> None:
    twitch.authorise("bob", ("user:read:chat",))
    pair = Pair(*twitch.oauth.newest["41002"])
    account = await signin.verify(twitch.client_id, pair, twitch.address)
    assert len(account.missing) == len(signin.SCOPES) - 1
    assert "The token lacks user:write:chat, to answer in chat." in account.missing


async def test_twitch_is_away(unused_tcp_port: int) -> None:
    with pytest.raises(AccountError, match="cannot be reached"):
        await signin.device_code("x", signin.SCOPES, f"http://127.0.0.1:{unused_tcp_port}")


def test_the_sandbox_grants_what_is_asked_for() -> None:
    assert set(signin.SCOPES) == set(SCOPES)
    assert set(signin.BROADCASTER_SCOPES) == set(BROADCASTER)
