"""Pages: a long list, shown in place."""

from bot import App, Context, Message, Pages, command, t

ROOMS = Pages([t("Room {n}", n=n) for n in range(1, 26)], per_page=10)


@command
async def rooms(ctx: Context, page: int = 1) -> Message:
    """See all rooms.

    Args:
        page: Which page.
    """
    return ROOMS.message(ctx.spec.path, page, title=t("The house has these rooms:"))


@command
async def steps(ctx: Context, to: int, page: int = 1) -> Message:
    """Count steps, for yourself alone; every page keeps what it was asked for.

    Args:
        to: How many.
        page: Which page.
    """
    found = Pages([str(n) for n in range(1, to + 1)], per_page=5)
    title = t("{to} steps on {pages} pages", to=to, pages=found.count)
    return found.message(ctx.spec.path, page, {"to": to}, title, private=True)


def setup(app: App) -> None:
    """Register the command."""
    app.add(rooms, steps)
