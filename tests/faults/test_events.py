"""Every event delivered several times and in any order, over restarts and merges of people: the effects of each one, once."""

import asyncio
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec import structs

from bot.command import Invocation
from tests import servers
from tests.faults.stage import PACKAGES, PRICE, Stage, priced
from tests.faults.test_every_write import CHANCE

EXAMPLES = 5 + int(os.environ.get("SOULFRA_KILLS", "0")) // 2
WELCOME = 100
SCRIPT: dict[str, tuple[str, ...]] = {
    "1": ("ada", "bless @bob 5 well done"),
    "2": ("bob", "bless @cleo 7"),
    "3": ("cleo", "bless @ada 2", "telegram"),
    "4": ("ada", "daily", "telegram"),
    "5": ("bob", "daily"),
    "6": ("cleo", "vault put first some words", "telegram"),
    "7": ("ada", "vault put second more words"),
    "8": ("bob", "whisper"),
    "9": ("ada", "tally one"),
    "10": ("bob", "tally two"),
    "11": ("ada", "link {code}", "telegram"),
    "12": ("ada", "settings prefix ?"),
    "13": ("cleo", "{button}", "telegram"),
    "14": ("bob", "note hello"),
}
"""Their effects are the same in every order; ada of both platforms is one person from some moment on."""
DAILY = 20
ENDS = {
    ("ada", "twitch"): 2 * WELCOME - 5 + 2 + DAILY - 1 - PRICE,
    ("ada", "telegram"): 2 * WELCOME - 5 + 2 + DAILY - 1 - PRICE,
    ("bob", "twitch"): WELCOME + 5 - 7 + DAILY - 1 - PRICE,
    ("cleo", "twitch"): WELCOME + 7,
    ("cleo", "telegram"): WELCOME - 2,
}
COUNTS = {
    "SELECT count(*) FROM ledger_transfer WHERE reason = 'blessing'": 3 + 2,
    "SELECT count(*) FROM ledger_transfer WHERE kind = 'settle'": 2,
    "SELECT count(*) FROM ledger_hold WHERE state = 'pending'": 0,
    "SELECT count(*) FROM vault_record": 2,
    "SELECT count(*) FROM whisper": 1,
    "SELECT count(*) FROM person WHERE merged_into IS NOT NULL": 1,
    "SELECT count(*) FROM test_note": 4,
    "SELECT count(*) FROM remembered": 0,
    "SELECT count(*) FROM outbox WHERE state <> 'sent'": 0,
    "SELECT count(*) FROM inbox WHERE state <> 'done'": 0,
}

Order = Sequence[list[tuple[str, bool]]]
"""Lives, and the events that are delivered in each; True: only when the one before it has been dealt with."""


@pytest.fixture(scope="module")
def prices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        priced(tmp_path_factory.mktemp("prices"), patch)
        yield


async def _begun(stage: Stage) -> dict[str, str]:
    """Everybody has an account. What the script needs: a code to link with, and a button."""
    async with stage.life():
        for number, (user, platform) in enumerate(ENDS):
            await stage.say(f"90{number}", user, "balance", platform)
        code = CHANCE.findall(await stage.say("910", "ada", "link"))[0]
        assert "Which one" in await stage.say("911", "cleo", "little offer", "telegram")
    (button,) = stage.ask("SELECT id FROM button WHERE once = 1")
    stage.said.clear()
    return {"code": code, "button": button}


@pytest.fixture(scope="module")
def begun(prices: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A house on SQLite in which the script can be played."""
    data = tmp_path_factory.mktemp("events") / "data"
    with servers.lent(data, PACKAGES, "sqlite"):
        return data, asyncio.run(_begun(Stage(data)))


def _event(stage: Stage, id_: str, needs: dict[str, str]) -> Invocation:
    user, line, *platform = SCRIPT[id_]
    one = stage.event(id_, user, line.format(**needs), *platform, direct=not line.startswith("settings"))
    return structs.replace(one, kind="press", button=needs["button"], text="") if line == "{button}" else one


async def _played(stage: Stage, needs: dict[str, str], lives: Order) -> None:
    for events in lives:
        async with stage.life(quiet=False) as app:
            waits: list[asyncio.Future[Any]] = []
            for id_, after in events:
                if after:
                    await app.intake.quiet()
                waits.append(asyncio.ensure_future(app.intake.submit(_event(stage, id_, needs))))
            acceptances = await asyncio.gather(*waits)
            await app.intake.quiet()
            assert set(acceptances) <= {"accepted", "seen"}


async def _once(stage: Stage) -> None:
    """Everything has happened once, and was said once."""
    async with stage.life():
        assert {who: await stage.balance(*who) for who in ENDS} == ENDS
        await stage.audited()
    assert {query: stage.ask(query) for query in COUNTS} == {query: [count] for query, count in COUNTS.items()}
    assert stage.answers() == dict.fromkeys(SCRIPT, 1)


events = st.tuples(st.sampled_from(sorted(SCRIPT)), st.booleans())
every = st.permutations(sorted(SCRIPT)).flatmap(
    lambda ids: st.tuples(*(st.tuples(st.just(id_), st.booleans()) for id_ in ids)).map(list)
)


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """Two lives: in one of them, or in both, each event comes at least once, and some more often."""
    ids, more = draw(every), draw(st.lists(events, max_size=10))
    cut = draw(st.integers(0, len(ids)))
    again = draw(every)
    return [ids[:cut] + more, ids[cut:] + again]


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(lives=orders())
def test_whatever_the_order_and_however_often(
    begun: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory, lives: Order
) -> None:
    data, needs = begun
    stage = Stage(shutil.copytree(data, tmp_path_factory.mktemp("order") / "data"))

    async def run() -> None:
        await _played(stage, needs, lives)
        await _once(stage)

    asyncio.run(run())


async def test_on_postgresql_too(prices: None, tmp_path: Path) -> None:
    """The writes of different people run at the same time there."""
    with servers.lent(tmp_path, PACKAGES, "postgresql") as url:
        stage = Stage(tmp_path / "data", str(url))
        needs = await _begun(stage)
        backwards = [(id_, False) for id_ in reversed(SCRIPT)]
        await _played(stage, needs, [backwards[:8] + backwards[4:], backwards * 2])
        await _once(stage)


async def test_what_was_taken_in_is_known_though_it_would_be_refused_now(tmp_path: Path) -> None:
    """Its prefix, its command, its code, its button: what it needs is another now. It has said all it had to say."""
    stage = Stage(tmp_path / "data")
    async with stage.life():
        assert "?" in await stage.say("1", "ada", "settings prefix ?", direct=False)
        await stage.say("2", "ada", "frobnicate")
    async with stage.life() as app:
        again = stage.event("1", "ada", "settings prefix ?", direct=False)
        assert await app.intake.submit(again) == "seen"
        await app.unload("tests.faults.tally")
        assert await app.intake.submit(stage.event("3", "ada", "tally x")) == "refused"
        await app.intake.quiet()
    assert stage.answers() == {"1": 1, "2": 1, "3": 1}
