"""Durable work in several steps, and what is done at times: a thin port over DBOS.

    async def bake(run: Run, person: int, loaves: int) -> int:
        await run.write(charge, person, loaves)                 # in our database: exactly once
        dough = await run.step(knead, loaves, tries=4)          # anything outside of it: at least once
        await run.sleep(timedelta(hours=1))                     # goes on where it was after a restart
        return await run.write(deliver, person, dough)

`app.flow(bake)` in `setup(app)`; then `await flows.start("bake:7", bake, person, 3)` with the service `Flows`.
"""

from bot.flows.flows import Flows
from bot.flows.model import Flow, FlowError, FlowFn, Job, Pace
from bot.flows.run import Run

__all__ = ["Flow", "FlowError", "FlowFn", "Flows", "Job", "Pace", "Run"]
