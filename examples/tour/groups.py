"""Groups, groups in groups, other names, and commands that no menu shows."""

from bot import App, Context, Message, command, group, t


@command(aliases=("shelf open",))
async def look(_ctx: Context) -> Message:
    """See what is on the shelf."""
    return Message(t("A lamp and a key."))


@command
async def turn(_ctx: Context) -> Message:
    """Turn the key."""
    return Message(t("It clicks."))


@command(hidden=True)
async def xyzzy(_ctx: Context) -> Message:
    """Find what is in no list."""
    return Message(t("Nothing happens."))


def setup(app: App) -> None:
    """`shelf look`, `shelf key turn` and `xyzzy`."""
    app.add(group("shelf", "What is on the shelf.", look, group("key", "The key on the shelf.", turn)), xyzzy)
