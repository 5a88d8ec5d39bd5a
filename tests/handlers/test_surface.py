"""What the shipped commands make of each platform: forms, lists, completion, menus, pages, cards, redemptions."""

from collections.abc import AsyncIterator

import pytest_asyncio

from bot.testing import World, world

PREFIX = {"discord": "!", "twitch": "!", "telegram": "/"}


@pytest_asyncio.fixture
async def w() -> AsyncIterator[World]:
    async with world("economy", "mirrors", "handlers") as one:
        yield one


async def test_a_keepsake_is_asked_for_listed_completed_and_opened(w: World) -> None:
    ada = w.discord.user("ada")
    asked = await ada.slash("vault put", name="poem")
    assert asked.modal is not None
    kept = await asked.submit(words="the canary sings")
    assert (kept.private, "Kept, encrypted" in kept.text) == (True, True)
    await ada.slash("vault put", name="Wifi", words="open sesame")
    assert (await ada.autocomplete("vault get", "name", name="po")).suggestions == ["poem"]
    assert (await w.discord.user("bob").autocomplete("vault get", "name", name="po")).suggestions == []
    opened = await (await ada.slash("vault list")).pick("poem")
    assert (opened.private, "the canary sings" in opened.text) == (True, True)


async def test_a_mistyped_keepsake_is_offered_in_private(w: World) -> None:
    for platform, prefix in PREFIX.items():
        ada = w.on(platform).user("ada")
        await ada.say(f"{prefix}vault put poem the canary of {platform}", private=True)
        offered = await ada.say(f"{prefix}vault get peom")
        assert offered.private
        assert "poem" in offered.buttons
        assert f"the canary of {platform}" in (await offered.press("poem")).text
        assert "no keepsake called zebra" in (await ada.say(f"{prefix}vault get zebra", private=True)).text


async def test_a_whisper_is_answered_in_a_form(w: World) -> None:
    cleo = w.discord.user("cleo")
    assert "No whisper is open" in (await cleo.slash("answer")).text
    asked = await (await cleo.slash("whisper")).press("Answer")
    assert asked.modal is not None
    kept = await asked.submit(answer="it was the sea")
    assert (kept.private, "of your codex" in kept.text) == (True, True)


async def test_a_whisper_is_answered_with_the_next_line(w: World) -> None:
    for platform, prefix in (("twitch", "!"), ("telegram", "/")):
        cleo = w.on(platform).user("cleo")
        whispered = await cleo.say(f"{prefix}whisper", private=True)
        assert whispered.buttons == ["Answer", "Skip"]
        await whispered.press("Answer")
        kept = await cleo.say("it was the sea", private=True)
        assert (kept.private, "of your codex" in kept.text) == (True, True)


async def test_somebody_is_blessed_from_the_menu(w: World) -> None:
    blessed = await w.discord.user("ada").menu("Bless", "bob")
    assert "is blessed with **1**" in blessed.text
    best = await w.discord.user("cleo").slash("top")
    assert [one["title"] for one in best.payload["embeds"]] == ["Most blessed here"]
    assert "1\\. " in best.text or "1. " in best.text


async def test_help_is_leafed_through(w: World) -> None:
    for platform, prefix in PREFIX.items():
        ada = w.on(platform).user("ada")
        first = await ada.say(f"{prefix}help", private=True)
        pages = first.text.rpartition("Page 1 of ")[2].split()[0].strip("*_")
        assert int(pages) > 1
        assert "bless" in first.text
        second = await first.press("Next")
        assert f"Page 2 of {pages}" in second.text
        assert second.private


async def test_help_tells_of_a_group(w: World) -> None:
    for platform, prefix in PREFIX.items():
        ada = w.on(platform).user("ada")
        told = (await ada.say(f"{prefix}help vault", private=True)).text
        assert "vault put" in told
        assert "bless" not in told
        assert "no command nothing" in (await ada.say(f"{prefix}help nothing", private=True)).text


async def test_a_whisper_is_redeemed(w: World) -> None:
    w.sandbox.twitch.reward("Whisper", 100)
    for name, whispers in (("bob", False), ("cleo", True)):
        person = w.twitch.user(name)
        if whispers:  # whoever never whispered to the bot cannot be whispered to, and is told where to ask
            await person.say("!ping", private=True)
        redeemed = await person.redeem("Whisper")
        assert redeemed.private is whispers
        assert ("Answer with" in redeemed.text) is whispers
        assert [wire.payload["status"] for wire in redeemed.requests if "redemptions" in wire.name] == ["FULFILLED"]
        asked_again = await person.say("!whisper", private=True)
        assert "This one is still open" in asked_again.text
