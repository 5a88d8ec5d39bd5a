"""grant, reverse: what those who run the bot do about blessings. Each is a transfer of its own; nothing is ever changed."""

from typing import Annotated

from annotated_types import Ge, Le, MaxLen

from bot import Context, Message, Rest, User, b, command, needs, t
from economy import Ledger
from economy.settings import MOST

Why = Annotated[str, Rest, MaxLen(200)]


@command(needs.operator, private=True)
async def grant(
    ctx: Context, to: User, amount: Annotated[int, Ge(1), Le(MOST)], why: Why = "", *, ledger: Ledger
) -> Message:
    """Make blessings for somebody, for those who run this bot.

    Args:
        to: Who receives them.
        amount: How many.
        why: The reason, which they read in their statement.
    """
    theirs = await ledger.grant(ctx, to, amount, why)
    text = t("{to} was granted {amount} ✦ and holds {balance} ✦.", to=b(to), amount=b(amount), balance=theirs.balance)
    return Message(text, private=True)


@command(needs.operator, private=True)
async def reverse(ctx: Context, transfer: Annotated[int, Ge(1)], why: Why = "", *, ledger: Ledger) -> Message:
    """Take a transfer back, for those who run this bot.

    Args:
        transfer: Its number, as statements show it.
        why: The reason, which both sides read in their statements.
    """
    made = await ledger.reverse(ctx, transfer, why)
    return Message(
        t("Transfer {number} is taken back by transfer {made}.", number=b(transfer), made=b(made)), private=True
    )
