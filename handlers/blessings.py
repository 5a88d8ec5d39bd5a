"""bless, balance, top."""

from typing import Annotated

from annotated_types import Ge, Le, MaxLen

from bot import App, Context, Message, Rest, User, b, command, i, limit, t
from economy import Ledger

_TOP = 10


@command(limit("60/minute"))
async def bless(
    ctx: Context,
    to: User,
    amount: Annotated[int, Ge(1), Le(1000)] = 1,
    note: Annotated[str, Rest, MaxLen(200)] = "",
    *,
    ledger: Ledger,
) -> Message:
    """Bless somebody.

    Args:
        to: Who receives it.
        amount: How many blessings.
        note: A few words that go with it.
    """
    receipt = await ledger.give(ctx, to, amount)
    text = t("{to} is blessed with {amount} ✦. You keep {rest} ✦.", to=b(to), amount=b(amount), rest=receipt.balance)
    return Message(text, t("\n“{note}”", note=i(note))) if note else Message(text)


@command(private=True)
async def balance(ctx: Context, *, ledger: Ledger) -> Message:
    """See how many blessings you hold."""
    return Message(t("You hold {balance} ✦.", balance=b(await ledger.balance(ctx))), private=True)


@command
async def top(ctx: Context, *, ledger: Ledger) -> Message:
    """See who holds most blessings."""
    best = await ledger.top(ctx, _TOP)
    if not best:
        return Message(t("Nobody holds a blessing yet."))
    lines = [
        t("\n{place}. {name}: {balance} ✦", place=place, name=b(one.name), balance=one.balance)
        for place, one in enumerate(best, 1)
    ]
    return Message(t("Most blessed:"), *lines)


def setup(app: App) -> None:
    """Register the blessings."""
    app.add(bless, balance, top)
