"""profile: a language of one's own, on every platform at once."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio
from msgspec import structs

from bot.app import App
from bot.sandbox.offline import Offline, shown
from bot.sandbox.world import World
from bot.testing.template import prepare
from config.settings import Settings


class Room:
    """An App on Discord and Telegram without a wire."""

    def __init__(self, app: App, platforms: dict[str, Offline], world: World) -> None:
        self.app, self.platforms, self.world = app, platforms, world

    async def say(self, line: str, user: str = "ada", platform: str = "discord", **changes: Any) -> str:
        """What is answered. `direct` and `locale` as they are on the platform, `prefix` as it is typed."""
        direct, prefix = changes.pop("direct", True), changes.pop("prefix", {"telegram": "/"}.get(platform, "!"))
        invocation = self.platforms[platform].invocation(user, prefix + line, direct=direct)
        return await self.submit(structs.replace(invocation, **changes), platform)

    async def press(self, which: str, user: str = "ada", platform: str = "discord", **changes: Any) -> str:
        """Press the button of the last answer with this label."""
        components = self.platforms[platform].sent[-1]["components"]
        ids = {one["label"]: one["custom_id"] for row in components for one in row["components"] if "label" in one}
        invocation = self.platforms[platform].invocation(user, "", direct=changes.pop("direct", True))
        return await self.submit(structs.replace(invocation, kind="press", button=ids[which], **changes), platform)

    async def submit(self, invocation: Any, platform: str) -> str:
        self.platforms[platform].sent.clear()
        await self.app.intake.submit(invocation)
        await self.app.intake.quiet()
        said = "\n".join(map(shown, self.platforms[platform].sent)).replace("\\", "").replace("*", "")
        for human in self.world.people.values():
            said = said.replace(f"<@{human.ids[platform]}>", human.name.title()).replace(
                f"@{human.name}", human.name.title()
            )
        return said


async def opened(data: Path) -> Room:
    """Everything that the project brings."""
    world = World()
    platforms = {name: Offline(name, world) for name in ("discord", "twitch", "telegram")}
    app = App(Settings(data=data, discover=False)).load()
    prepare(app)
    await app.start(platforms.values())
    return Room(app, platforms, world)


@pytest_asyncio.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    one = await opened(tmp_path)
    yield one
    await one.app.stop()


async def test_the_platform_says_what_somebody_reads(room: Room) -> None:
    assert await room.say("ping", locale="de-AT") == "Wach, Ada."
    assert await room.say("ping", locale="en-GB") == "Awake, Ada."
    assert await room.say("segnen @bob 5", locale="de", direct=False) == "Bob ist mit 5 ✦ gesegnet. Du behältst 95 ✦."
    assert "Dich selbst kannst du nicht segnen" in await room.say("bless @ada", locale="de")


async def test_a_choice_counts_at_once_on_every_platform_and_after_a_restart(room: Room, tmp_path: Path) -> None:
    assert await room.say("profile language de") == "Ab jetzt spreche ich Deutsch mit dir."
    assert await room.say("ping", locale="en-US") == "Wach, Ada."
    assert await room.say("ping", platform="telegram") == "Awake, Ada."
    code = (await room.say("link")).split("`")[1]
    linked = await room.say(f"link {code}", platform="telegram")
    assert linked == "Verbunden. Du bist jetzt hier und auf Discord dieselbe Person."
    assert await room.say("ping", platform="telegram") == "Wach, Ada."
    await room.say("profile language auto", platform="telegram")
    assert await room.say("ping") == "Awake, Ada."
    await room.say("profil sprache de", platform="telegram")
    await room.app.stop()
    later = await opened(tmp_path)
    assert await later.say("ping") == await later.say("ping", platform="telegram") == "Wach, Ada."
    assert await later.say("ping", user="bob") == "Awake, Bob."
    await later.app.stop()


async def test_who_is_one_person_later_keeps_the_choice_of_either(room: Room) -> None:
    await room.say("profile language de", platform="telegram")
    code = (await room.say("link")).split("`")[1]
    await room.say(f"link {code}", platform="telegram")
    assert await room.say("ping") == "Wach, Ada."


async def test_buttons_choose_too(room: Room) -> None:
    assert "what Discord says" in await room.say("profile show")
    await room.press("Deutsch")
    assert "Deine Sprache ist Deutsch" in await room.say("profile show")
    await room.press("Automatisch")
    assert "what Discord says" in await room.say("profile show")


async def test_a_language_that_there_is_not(room: Room) -> None:
    assert "Did you mean" in await room.say("profile language klingon")
    wrong = room.platforms["discord"].invocation("ada", "", direct=True)
    wrong = structs.replace(wrong, path="profile language", options={"language": "tlh'; --{x}"})
    assert await room.submit(wrong, "discord") == "I do not speak tlh'; --{x}. I speak en, de."
    assert await room.say("ping") == "Awake, Ada."


async def test_a_whisper_is_asked_in_german(room: Room) -> None:
    english, german = await room.say("whisper"), await room.say("frage", locale="de")
    question = english.partition("\n")[0].strip("_ ")
    assert room.app.languages.translate("de")(question) in german
    assert question not in german


async def test_help_is_german_down_to_the_names(room: Room) -> None:
    said = await room.say("hilfe", locale="de")
    assert said.startswith("Das kann ich:")
    for page in range(2, 5):
        said += await room.say(f"hilfe page:{page}", locale="de")
    assert "`tresor ablegen`" in said
    assert "Segne jemanden." in said
    assert "vault" not in said
    assert "einstellungen praefix" not in await room.say("hilfe", locale="de", platform="telegram")
    assert "`segnen <to> [amount] [note]`" in await room.say("help bless", locale="de")
