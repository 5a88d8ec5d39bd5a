"""The public harness: what a bot's author writes, and what a reply tells."""

import asyncio
import json
import re
from typing import Any

import pytest

from bot.errors import SettingsError
from bot.sandbox.world import SandboxError, Wire
from bot.testing import World, world
from bot.testing.reading import seen, shown
from config.settings import Settings, WebSettings

PREFIX = {"discord": "!", "twitch": "!", "telegram": "/"}


async def _bless(w: World) -> None:
    for platform, prefix in PREFIX.items():
        reply = await w.on(platform).user("ada").say(f"{prefix}bless @bob 5 thank you")
        assert "is blessed with" in reply.text
        assert not reply.private
    reply = await w.discord.user("ada").slash("bless", to="bob", amount=5)
    assert reply.payload["content"] == reply.text
    assert "You keep 90" in reply.text
    reply = await w.telegram.user("ada").say("/balance", private=True)
    assert (reply.private, reply.payload["chat_id"]) == (True, "5101")
    with pytest.raises(SandboxError, match="mallory"):
        w.twitch.user("mallory")
    with pytest.raises(LookupError, match="no button 'Again'; there are none"):
        await reply.press("Again")


async def _buttons(w: World) -> None:
    for platform, prefix in PREFIX.items():
        ada = w.on(platform).user("ada")
        offered = await ada.say(f"{prefix}little offer")
        assert offered.buttons == ["First", "Again"]
        assert "kept as number" in (await offered.press("Again")).text
        second = await offered.press("First")
        if platform == "twitch":  # a choice has been made: its numbers mean nothing any more
            assert second.messages == []
        else:
            assert "kept as number" in second.text
        assert (await ada.say("only talk")).messages == []


async def test_what_an_author_writes() -> None:
    async with world("economy", "mirrors", "handlers") as w:
        await _bless(w)


async def test_buttons_are_pressed_everywhere() -> None:
    async with world("tests.bot.plugin") as w:
        await _buttons(w)


async def test_somebody_else_may_press_in_vain() -> None:
    async with world("tests.bot.plugin") as w:
        offered = await w.discord.user("ada").say("!little offer")
        refused = await offered.press("First", by=w.discord.user("bob"))
        assert refused.private
        assert "somebody else's" in refused.text


async def test_a_plugin_that_is_refused_fails_the_test() -> None:
    with pytest.raises(SettingsError, match=r"broken\.py:"):
        async with world("tests.bot.plugin", "tests.bot.broken"):
            pass


async def test_what_a_platform_does_not_have_is_refused() -> None:
    with pytest.raises(SandboxError, match="nobody can redeem on telegram"):
        async with world("tests.bot.plugin") as w:
            await w.telegram.user("ada").do("redeem", reward="Bless")


async def test_what_happens_on_a_platform_is_done_by_its_people() -> None:
    async with world("tests.bot.greeter") as w:
        assert (await w.twitch.user("cleo").do("follow")).text == "Welcome @cleo!"
        assert "12" in (await w.twitch.user("bob").raid(12)).text
        w.sandbox.twitch.reward("Bless", 100)
        redeemed = await w.twitch.user("bob").redeem("Bless", "with light")
        assert "blessed with light" in redeemed.text
        await w.telegram.user("cleo").do("leave")
        assert (await w.telegram.user("cleo").do("join")).text == "Welcome Cleo!"


async def test_what_a_platform_can_only_link_is_linked() -> None:
    public = Settings(discover=False, web=WebSettings(public="https://bot.example"))
    async with world("tests.bot.greeter", settings=public) as w:
        found = re.search(r"https://bot\.example/b/([\w-]{32})/dot\.png", (await w.twitch.user("ada").say("!dot")).text)
        assert found
        kept = await w.app.blobs.find(found[1])
        assert kept is not None
        assert (kept.type, kept.name) == ("image/png", "dot.png")
        assert "bot.example" not in str((await w.telegram.user("ada").say("/dot")).payload)


def _out(platform: str, name: str, payload: Any, **about: Any) -> Wire:
    return Wire(1, 0.0, platform, "out", name, payload, 200, None, about)


def test_a_message_is_as_it_was_last_edited() -> None:
    wires = [
        _out("discord", "POST /interactions/1/{token}/callback", {"type": 5}, message="7"),
        _out("discord", "PATCH /webhooks/9/{token}/messages/@original", {"content": "half"}, message="7"),
        _out("discord", "PATCH /webhooks/9/{token}/messages/@original", {"content": "whole"}, message="7"),
        _out("discord", "POST /webhooks/9/{token}?wait=true", {"content": "more"}, message="8", private_to="ada"),
    ]
    assert [(one.text, one.private) for one in seen(wires).messages] == [("whole", False), ("more", True)]


def test_what_a_platform_refused_was_not_seen() -> None:
    refused = _out("telegram", "sendMessage", {"text": "hello"})
    refused.status = 400
    assert seen([refused]).messages == []


def test_everything_that_discord_shows_is_read() -> None:
    payload = {
        "content": "hello",
        "embeds": [{"title": "Top", "description": "1. Bob", "fields": [{"name": "You", "value": "3rd"}], "footer": {"text": "x"}}],
        "components": [
            {"type": 1, "components": [{"type": 2, "label": "Go", "custom_id": "b1"}, {"type": 2, "label": "Site", "url": "https://x"}]},
            {"type": 1, "components": [{"type": 3, "custom_id": "s1", "options": []}]},
            {"type": 17, "components": [{"type": 10, "content": "deep"}]},
        ],
    }  # fmt: skip
    one = shown(_out("discord", "POST /channels/3/messages", payload))
    assert one is not None
    assert one.text == "hello\ndeep\nTop\n1. Bob\nYou: 3rd\nx"
    assert (one.buttons, one.selects) == ({"Go": "b1"}, ["s1"])


def test_what_is_no_message() -> None:
    answer, modal = (
        {"type": 8, "data": {"choices": [{"name": "Dawn", "value": "dawn"}]}},
        {"type": 9, "data": {"title": "Tell"}},
    )
    wires = [
        _out("discord", "POST /interactions/1/{token}/callback", answer),
        _out("discord", "POST /interactions/1/{token}/callback", modal),
        _out("discord", "PUT /channels/3/messages/4/reactions/%F0%9F%91%8D/@me", {}),
        _out("telegram", "setMessageReaction", {"reaction": json.dumps([{"type": "emoji", "emoji": "🔥"}])}),
        _out("telegram", "sendMessageDraft", {"text": "gro"}),
        _out("telegram", "answerCallbackQuery", {"callback_query_id": "1"}),
        _out("twitch", "PATCH /helix/channel_points/custom_rewards/redemptions", {"status": "FULFILLED"}),
    ]
    found = seen(wires)
    assert found.messages == []
    assert found.suggestions == ["dawn"]
    assert found.modal == {"title": "Tell"}
    assert found.reactions == ["👍", "🔥"]


def test_a_notice_is_for_one_person() -> None:
    one = shown(_out("telegram", "answerCallbackQuery", {"text": "That was chosen already."}))
    assert one is not None
    assert (one.text, one.private) == ("That was chosen already.", True)


def test_choices_of_twitch_are_its_buttons() -> None:
    line = {"message": "Which one? !1 The first · !2 Again, please"}
    one = shown(_out("twitch", "POST /helix/chat/messages", line))
    assert one is not None
    assert one.buttons == {"The first": "1", "Again, please": "2"}


def test_the_event_loop_of_a_test_is_enough() -> None:
    async def run() -> str:
        async with world("tests.bot.plugin") as w:
            return (await w.twitch.user("cleo").say("!note hi")).text

    assert "kept as number 1" in asyncio.run(run())
