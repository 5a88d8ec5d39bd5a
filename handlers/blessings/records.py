"""statement, prices: what came and went, and what costs something."""

from collections.abc import Sequence
from typing import overload

from bot import Context, Message, Pages, b, code, command, t, when
from bot.command import Registry
from bot.languages import Languages
from bot.message import Part, Text
from bot.servers import Servers
from economy import Ledger, Prices
from economy.statement import Line

_LINES = 8
_PRICES = 20


class _Window(Sequence[Part]):
    """A long list of which one page is at hand: `lines`, which begin at `start`."""

    def __init__(self, lines: Sequence[Part], start: int, total: int) -> None:
        self._lines, self._start, self._total = lines, start, total

    def __len__(self) -> int:
        return self._total

    @overload
    def __getitem__(self, at: int) -> Part: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Part]: ...
    def __getitem__(self, at: int | slice) -> Part | Sequence[Part]:
        if isinstance(at, int):
            return self._lines[at - self._start]
        return self._lines[at.start - self._start : at.stop - self._start]


@command(private=True)
async def statement(ctx: Context, page: int = 1, *, ledger: Ledger) -> Message:
    """See where your blessings came from, and where they went.

    Args:
        page: Which page, the newest first.
    """
    page = max(page, 1)
    lines, total = await ledger.statement(ctx, page, _LINES)
    if total and not lines:  # there are not so many
        page = -(-total // _LINES)
        lines, total = await ledger.statement(ctx, page, _LINES)
    window = _Window([_shown(line) for line in lines], (page - 1) * _LINES, total)
    return Pages(window, _LINES).message(ctx.spec.path, page, title=t("Your blessings:"), private=True)


def _shown(line: Line) -> Text:
    """`2026-11-21 +5 ✦ from Bob (№ 12)`."""
    amount = f"{'+' if line.amount > 0 else '−'}{abs(line.amount)}"
    said = t(
        "{day} {amount} ✦ {what} № {number}",
        day=when(line.at, "date"),
        amount=b(amount),
        what=_what(line),
        number=line.id,
    )
    return t("{line}: “{note}”", line=said, note=line.note) if line.note else said


def _what(line: Line) -> Text:
    """Where it came from, or where it went."""
    kind, _, detail = line.reason.partition(":")
    if kind == "blessing":
        return t("from {name}", name=line.other) if line.amount > 0 else t("to {name}", name=line.other)
    if kind == "reward":
        return _REWARDS.get(detail, t("a reward"))
    return _REASONS.get(kind) or t("{reason}", reason=line.reason)


_REASONS = {
    "welcome": t("to welcome you"),
    "daily": t("of the day"),
    "price": t("for a command"),
    "merge": t("from your other self"),
    "grant": t("from those who run this bot"),
    "reversal": t("taken back"),
}
_REWARDS = {
    "followed": t("for following"),
    "joined": t("for joining"),
    "subscribed": t("for subscribing"),
    "gifted": t("for giving subscriptions"),
    "raided": t("for a raid"),
    "cheered": t("for bits"),
}


@command(name="prices", private=True)
async def prices(
    ctx: Context, page: int = 1, *, list_: Prices, registry: Registry, servers: Servers, languages: Languages
) -> Message:
    """See which commands cost something.

    Args:
        page: Which page.
    """
    said = languages.path
    lines = [
        t("{command} {price} ✦", command=code(said(spec.path, ctx.language)), price=b(price))
        for spec in registry
        if (price := list_.of(spec)) and not spec.hidden and servers.allowed(spec, ctx.place)
    ]
    if not lines:
        return Message(t("Nothing costs anything here."), private=True)
    return Pages(lines, _PRICES).message(ctx.spec.path, page, title=t("What costs something:"), private=True)
