"""Commands about somebody or about a message: Discord's context menus; a reply with the command elsewhere."""

from bot import App, Context, Message, Said, User, command, quote, t


@command(menu="Greet")
async def greet(_ctx: Context, who: User) -> Message:
    """Greet somebody.

    Args:
        who: Whom.
    """
    return Message(t("Greetings, {who}.", who=who))


@command(menu="Remember this")
async def remember(_ctx: Context, what: Said) -> Message:
    """Repeat a message; reply to it with this command.

    Args:
        what: The message.
    """
    return Message(t("{who} said:\n", who=what.author), quote(what.text))


def setup(app: App) -> None:
    """Register the commands."""
    app.add(greet, remember)
