"""A plugin whose command has two effects and says which it was."""

from bot import App, Context, Message, User, command, t
from economy import Ledger
from tests.bot.plugin import put


@command
async def tally(ctx: Context, token: str, *, ledger: Ledger) -> Message:
    """Keep a token and give a blessing.

    Args:
        token: What is kept.
    """
    await ctx.write(put, token)
    receipt = await ledger.give(ctx, User(ctx.place.platform, "bank", "Bank"), 1)
    return Message(t("tallied {token}, {rest} left", token=token, rest=receipt.balance))


def setup(app: App) -> None:
    """Register it."""
    app.add(tally)
