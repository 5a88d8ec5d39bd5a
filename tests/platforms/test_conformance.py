"""One evening through the whole house on all platforms: every recorded payload is as the platforms describe theirs.

Twitch publishes no machine-readable description; its emulator checks what the bot sends.
"""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio

from bot.sandbox.sandbox import Happened
from bot.sandbox.world import Wire
from bot.testing import Upload
from tests import servers
from tests.house import House, opened
from tests.platforms.tour import Scene, scene, touring
from tests.sandbox.discord import conformance as discord
from tests.sandbox.telegram.conformance import Conformance
from tests.sandbox.telegram.conformance import description as telegram_description

NOTE = Upload("note.txt", b"12345", "text/plain")
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
DISCORD_TOUR = {
    "MESSAGE_CREATE",
    "MESSAGE_REACTION_ADD",
    "GUILD_MEMBER_ADD",
    "INTERACTION_CREATE",
    "POST /channels/…/messages",
    "PATCH /channels/…/messages/…",
    "POST /interactions/…/…/callback",
}
TELEGRAM_TOUR = {
    "message",
    "callback_query",
    "inline_query",
    "message_reaction",
    "sendMessage",
    "sendMediaGroup",
    "sendDocument",
    "editMessageText",
    "setMessageReaction",
    "answerInlineQuery",
    "answerCallbackQuery",
    "getFile",
}


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
    with _busy(house.app.database) as let_go:
        asyncio.get_running_loop().call_later(2, let_go)
        await asyncio.gather(house.sandbox.slash("ada", "balance", {}), house.sandbox.slash("bob", "ping", {}))


@contextmanager
def _busy(where: Path | str) -> Iterator[Callable[[], None]]:
    """Nothing can be accepted until what this gives is called."""
    other = psycopg.connect(where) if isinstance(where, str) else sqlite3.connect(where, isolation_level=None)
    with closing(other):
        other.execute("LOCK TABLE inbox" if isinstance(where, str) else "BEGIN IMMEDIATE")
        yield other.rollback


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


async def _toured(there: Scene) -> None:
    """Looks, cards, albums, files, edits, reactions, people who come and go."""
    for line in ("looks", "ticket", "herald", "bake", "tell", "wave", "lamps 3"):
        await there.do("ada", line)
    bowed = await there.do("ada", "bow")
    if there.platform != "twitch":
        await there.do("ada", "album")
        await there.do("ada", "weigh", files=[NOTE])
        await there.person("bob").do("react", message=bowed.messages[0].message, emoji="👍")
        await there.person("cleo").do("leave", channel=there.room)
        await there.person("cleo").do("join", channel=there.room)


async def _pressed_on_tour(there: Scene) -> None:
    """Pages and buttons, shown in place."""
    await (await there.do("ada", "rooms")).press("Next")
    await (await there.do("ada", "door")).press("Open")


async def _toured_discord(there: Scene) -> None:
    """What only Discord has: modals, completion, menus, selects."""
    ada = there.world.discord.user("ada")
    await (await ada.slash("travel")).submit(name="Frodo", days="0")
    await (await (await ada.say("!travel")).press("Answer")).submit(name="Frodo", days="3")
    await (await ada.slash("ferry")).submit(answer="left")
    await ada.slash("pack", thing="rope", weight=3)
    await ada.autocomplete("star", "name", name="al")
    await ada.slash("star", name="Vega")
    await ada.slash("weigh", file=NOTE)
    await ada.slash("brew", tea="mint", cups=2, strength=0.25, sugar=True, mood="storm", time="2m")
    for line in ("looks", "ticket", "album", "bake", "tell", "wave", "rooms", "profile show"):
        await ada.slash(line)
    await ada.menu("Greet", "bob")
    await ada.menu("Remember this", (await there.person("cleo").say("the moon is up")).sent["id"])
    await (await ada.slash("menu")).pick("soup")


async def _toured_telegram(there: Scene) -> None:
    """What only Telegram has: forced replies, drafts, inline mode, deep links."""
    ada = there.world.telegram.user("ada")
    await there.do("ada", "travel")
    await there.say("ada", "Frodo")
    await there.say("ada", "3")
    await (await there.do("ada", "ferry")).press("left")
    for line in ("/tell", "/bake", "/album", "/menu", "/profile show"):
        await ada.say(line, private=True)
    await ada.inline("weather Rome")
    await ada.inline("nothing")
    await ada.start("weather-Rome")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def round_trip(evening: list[Wire]) -> AsyncIterator[list[Wire]]:
    """Everything that was on the wire of the tour; the evening is over by then, since the addresses belong to the process."""
    assert evening
    with servers.another():
        async with touring() as w:
            for platform in PLATFORMS:
                await _toured(scene(w, platform))
                await _pressed_on_tour(scene(w, platform))
            await _toured_discord(scene(w, "discord"))
            await _toured_telegram(scene(w, "telegram"))
            yield w.sandbox.world.record.since(0)


def _kinds(wires: list[Wire], platform: str) -> set[str]:
    """The events that the platform sent, and the requests that it took, ids left out."""
    taken = (wire for wire in wires if wire.platform == platform and (wire.status or 0) < 300)
    return {re.sub(r"\d{17,}|\{token\}|%7Btoken%7D", "…", wire.name) for wire in taken}


def _within(wires: list[Wire]) -> list[Wire]:
    """Messages that an interaction carries: Discord describes these, not the interaction."""
    carriers = [wire for wire in wires if wire.name == "INTERACTION_CREATE" and "message" in wire.payload]
    return [Wire(one.seq, one.at, one.platform, "in", "MESSAGE_CREATE", one.payload["message"]) for one in carriers]


async def test_nothing_was_refused_but_private_words_to_strangers(evening: list[Wire]) -> None:
    """The platforms' own answers to sound requests: to strangers, and to a whisper that comes a moment too early."""
    refused = {
        (wire.platform, wire.name.partition("?")[0], wire.status) for wire in evening if (wire.status or 0) >= 300
    }
    whisper = "POST /helix/whispers"
    assert refused <= {("twitch", whisper, 400), ("twitch", whisper, 429), ("telegram", "sendMessage", 403)}


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


async def test_the_tour_is_refused_nothing(round_trip: list[Wire]) -> None:
    refused = {
        (wire.platform, wire.name.partition("?")[0], wire.status) for wire in round_trip if (wire.status or 0) >= 300
    }
    assert refused <= {("twitch", "POST /helix/whispers", 429)}


async def test_the_tour_is_as_discord_describes(round_trip: list[Wire]) -> None:
    if discord.description() is None:
        pytest.skip("no discord-openapi.json: SOULFRA_SPECS names its folder")
    kinds = _kinds(round_trip, "discord")
    assert kinds >= DISCORD_TOUR, DISCORD_TOUR - kinds
    assert {4, 7, 8, 9} <= {wire.payload["type"] for wire in round_trip if wire.name.endswith("/callback")}
    assert discord.violations([*round_trip, *_within(round_trip)]) == []


async def test_the_tour_is_as_telegram_describes(round_trip: list[Wire]) -> None:
    if not telegram_description().is_file():
        pytest.skip("no telegram-bot-api.json: SOULFRA_SPECS names its folder")
    kinds = _kinds(round_trip, "telegram")
    assert kinds >= TELEGRAM_TOUR, TELEGRAM_TOUR - kinds
    assert Conformance.load().faults(round_trip) == []
