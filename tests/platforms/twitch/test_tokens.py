"""New tokens are kept, also when the store takes nothing just then."""

import asyncio

import pytest

from bot.adapter import Sent
from bot.platforms.twitch import platform, tokens
from bot.platforms.twitch.tokens import Pair, Purse
from config.settings import TwitchSettings
from tests.platforms.twitch.stage import Recording, Stage, settings_for, until


class Away(Recording):
    """Its store may take nothing; what it then says holds what it was to keep."""

    def __init__(self) -> None:
        super().__init__()
        self.away, self.tries = True, 0

    async def keep(self, key: str, value: str) -> None:
        self.tries += 1
        if self.away:
            raise OSError(value)
        await super().keep(key, value)


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_AGAIN", 0.01)
    monkeypatch.setattr(platform, "_LAST", 0.05)


async def _refreshed() -> tuple[Stage, Away, TwitchSettings]:
    """New tokens that are not kept yet, and the settings whose own are void."""
    stage, ingress = Stage(), Away()
    stage.ingress = ingress
    await stage.open()
    old = settings_for(stage.twitch)
    asked = await stage.asked("ada", "!balance")
    stage.twitch.expire_token()
    assert isinstance((await stage.answer(asked.reply, "5"))[0], Sent)
    await until(lambda: ingress.tries > 2)
    return stage, ingress, old


async def test_they_are_kept_as_soon_as_the_store_is_back(caplog: pytest.LogCaptureFixture) -> None:
    stage, ingress, old = await _refreshed()
    assert ingress.kept == {}
    ingress.away = False
    await until(lambda: ingress.kept)
    assert caplog.text.count("are not kept yet (OSError)") == 1
    assert not [
        secret for secret in (*stage.twitch.oauth.tokens, *stage.twitch.oauth.refreshes) if secret in caplog.text
    ]
    await stage.platform.stop()
    stage.platform = platform.TwitchPlatform(old)
    await stage.platform.start(ingress, [])
    await stage.listening()
    await stage.close()


async def test_trying_ends_with_the_adapter() -> None:
    stage, ingress, _ = await _refreshed()
    await stage.close()
    tries = ingress.tries
    await asyncio.sleep(0.05)
    assert ingress.tries == tries
    assert [one for one in asyncio.all_tasks() if one.get_name() == "twitch tokens"] == []


async def test_the_newest_are_kept_and_each_in_its_place() -> None:
    purse, ingress = Purse({"": Pair("a", "b"), "ada": Pair("c", "d")}), Away()
    purse.refreshed("", Pair("e", "f"))
    keeping = asyncio.create_task(purse.keep(ingress))
    await until(lambda: ingress.tries)
    purse.refreshed("", Pair("g", "h"))
    purse.refreshed("ada", Pair("i", "j"))
    purse.refreshed("nobody", Pair("k", "l"))
    ingress.away = False
    await keeping
    again = Purse({"": Pair("a", "b"), "ada": Pair("c", "d")})
    await again.recall(ingress)
    assert again.pairs() == purse.pairs() == [Pair("g", "h"), Pair("a", "b")]
    assert again.pairs("ada") == [Pair("i", "j"), Pair("c", "d")]
    assert set(ingress.kept) == {"twitch.tokens", "twitch.tokens:ada"}
