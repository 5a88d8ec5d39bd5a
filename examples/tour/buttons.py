"""Buttons and selects: stored command calls. They outlive restarts; where there are none, numbers are typed."""

from typing import Literal

from bot import App, Button, Choice, Context, Message, Select, button, command, select, t


def kick() -> Button:
    """Can be pressed for ten minutes."""
    return button(t("Kick it"), "enter", {"how": "loudly"}, style="danger", seconds=600)


def dishes() -> Select:
    """Anybody may pick two, as often as they like, for an hour."""
    offered = [Choice("soup", t("Soup"), t("hot")), Choice("bread", t("Bread"))]
    return select(
        t("Pick dishes"), "order", "dishes", offered, {"table": 7}, most=2, once=False, anyone=True, seconds=3600
    )


@command
async def door(_ctx: Context) -> Message:
    """Stand before a door."""
    return Message(
        t("A door."),
        buttons=[
            button(t("Open"), "enter", {"how": "softly"}, style="primary"),
            kick(),
            button(t("Knock"), "knock", once=False, anyone=True),
        ],
    )


@command
async def enter(_ctx: Context, how: Literal["softly", "loudly"]) -> Message:
    """Go through the door.

    Args:
        how: In which way.
    """
    return Message(t("You go in {how}.", how=how), update=True)


@command
async def knock(ctx: Context) -> Message:
    """Knock at the door."""
    return Message(t("{who} knocks.", who=ctx.author))


@command
async def menu(_ctx: Context) -> Message:
    """Read the menu."""
    return Message(t("What will it be?"), selects=[dishes()])


@command
async def order(_ctx: Context, table: int, dishes: list[str]) -> Message:
    """Order dishes.

    Args:
        table: Where you sit.
        dishes: Their names.
    """
    return Message(t("{dishes} for table {table}.", dishes=", ".join(dishes), table=table))


def setup(app: App) -> None:
    """Register the commands."""
    app.add(door, enter, knock, menu, order)
