"""Services: objects given by type to keyword-only parameters; for the whole app, or made anew for each invocation."""

from bot import App, Context, Message, command, tn


class Clockwork:
    """One for the whole app."""

    def __init__(self) -> None:
        self.turns = 0

    def turn(self) -> int:
        """Once more."""
        self.turns += 1
        return self.turns


class Visit:
    """One for each invocation."""

    def __init__(self, name: str) -> None:
        self.name = name


@command
async def clock(_ctx: Context, *, clockwork: Clockwork) -> Message:
    """Read the clock."""
    return Message(tn("One turn.", "{n} turns.", clockwork.turns))


@command
async def wind(_ctx: Context, *, clockwork: Clockwork, visit: Visit) -> Message:
    """Wind the clockwork."""
    return Message(tn("{who} turned it once.", "{who} turned it, {n} times in all.", clockwork.turn(), who=visit.name))


def setup(app: App) -> None:
    """Provide the services and register the command."""
    app.provide(Clockwork())
    app.provide_each(Visit, lambda ctx: Visit(ctx.author.name))
    app.service(Clockwork).turn()
    app.add(clock, wind)
