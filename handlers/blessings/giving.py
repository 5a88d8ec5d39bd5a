"""bless, balance, daily, top."""

from typing import Annotated, Literal

from annotated_types import Ge, Le, MaxLen

from bot import Context, Message, Rest, User, b, card, command, i, limit, t, when
from bot.languages import Languages
from economy import Daily, Ledger, Levels

_TOP = 10
_GOLD = 0xD9A441
_CELLS = 10


@command(limit("60/minute"), menu="Bless")
async def bless(
    ctx: Context,
    to: User,
    amount: Annotated[int, Ge(1), Le(1000)] = 1,
    note: Annotated[str, Rest, MaxLen(200)] = "",
    *,
    ledger: Ledger,
    levels: Levels,
    languages: Languages,
) -> Message:
    """Bless somebody.

    Args:
        to: Who receives it.
        amount: How many blessings.
        note: A few words that go with it.
    """
    receipt = await ledger.give(ctx, to, amount)
    said = [t("{to} is blessed with {amount} ✦. You keep {rest} ✦.", to=b(to), amount=b(amount), rest=receipt.balance)]
    if note:
        said.append(t("\n“{note}”", note=i(note)))
    level = levels.reached(receipt.received, receipt.counted)
    if level is not None:
        name = languages.translate(ctx.language)(level.name)
        said.append(t("\n{to} has reached level {number}, {name}.", to=to, number=level.number, name=b(name)))
    return Message(*said)


@command(private=True)
async def balance(ctx: Context, *, ledger: Ledger, levels: Levels, languages: Languages) -> Message:
    """See how many blessings you hold, and your level."""
    mine = await ledger.account(ctx)
    level = levels.of(mine.received)
    said = languages.translate(ctx.language)
    filled = int(level.share * _CELLS)
    lines = [
        t("You hold {balance} ✦.", balance=b(mine.available)),
        t("\nLevel {number}, {name}", number=level.number, name=b(said(level.name))),
        t(" {bar}", bar="▰" * filled + "▱" * (_CELLS - filled)),
    ]
    if level.following is not None:
        lines.append(t("\n{missing} ✦ more lead to {name}.", missing=level.missing, name=said(level.following)))
    return Message(*lines, private=True)


@command
async def daily(ctx: Context, *, daily: Daily) -> Message:
    """Take the blessings of today; they grow with every day that you come."""
    claimed = await daily.claim(ctx)
    return Message(
        t(
            "{gained} ✦ for {who}, on day {streak} of a streak. You hold {balance} ✦. The next are due {when}.",
            gained=b(claimed.gained),
            who=b(ctx.author.name),
            streak=b(claimed.streak),
            balance=claimed.balance,
            when=when(claimed.due),
        )
    )


@command
async def top(ctx: Context, where: Literal["here", "everywhere"] | None = None, *, ledger: Ledger) -> Message:
    """See who has been blessed most.

    Args:
        where: In this server, or everywhere; in private it is everywhere.
    """
    here = where == "here" or (where is None and not ctx.place.direct)
    best = await ledger.top(ctx, _TOP, here)
    if not best:
        return Message(t("Nobody has been blessed yet."))
    lines = [
        t("{place}. {name}: {received} ✦", place=place, name=b(one.name), received=one.received)
        for place, one in enumerate(best, 1)
    ]
    title = t("Most blessed here") if here else t("Most blessed")
    return Message(card=card(title, *[part for line in lines for part in ("\n", line)][1:], colour=_GOLD))
