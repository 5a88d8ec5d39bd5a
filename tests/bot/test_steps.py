"""`ctx.step`: once over crashes, and nothing that anybody would be told of as carried out."""

import asyncio

import pytest
import sqlalchemy as sa
from msgspec import structs

from bot.command import Invocation
from bot.context import Context
from bot.store.schema import remembered
from tests.bot.conftest import Kernel
from tests.bot.lives import HOUR, Ends, House, kill, said, state_of, until
from tests.bot.painter import Easel, Muse

LEFT = sa.select(sa.func.count()).select_from(remembered)


def thoughts(kernel: Kernel, about: str) -> int:
    """How often that was thought."""
    mark = kernel.app.service(Easel).folder / f"thought-{about}"
    return mark.stat().st_size if mark.exists() else 0


async def killed_after_its_step(house: House, **more: object) -> Invocation:
    async with house.life() as kernel:
        kernel.app.service(Muse).stops = asyncio.Event()
        one = structs.replace(kernel.line("!ponder rain"), **more)
        await kernel.app.intake.submit(one)
        async with asyncio.timeout(5):
            while await kernel.app.store.read(lambda tx: tx.execute(LEFT)) == [(0,)]:
                await asyncio.sleep(0.001)
        await kill(kernel)
    return one


async def test_it_is_read_by_the_run_that_follows(house: House) -> None:
    one = await killed_after_its_step(house)
    async with house.life() as kernel:
        assert said(kernel) == ["thought 1 of rain"]
        assert await kernel.notes() == ["rain 1"]
        assert thoughts(kernel, "rain") == 1
        assert await state_of(kernel, one.id) == "done"


async def test_who_comes_back_too_late_is_not_told_that_it_was_carried_out(house: House, ends: Ends) -> None:
    one = await killed_after_its_step(house)
    async with house.life(late=HOUR) as kernel:
        assert "came back too late" in said(kernel)[0]
        assert await state_of(kernel, one.id) == "expired"
    assert ends == [(one.id, False)]


async def test_a_step_alone_on_another_path_is_a_fault(house: House, ends: Ends) -> None:
    one = await killed_after_its_step(house)
    async with house.life(waits=False) as kernel:
        kernel.app.service(Muse).whim = "bow"
        await kernel.app.intake.quiet()
        assert "Something went wrong" in said(kernel)[0]
        assert (thoughts(kernel, "rain"), thoughts(kernel, "rainbow")) == (1, 0)
        assert await kernel.notes() == []
    assert ends == [(one.id, False)]


async def test_a_step_without_a_write_ends_like_anything_else(house: House) -> None:
    async with house.life() as kernel:
        assert await kernel.say("!ponder snow no") == "thought 1 of snow"
        assert await kernel.say("!ponder snow no") == "thought 2 of snow"
        assert await kernel.app.store.read(lambda tx: tx.execute(LEFT)) == [(0,)]


async def test_what_it_raises_is_the_handlers(house: House, ends: Ends) -> None:
    async with house.life() as kernel:
        assert "Something went wrong" in await kernel.say("!ponder nothing")
    assert [succeeded for _, succeeded in ends] == [False]


async def test_one_may_be_asked_after_it_and_not_while_suggesting(house: House) -> None:
    async with house.life() as kernel:
        await kernel.app.intake.submit(kernel.line("!inquire"))
        await until(lambda: bool(kernel.platform.asked))
        await kernel.app.intake.submit(kernel.line("seven"))
        await kernel.app.intake.quiet()
        assert said(kernel)[-1] == "asked for 1: seven"
        spec = kernel.app.intake.spec("ponder")
        assert spec is not None
        readonly = Context(kernel.line("!ponder rain"), spec, kernel.app.intake._house, readonly=True)
        with pytest.raises(RuntimeError, match="while suggesting"):
            await readonly.step(kernel.app.service(Muse).think, "rain")
