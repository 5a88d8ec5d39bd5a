"""Killed when the platform has the answer and we have not noted that: the one place where an answer may be sent twice."""

from pathlib import Path

import pytest

from config.settings import Settings
from tests.faults.lives import Lives
from tests.faults.test_kill_platforms import sections
from tests.faults.test_platforms_failing import WAYS, House, peopled
from tests.servers import used


@pytest.mark.parametrize("way", WAYS)
async def test_the_effect_is_there_once_and_so_is_the_answer_where_the_platform_knows_it_again(
    lives: Lives, tmp_path: Path, way: str
) -> None:
    async with peopled() as sandbox:
        house = House(tmp_path / "data", sandbox, {}, used(tmp_path / "data"))
        settings = sections(sandbox.settings(Settings(data=house.data)))
        async with lives.begin("platforms", house.data, settings=settings, dies_sending=True) as life:
            await life.until("ready")
            await house.says(way, house.somebody(way), "once")
            lines = await life.rest()
            assert ["ended"] not in lines
        assert len(house.shown("once")) == 1
        assert house.states("once") == ["pending"]
        async with lives.begin("platforms", house.data, settings=settings) as life:
            await life.until("ready")
            told = (await life.end())[-2]
        assert told[0] == "state"
        assert told[1].items() >= {"accepted": 1, "finished": 1, "delivered": 1, "ledger_sum": 0}.items()
        assert house.states("once") == ["sent"]
        assert len(house.shown("once")) == (1 if way.startswith("discord") else 2)
        assert house.ask("SELECT count(*) FROM ledger_transfer WHERE reason = 'blessing'") == [1]
