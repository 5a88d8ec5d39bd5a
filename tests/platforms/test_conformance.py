"""One evening through the whole house on all platforms: every recorded payload is as the platforms describe theirs.

Twitch publishes no machine-readable description; its emulator checks what the bot sends.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.sandbox.sandbox import Happened
from bot.sandbox.world import Wire
from bot.store import Tx
from tests.house import House, opened
from tests.sandbox.discord import conformance as discord
from tests.sandbox.telegram.conformance import Conformance
from tests.sandbox.telegram.conformance import description as telegram_description

pytestmark = pytest.mark.asyncio(loop_scope="module")
PLATFORMS = ("discord", "twitch", "telegram")
DISCORD = {
    "MESSAGE_CREATE",
    "INTERACTION_CREATE",
    "PUT /applications/…/commands",
    "POST /channels/…/messages",
    "POST /users/@me/channels",
    "POST /interactions/…/…/callback",
    "POST /webhooks/…/…",
    "PATCH /webhooks/…/…/messages/@original",
}
TELEGRAM = {"message", "callback_query", "sendMessage", "answerCallbackQuery", "setMyCommands", "getChatAdministrators"}


async def _typed(house: House, platform: str) -> None:
    """What can be typed everywhere: in the room, in private, twice, wrong."""
    for line in (
        "ping",
        "bless @bob 5 thank you *very* much",
        "bless @bob 0",
        "help",
        "top",
        "vault put dawn a secret",
    ):
        await house.do(platform, "ada", line)
    for line in (
        "ping",
        "help",
        "help bless",
        "vault put dawn the canary sings",
        "vault get dawn",
        "vault list",
        "nosuch",
    ):
        await house.do(platform, "ada", line, private=True)
    await house.do(platform, "bob", "bless @ada 1", event_id="twice")
    await house.do(platform, "bob", "bless @ada 1", event_id="twice")
    await house.do(platform, "bob", "whisper")
    await house.do(platform, "bob", "link", private=True)


async def _pressed(house: House, platform: str) -> None:
    """A choice offered and taken, by its button or by its number; a second press comes too late."""
    asked = await house.do(platform, "cleo", "mirror spawn echo", private=True)
    if platform == "twitch":
        await house.do(platform, "cleo", "1", private=True)
        return
    for _ in range(2):
        await house.sandbox.press(platform, "cleo", _shown(asked), "I agree")


async def _slashed(house: House) -> None:
    """Discord's own form: in the room and in private, public and whispered answers, one refused, one of several pieces."""
    for private in (False, True):
        await house.sandbox.slash("ada", "bless", {"to": "bob", "amount": 2, "note": "by form"}, private=private)
        await house.sandbox.slash("ada", "bless", {"to": "ada"}, private=private)
        await house.sandbox.slash("ada", "vault put", {"name": "stars", "words": "*" * 1400}, private=private)
        await house.sandbox.slash("ada", "vault get", {"name": "stars"}, private=private)
        await house.sandbox.slash("ada", "help", {}, private=private)
    asked = await house.sandbox.slash("bob", "mirror spawn", {"name": "echo"})
    await house.sandbox.press("discord", "bob", _shown(asked), "I agree")


async def _late(house: House) -> None:
    """The store is busy for longer than Discord waits: the answer is announced, and filled in afterwards."""
    busy = house.app.store.write(_hold)
    await asyncio.gather(house.sandbox.slash("ada", "balance", {}), house.sandbox.slash("bob", "ping", {}), busy)


def _hold(_tx: Tx) -> None:
    time.sleep(2)


def _shown(happened: Happened) -> str:
    """The message of an answer."""
    return next(str(wire.about["message"]) for wire in happened.replies if wire.about.get("message"))


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def evening(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[list[Wire]]:
    """Everything that was on the wire."""
    async with opened(tmp_path_factory.mktemp("evening")) as house:
        for platform in PLATFORMS:
            await _typed(house, platform)
            await _pressed(house, platform)
        await _slashed(house)
        await _late(house)
        wires = house.sandbox.world.record.since(0)
    yield wires


def _kinds(wires: list[Wire], platform: str) -> set[str]:
    """The events that the platform sent, and the requests that it took, ids left out."""
    taken = (wire for wire in wires if wire.platform == platform and (wire.status or 0) < 300)
    return {re.sub(r"\d{17,}|\{token\}|%7Btoken%7D", "…", wire.name) for wire in taken}


def _within(wires: list[Wire]) -> list[Wire]:
    """Messages that an interaction carries: Discord describes these, not the interaction."""
    carriers = [wire for wire in wires if wire.name == "INTERACTION_CREATE" and "message" in wire.payload]
    return [Wire(one.seq, one.at, one.platform, "in", "MESSAGE_CREATE", one.payload["message"]) for one in carriers]


async def test_nothing_was_refused_but_private_words_to_strangers(evening: list[Wire]) -> None:
    """And private words to somebody who never wrote to the bot: the platforms' own answers to sound requests."""
    refused = {
        (wire.platform, wire.name.partition("?")[0], wire.status) for wire in evening if (wire.status or 0) >= 300
    }
    assert refused <= {("twitch", "POST /helix/whispers", 400), ("telegram", "sendMessage", 403)}


async def test_discord_payloads_are_as_described(evening: list[Wire]) -> None:
    if discord.description() is None:
        pytest.skip("no discord-openapi.json: SOULFRA_SPECS names its folder")
    assert _kinds(evening, "discord") >= DISCORD
    assert _within(evening)
    assert discord.violations([*evening, *_within(evening)]) == []


async def test_telegram_payloads_are_as_described(evening: list[Wire]) -> None:
    if not telegram_description().is_file():
        pytest.skip("no telegram-bot-api.json: SOULFRA_SPECS names its folder")
    assert _kinds(evening, "telegram") >= TELEGRAM
    assert Conformance.load().faults(evening) == []
