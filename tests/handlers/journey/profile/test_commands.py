"""profile and voice as somebody types and presses them, through the whole kernel."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from msgspec import structs

from bot.app import App
from bot.sandbox.offline import Offline, shown
from bot.sandbox.world import World
from bot.testing.template import prepare
from bot.users import Standing
from config.settings import Settings
from handlers.journey.profile.profile import read

CANARY = "canary-in-the-coal-mine"


class Chat:
    """Lines on Discord, and the answers to them."""

    def __init__(self, app: App, platform: Offline) -> None:
        self.app, self.platform = app, platform

    async def say(self, line: str, user: str = "ada", *, direct: bool = True, **changes: Any) -> str:
        return await self.submit(self.platform.invocation(user, line, direct=direct), **changes)

    async def press(self, label: str, user: str = "ada") -> str:
        rows = self.platform.sent[-1]["components"]
        ids = {one["label"]: one["custom_id"] for row in rows for one in row["components"] if "label" in one}
        return await self.submit(self.platform.invocation(user, "", direct=True), kind="press", button=ids[label])

    async def submit(self, invocation: Any, **changes: Any) -> str:
        self.platform.sent.clear()
        await self.app.intake.submit(structs.replace(invocation, **changes))
        await self.app.intake.quiet()
        return "\n".join(map(shown, self.platform.sent)).replace("*", "").replace("\\", "")

    async def agreed(self) -> bool:
        author = self.platform.invocation("ada", "", direct=True).author
        return await self.app.store.read(lambda tx: read(tx, tx.person(author)).model)


@pytest_asyncio.fixture
async def chat(tmp_path: Path) -> AsyncIterator[Chat]:
    app = App(Settings(data=tmp_path, plugins=["handlers.journey.profile"], discover=False)).load()
    platform = Offline("discord", World())
    prepare(app)
    await app.start([platform])
    yield Chat(app, platform)
    await app.stop()


async def test_a_newcomer_sees_what_there_is(chat: Chat) -> None:
    assert (await chat.say("!profile show")).startswith(
        "You are ada.\nYour language is what Discord says.\nDaily whisper: none\n"
        "Nobody but you sees this.\nYour words stay on this machine."
    )


async def test_words_are_kept_for_oneself_and_shown_to_others_when_one_says_so(chat: Chat, tmp_path: Path) -> None:
    assert "I call you Lady _L_." in (await chat.say("!profile name Lady _L_"))
    assert "Your purpose:" in await chat.say(f"!profile purpose {CANARY}\n\nand  more")
    await chat.say("!profile offering tea")
    said = await chat.say("!profile show")
    assert said.startswith("You are Lady _L_.")
    assert f"Purpose: {CANARY} and more" in said
    assert await chat.say("!profile show @ada", user="bob") == "ada shows no profile."
    assert await chat.say("!profile show @cleo", user="bob") == "cleo shows no profile."
    assert "Whoever asks sees" in await chat.say("!profile privacy everybody")
    assert await chat.say("!profile show @ada", user="bob") == (f"Lady _L_\nPurpose: {CANARY} and more\nOffering: tea")
    await chat.say("!profile privacy me")
    assert await chat.say("!profile show @ada", user="bob") == "ada shows no profile."
    await chat.app.stop()
    assert CANARY.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())


async def test_words_are_taken_away(chat: Chat) -> None:
    await chat.say("!profile name Lady")
    assert "I call you ada." in await chat.say("!profile name")
    await chat.say("!profile purpose to see")
    assert "Your profile tells no purpose." in await chat.say("!profile purpose")
    assert (await chat.say("!profile show")).startswith("You are ada.\nYour language is what Discord says.\nDaily")


@pytest.mark.parametrize("line", ["name " + "x" * 41, "purpose " + "x" * 201, "offering " + "x" * 201])
async def test_words_are_limited(chat: Chat, line: str) -> None:
    said = await chat.say(f"!profile {line}")
    assert "x" * 41 not in said or "at most" in said
    assert "x" * 41 not in await chat.say("!profile show")


@pytest.mark.parametrize("words", ["{who}", "@everyone", "<@1>", "`a` [b](http://c)", "\u202eabc"])
async def test_words_stay_words(chat: Chat, words: str) -> None:
    await chat.say(f"!profile name {words}")
    said = await chat.say("!profile show")
    assert said.startswith("You are ")
    assert "\u202e" not in said
    assert chat.platform.sent[-1]["allowed_mentions"]["parse"] == []


async def test_a_daily_whisper_has_an_hour_in_a_zone(chat: Chat) -> None:
    assert "each day: 21:00 (Europe/Berlin)" in await chat.say("!profile hours 9pm europe/berlin")
    assert "each day: 8:00 (Europe/Berlin)" in await chat.say("!profile hours 8")
    assert "Daily whisper: 8:00 (Europe/Berlin)" in await chat.say("!profile show")
    for wrong in ("25", "8:30", "soon", "-1"):
        assert "Say a full hour" in await chat.say(f"!profile hours {wrong}")
    assert "Europe/Berlin" in await chat.say("!profile hours 9 Middle/Earth")
    assert "Daily whisper: 8:00 (Europe/Berlin)" in await chat.say("!profile show")
    assert "No whisper comes by itself any more." in await chat.say("!profile hours off")
    assert "Daily whisper: none" in await chat.say("!profile show")


async def test_words_leave_for_the_model_only_after_one_agrees_to_the_text(chat: Chat) -> None:
    assert "May your words leave this machine for the language model?" in await chat.say("!profile model")
    assert not await chat.agreed()
    assert "Agreed. You end it with" in await chat.press("I agree")
    assert await chat.agreed()
    assert "Your words may go to the language model." in await chat.say("!profile show")
    assert "Your words stay on this machine." in await chat.press("Keep my words here")
    assert not await chat.agreed()


async def test_a_language_is_chosen_as_ever(chat: Chat) -> None:
    await chat.say("!profile show")
    assert "Deutsch" in await chat.press("Deutsch")
    assert "Deutsch" in await chat.say("!profile show")
    assert "English" in await chat.say("!profile language en")
    await chat.say("!profile language auto")
    assert "what Discord says" in await chat.say("!profile show")


async def test_a_voice_is_chosen_by_name_or_side_by_side(chat: Chat) -> None:
    assert "like this: warm\nwarmth: 70\n" in await chat.say("!voice show")
    assert "like this: mystic" in await chat.press("mystic")
    assert "like this: mystic\nwarmth: 50\nformality: 40\nbrevity: 80" in await chat.say("!voice set brevity 80")
    assert "Say how much, from 0 to 100" in await chat.say("!voice set warmth")
    assert "brevity: 80" in await chat.say("!voice show")
    await chat.say("!voice set warmth 101")
    assert "warmth: 50" in await chat.say("!voice show")
    assert "like this: warm\nwarmth: 70\nformality: 30\nbrevity: 40" in await chat.say("!voice set auto")


async def test_a_server_has_a_voice_which_moderators_choose(chat: Chat) -> None:
    member, moderator = Standing("member"), Standing("moderator")
    assert "That is for moderators." in await chat.say("!voice server plain", direct=False, standing=member)
    said = await chat.say("!voice server plain", direct=False, standing=moderator)
    assert "everybody here who has chosen nothing I speak like this: plain" in said
    assert "like this: plain" in await chat.say("!voice show", user="bob", direct=False)
    assert "like this: warm" in await chat.say("!voice show", user="bob")
    assert "Here is nothing to moderate." in await chat.say("!voice server plain", standing=moderator)
    await chat.say("!voice server auto", direct=False, standing=moderator)
    assert "like this: warm" in await chat.say("!voice show", user="bob", direct=False)
