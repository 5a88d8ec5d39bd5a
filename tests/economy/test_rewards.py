"""Rewards and levels: once for each event, nothing for nobody, and only what was asked for is listened to."""

from bisect import bisect_right
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import App
from bot.command import ReplyHandle
from bot.events import AnyEvent, Cheered, Followed, Gifted, Joined, Raided, Subscribed
from bot.sandbox.offline import Offline
from bot.sandbox.world import World
from bot.testing import world
from bot.testing.template import prepare
from bot.users import Place, User
from config.load import load_data
from config.settings import Settings
from economy.ledger import balance_of
from economy.levels import Levels
from economy.rewards import subscribers
from economy.settings import EconomySettings, LevelSettings, RewardSettings, Step
from tests.economy.test_settings import changed, written

ROOM = Place("twitch", "100")
ADA = User("twitch", "7", "ada", "ada")
FEW = RewardSettings(followed=3, subscribed=50, gifted=20, raided=30, cheered=10, joined=4)


def event(kind: type[AnyEvent], id_: str, user: User | None = ADA, **more: object) -> AnyEvent:
    return kind(id=f"twitch:{id_}", place=ROOM, at=1, user=user, **more)


HAPPENED = [
    (event(Followed, "a"), 3),
    (event(Followed, "b"), 0),  # followed again
    (event(Joined, "c"), 4),
    (event(Joined, "d"), 0),
    (event(Subscribed, "e", tier=2), 50),
    (event(Subscribed, "f", months=7), 50),
    (event(Subscribed, "g", gifted=True), 0),
    (event(Gifted, "h", count=5), 100),
    (event(Raided, "i", viewers=100), 30),
    (event(Cheered, "j", bits=250), 25),
    (event(Cheered, "k", bits=9), 0),
    (event(Cheered, "l", None, bits=1000), 0),
    (event(Gifted, "m", None, count=9), 0),
]


def test_what_brings_nothing_is_not_listened_to() -> None:
    assert subscribers(RewardSettings()) == []
    assert len(subscribers(RewardSettings(raided=1, cheered=1))) == 2
    assert len(subscribers(FEW)) == 6


def rewarding(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What we ship, with these rewards and no welcome."""
    lines = "\n".join(f"{name} = {amount}" for name, amount in FEW.model_dump().items())
    before, _, after = changed("economy.toml", "welcome = 100", "welcome = 0").partition("[rewards]")
    written(
        folder, "economy.toml", f"{before}[rewards]\n{lines}\n[levels]{after.partition('[levels]')[2]}", monkeypatch
    )


async def test_each_event_is_rewarded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rewarding(tmp_path, monkeypatch)
    app = App(Settings(data=tmp_path / "data", plugins=["economy"], discover=False)).load()
    twitch = Offline("twitch", World())
    prepare(app)
    await app.start([twitch])
    try:
        assert {Followed, Joined, Subscribed, Gifted, Raided, Cheered} <= app.intake.watched()
        handle, sum_ = ReplyHandle("twitch", "1", ROOM.channel, ADA), 0
        for happened, amount in HAPPENED:
            for _ in range(2):  # delivered twice
                await app.intake.happened(happened, handle)
                await app.intake.quiet()
            sum_ += amount
            assert await app.store.read(balance_of, ADA) == sum_, happened
        assert twitch.sent == []
    finally:
        await app.stop()


async def test_twitch_is_asked_to_tell_of_it_and_the_statement_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rewarding(tmp_path, monkeypatch)
    async with world("economy", "mirrors", "handlers") as w:
        cleo = w.twitch.user("cleo")
        for happened in (await cleo.do("follow"), await cleo.cheer(250), await cleo.raid(12)):
            assert happened.text == ""
        said = (await cleo.say("!statement", private=True)).text
    assert ["+30 ✦ for a raid" in said, "+25 ✦ for bits" in said, "+3 ✦ for following" in said] == [True] * 3


# --- levels


LEVELS = load_data(EconomySettings, "economy.toml").levels


@given(st.integers(-100, 100_000))
def test_a_level_is_the_highest_that_was_reached(received: int) -> None:
    steps = LEVELS.steps
    level = Levels(LEVELS).of(received)
    assert level.number == max(1, bisect_right([step.at for step in steps], received))
    assert 0 <= level.share <= 1
    if level.following is None:
        assert (level.number, level.share) == (len(steps), 1)
    else:
        reached = Levels(LEVELS).of(received + level.missing)
        assert (reached.number, reached.name, reached.share == 0 or reached.following is None) == (
            level.number + 1,
            level.following,
            True,
        )
        assert Levels(LEVELS).of(received + level.missing - 1) != reached


@given(st.integers(0, 30_000), st.integers(0, 5_000))
def test_a_level_is_told_of_when_it_is_reached(before: int, gained: int) -> None:
    levels = Levels(LEVELS)
    then, now = levels.of(before), levels.of(before + gained)
    assert levels.reached(before + gained, gained) == (now if now.number > then.number else None)


def test_there_may_be_one_level_alone() -> None:
    only = Levels(LevelSettings(per_giver=1, steps=[Step(at=0, name="Here")])).of(50)
    assert (only.number, only.following, only.share) == (1, None, 1.0)
