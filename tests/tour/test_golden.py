"""The tour is played on every platform: what the bot says on the wire is what tests/tour/golden holds.

`SOULFRA_GOLDEN=write pytest tests/tour` writes the transcripts anew; read the difference before it is kept. Ids, times and
whatever else is random are named after the order in which they show.
"""

import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.sandbox.sandbox import shows
from bot.sandbox.world import PLATFORMS, Channel, Wire
from bot.sandbox.world import World as Town
from bot.testing import world
from config.settings import Settings, WebSettings
from examples import tour
from tests.sandbox.discord import conformance as discord
from tests.sandbox.telegram.conformance import Conformance
from tests.sandbox.telegram.conformance import description as telegram_description
from tests.tour.noting import Noting, named, requests, transcript
from tests.tour.scripts import SCRIPTS, Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")
GOLDEN = Path(__file__).parent / "golden"
WRITING = os.environ.get("SOULFRA_GOLDEN") == "write"
SAYS_NOTHING = {"pages_on_the_web"}
REWARDS = ("Candle", "Wish")
START = {"discord": "PUT ", "twitch": "POST /helix/eventsub", "telegram": "setMy"}


class Tour:
    """What came of it: transcripts by platform and concept, the commands there were, and the wire."""

    def __init__(self) -> None:
        self.told: dict[tuple[str, str], Any] = {}
        self.commands: dict[str, list[str]] = {}
        self.wires: list[Wire] = []
        self.mounts: list[str] = []


def _town() -> Town:
    town = Town()
    town.channels["telegram"] += [
        Channel("telegram", str(-1_001_000_000_100 - n), f"tour {concept}") for n, concept in enumerate(SCRIPTS)
    ]
    return town


def _names(town: Town) -> dict[str, str]:
    """Ids of the world, by what they are ids of."""
    people = {id_: f"<{human.name}>" for human in town.people.values() for id_ in human.ids.values()}
    rooms = {one.id.removeprefix("-"): f"<{one.name}>" for each in town.channels.values() for one in each}
    servers = {one.server: f"<{one.name}'s server>" for one in town.channels["discord"] if one.server}
    return {**people, **rooms, **servers}


def _started(wires: list[Wire], platform: str, names: dict[str, str]) -> Any:
    """What a platform was told before anything happened, in no order."""
    told = [one for one in wires if (one.platform, one.direction) == (platform, "out")]
    found = requests(one for one in told if one.name.startswith(START[platform]))
    return named(sorted(found, key=lambda one: json.dumps(one, sort_keys=True)), names)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def toured() -> AsyncIterator[Tour]:
    """Everything is played once."""
    told, sandbox = Tour(), Noting(_town())
    await sandbox.start()
    sandbox.twitch.people.bot_moderates = sandbox.telegram.rooms.administrator = True
    for reward in REWARDS:
        sandbox.twitch.reward(reward, 100)
    settings = Settings(discover=False, web=WebSettings(public="https://bot.example"))
    try:
        async with world("examples.tour", settings=settings, sandbox=sandbox) as w:
            names = _names(sandbox.world)
            for platform in PLATFORMS:
                told.told[platform, "start"] = _started(sandbox.world.record.since(0), platform, names)
                told.commands[platform] = [spec.path for spec in w.app._specs(platform)]
                sandbox.room = None
                for name in sandbox.world.people:
                    await Stage(w, platform).say("whoami", by=name, private=True)
                for concept, script in SCRIPTS.items():
                    sandbox.room, sandbox.steps = f"tour {concept}", []
                    await script(Stage(w, platform))
                    told.told[platform, concept] = transcript(sandbox.steps, names)
            told.mounts = list(w.app.mounts)
            told.wires = sandbox.world.record.since(0)
    finally:
        await sandbox.stop()
    yield told


@pytest.mark.parametrize("concept", ["start", *SCRIPTS])
@pytest.mark.parametrize("platform", PLATFORMS)
async def test_the_wire_is_as_it_was(toured: Tour, platform: str, concept: str) -> None:
    file = GOLDEN / platform / f"{concept}.json"
    text = json.dumps(toured.told[platform, concept], ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if WRITING:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8"), "look at the difference; SOULFRA_GOLDEN=write keeps it"


async def test_every_concept_is_played(toured: Tour) -> None:
    assert {one.__name__.rpartition(".")[2] for one in tour.FEATURES} == SCRIPTS.keys() | SAYS_NOTHING
    assert toured.mounts == ["/tour"]
    kept = {str(one.relative_to(GOLDEN).with_suffix("")) for one in GOLDEN.rglob("*.json")}
    assert kept == {f"{platform}/{concept}" for platform, concept in toured.told}


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_every_command_is_asked_for(toured: Tour, platform: str) -> None:
    typed = [
        step["does"].get("text", "")[1:]
        for (where, concept), steps in toured.told.items()
        if where == platform and concept != "start"
        for step in steps
    ]
    assert [path for path in toured.commands[platform] if not any(line.startswith(path) for line in typed)] == []


async def test_every_answer_is_one(toured: Tour) -> None:
    """Nothing fails, and who asks is answered."""
    text = json.dumps(list(toured.told.values()))
    assert "Something went wrong" not in text
    assert all(one.status is None or one.status < 500 for one in toured.wires if shows(one))


async def test_discord_payloads_are_as_described(toured: Tour) -> None:
    if discord.description() is None:
        pytest.skip("no discord-openapi.json: SOULFRA_SPECS names its folder")
    assert discord.violations(toured.wires) == []


async def test_telegram_payloads_are_as_described(toured: Tour) -> None:
    if not telegram_description().is_file():
        pytest.skip("no telegram-bot-api.json: SOULFRA_SPECS names its folder")
    assert Conformance.load().faults(toured.wires) == []
