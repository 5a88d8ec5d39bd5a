"""settings: what moderators set, from the next line on."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec import structs

from tests.handlers.test_profile import Room, opened


@pytest_asyncio.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    one = await opened(tmp_path)
    yield one
    await one.app.stop()


async def do(room: Room, line: str, user: str = "bob", **more: object) -> str:
    """A moderator, where others read."""
    return await room.say(line, user, direct=False, **more)


async def test_only_moderators_and_only_where_there_are_any(room: Room) -> None:
    assert await do(room, "settings prefix ?", "cleo") == "That is for moderators."
    assert "nothing to moderate" in await room.say("settings prefix ?", "bob")
    assert await do(room, "ping") == "Awake, Bob."


async def test_another_prefix_counts_at_once(room: Room) -> None:
    assert "commands begin with `?` here" in await do(room, "settings prefix ?")
    assert await do(room, "ping", prefix="?") == "Awake, Bob."
    invocation = room.platforms["discord"].invocation("cleo", "!ping", direct=False)
    assert not room.app.intake.wants("!ping", invocation.author, invocation.place)
    assert room.app.intake.wants("?ping", invocation.author, invocation.place)
    assert room.app.intake.prefix(invocation.place) == "?"
    assert await room.say("ping") == "Awake, Ada."  # in private nothing has changed


@pytest.mark.parametrize("wrong", ["/", "abc", "@", "!!!!", "'! !'", '"<@"'])
async def test_a_prefix_that_would_not_work(room: Room, wrong: str) -> None:
    assert "begin with" not in await do(room, f"settings prefix {wrong}")
    assert await do(room, "ping") == "Awake, Bob."


async def test_the_language_of_a_server(room: Room) -> None:
    assert "spreche ich hier Deutsch" in await do(room, "settings language de")
    assert await do(room, "ping", "cleo", locale="en-US") == "Wach, Cleo."
    assert await room.say("ping", "cleo", locale="en-US") == "Awake, Cleo."
    await room.say("profile language en", "cleo")
    assert await do(room, "ping", "cleo") == "Awake, Cleo."
    await do(room, "einstellungen sprache auto")
    assert await do(room, "ping") == "Awake, Bob."
    assert "Did you mean" in await do(room, "settings language tlh")


async def test_a_command_is_off_and_on_again(room: Room) -> None:
    assert "ping is off here" in (await do(room, "settings command ping off")).replace("`", "")
    asked = room.platforms["discord"].invocation("cleo", "!ping", direct=False)
    assert not room.app.intake.wants("!ping", asked.author, asked.place)
    assert "Awake" not in await do(room, "ping", "cleo")
    assert "`ping`" not in await do(room, "help", "cleo")
    assert await room.say("ping", "cleo") == "Awake, Cleo."
    await do(room, "settings command ping on")
    assert await do(room, "ping", "cleo") == "Awake, Cleo."


async def test_a_group_is_off_as_a_whole(room: Room) -> None:
    await do(room, "settings command mirror off")
    for line in ("mirror list", "spiegel liste"):
        asked = room.platforms["discord"].invocation("cleo", f"!{line}", direct=False)
        assert not room.app.intake.wants(asked.text, asked.author, asked.place)


@pytest.mark.parametrize("name", ["settings", "settings show", "nothing", "off/ping", "{x}"])
async def test_what_cannot_be_switched_off(room: Room, name: str) -> None:
    asked = room.platforms["discord"].invocation("bob", "", direct=False)
    asked = structs.replace(asked, path="settings command", options={"name": name, "state": "off"})
    assert "that can be switched off" in await room.submit(asked, "discord")
    assert "Settings of this server" in await do(room, "settings show")


async def test_answers_in_some_channels_only(room: Room) -> None:
    channel = room.platforms["discord"].place("bob", direct=False).channel
    assert "I answer in" in await do(room, f"settings channel add <#{channel}>")
    assert await do(room, "ping") == "Awake, Bob."
    assert "I answer everywhere" in await do(room, f"settings channel remove <#{channel}>")
    assert "know no channel" in await do(room, "settings channel add #nowhere")


async def test_announcements(room: Room) -> None:
    place = room.platforms["discord"].place("bob", direct=False)
    assert "Announcements go to" in await do(room, "settings announcements")
    assert room.app.servers.announcements(place) == place.channel
    await do(room, "settings show")
    assert "no announcements" in await room.press("No announcements", "bob", direct=False)
    assert room.app.servers.announcements(place) is None


async def test_lists_and_buttons_lead_through_it(room: Room) -> None:
    await do(room, "settings show")
    said = await room.press("Commands", "bob", direct=False)
    assert "✓ `balance`" in said
    selects = [
        one for row in room.platforms["discord"].sent[-1]["components"] for one in row["components"] if "options" in one
    ]
    off = next(one for one in selects if one["placeholder"] == "Switch off")
    value = next(one["value"] for one in off["options"] if one["label"] == "balance")
    picked = room.platforms["discord"].invocation("bob", "", direct=False)
    picked = structs.replace(picked, kind="press", button=off["custom_id"], chosen=[value])
    assert "is off here" in await room.submit(picked, "discord")
    assert "Settings of this server" in await room.press("All settings", "bob", direct=False)
    assert "You hold" not in await do(room, "balance", "cleo")


async def test_a_button_of_settings_is_nobody_elses(room: Room) -> None:
    await do(room, "settings show")
    assert "somebody else's" in await room.press("Announce here", "cleo", direct=False)


async def test_it_works_by_typing_on_twitch_and_telegram(room: Room) -> None:
    for platform in ("twitch", "telegram"):
        await do(room, "settings language de", platform=platform)
        assert "Wach, Cleo" in await do(room, "ping", "cleo", platform=platform)
    assert "Ab jetzt" in await do(room, "settings prefix ?", platform="twitch")
    assert "Präfix" not in await do(room, "settings prefix ?", platform="telegram")
