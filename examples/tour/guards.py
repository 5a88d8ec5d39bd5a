"""Guards: who may, where, and how often."""

from bot import App, Context, Message, UserError, attempts, button, command, limit, needs, t


@command(needs.moderator, needs.place("group", "channel"))
async def sweep(_ctx: Context) -> Message:
    """Sweep the room; for moderators."""
    return Message(t("Swept."))


@command(needs.operator)
async def rest(_ctx: Context) -> Message:
    """Lay everything down; for operators of the bot."""
    return Message(t("Resting."))


@command(needs.role("vip", "keeper"))
async def balcony(_ctx: Context) -> Message:
    """Go up to the balcony; for some roles."""
    return Message(t("A fine view."))


@command(limit("2/minute"), limit("100/hour", per="place"), limit("1000/day", per="server"))
async def bell(_ctx: Context) -> Message:
    """Ring the bell; what is refused does not count."""
    return Message(t("Ding."))


@command(attempts("3/minute"), attempts("100/hour", per="place"))
async def lock(_ctx: Context, number: int) -> Message:
    """Try a number on the lock; every try counts.

    Args:
        number: Of three digits.
    """
    if number != 417:
        raise UserError("Not {number}.", number=number, buttons=[button(t("Ask the bell"), "bell")])
    return Message(t("It opens."))


def setup(app: App) -> None:
    """Register the commands."""
    app.add(sweep, rest, balcony, bell, lock)
