"""bless, balance, top."""

from typing import Annotated

from annotated_types import Ge, Le, MaxLen

from bot import App, Context, Message, Rest, User, b, card, command, i, limit, t
from economy import Ledger

_TOP = 10
_GOLD = 0xD9A441


@command(limit("60/minute"), menu="Bless")
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
        t("{place}. {name}: {balance} ✦", place=place, name=b(one.name), balance=one.balance)
        for place, one in enumerate(best, 1)
    ]
    return Message(card=card(t("Most blessed"), *[part for line in lines for part in ("\n", line)][1:], colour=_GOLD))


def setup(app: App) -> None:
    """Register the blessings."""
    app.add(bless, balance, top)
