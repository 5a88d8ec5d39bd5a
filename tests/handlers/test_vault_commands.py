"""The vault's commands as somebody types them, through the whole kernel."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import App
from bot.sandbox.offline import Offline, shown
from bot.sandbox.world import World
from bot.testing.template import prepare
from config.settings import Settings

CANARY = "canary-in-the-coal-mine"


class Chat:
    """Somebody's lines and the answers to them."""

    def __init__(self, app: App, platform: Offline) -> None:
        self.app, self.platform = app, platform

    async def say(self, line: str, *, direct: bool = True) -> str:
        before = len(self.platform.sent)
        invocation = self.platform.invocation("ada", line, direct=direct)
        await self.app.intake.submit(invocation)
        while self.app.intake.busy:
            await asyncio.sleep(0.001)
        payloads = self.platform.sent[before:]
        assert {payload["chat_id"] for payload in payloads} == {int(invocation.author.id)}
        return "\n".join(map(shown, payloads))


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[Chat]:
    app = App(Settings(data=tmp_path, plugins=["handlers.vault"])).load()
    platform = Offline("telegram", World())
    prepare(app)
    await app.start([platform])
    yield Chat(app, platform)
    await app.stop()


async def test_a_life_of_a_keepsake(chat: Chat) -> None:
    assert await chat.say("/vault list") == "Your vault is empty. Fill it with vault put."
    assert await chat.say(f'/vault put "my poem" {CANARY} and more') == (
        "Kept, encrypted, as my poem. Read it with vault get my poem."
    )
    assert await chat.say("/vault get My poem") == f"My poem\n{CANARY} and more"
    assert await chat.say('/vault put "my poem" other') == "my poem has new words now."
    assert await chat.say("/vault list") == "In your vault:\n· my poem\nOpen one"
    assert await chat.say("/vault forget my poem") == "my poem is erased."
    assert await chat.say('/vault get "my poem"') == "You have no keepsake called my poem."


async def test_secrets_typed_where_others_read_are_refused_before_anything_is_stored(
    chat: Chat, tmp_path: Path
) -> None:
    said = await chat.say(f"/vault put poem {CANARY}", direct=False)
    assert "Others can read that here" in said
    assert CANARY not in said
    assert await chat.say("/vault list", direct=False) == "Your vault is empty. Fill it with vault put."
    assert CANARY.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


async def test_answers_asked_for_in_a_group_are_private(chat: Chat) -> None:
    await chat.say(f"/vault put poem {CANARY}")
    assert await chat.say("/vault get poem", direct=False) == f"poem\n{CANARY}"


async def test_no_word_is_in_any_file(chat: Chat, tmp_path: Path) -> None:
    await chat.say(f"/vault put poem {CANARY}")
    await chat.say("/vault get poem")
    assert CANARY.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    await chat.app.stop()
    assert CANARY.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
