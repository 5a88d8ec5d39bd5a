"""Later: a flow goes on after its command, over restarts; a notice finds a person wherever they are; a job is done at times."""

from datetime import timedelta
from typing import Annotated

from annotated_types import MaxLen

from bot import App, Context, Message, Rest, User, command, t
from bot.flows import Flows, Run
from bot.store import Store, Tx

TOPIC = "reminders"


def tell(tx: Tx, who: User, words: str) -> None:
    """In private, on the platform that they chose or used last, when it is not night for them."""
    tx.send(tx.person(who), Message(t("You wanted to think of this: {words}", words=words)), TOPIC)


async def ring(run: Run, who: User, pause: timedelta, words: str) -> None:
    """The flow: what was done is not done again, however often it is cut off."""
    await run.sleep(pause)
    await run.write(tell, who, words)


@command
async def remind(ctx: Context, after: timedelta, words: Annotated[str, Rest, MaxLen(200)], *, flows: Flows) -> Message:
    """Be reminded of something.

    Args:
        after: How long from now.
        words: Of what.
    """
    await flows.start(f"remind:{ctx.invocation.id}", ring, ctx.author, after, words)
    return Message(t("I shall tell you."))


class Cock:
    """Crows every morning."""

    mornings = 0

    async def crow(self, store: Store) -> None:
        """The job: once for all processes, at six in UTC. What it keeps, it writes with `store.write`."""
        del store
        self.mornings += 1


def setup(app: App) -> None:
    """Register the command, what it begins, what it tells of, and what is done at times."""
    app.add(remind)
    app.flow(ring)
    app.topic(TOPIC, t("Reminders that you asked for"))
    app.schedule("cock", "0 6 * * *", Cock().crow)
