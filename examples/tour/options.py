"""Options: what a command can be given. One signature is a slash command, a menu entry and a line of chat."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Literal

from annotated_types import Ge, Le, MaxLen

from bot import App, Attachment, Channel, Context, Message, Rest, Role, User, command, t


class Mood(StrEnum):
    """A choice by name: handlers get the member."""

    CALM = "calm"
    STORM = "storm"


@command
async def brew(
    ctx: Context,
    tea: Literal["green", "black", "mint"],
    cups: Annotated[int, Ge(1), Le(6)] = 1,
    strength: Annotated[float, Ge(0), Le(1)] = 0.5,
    sugar: bool = False,
    mood: Mood = Mood.CALM,
    time: Annotated[timedelta, Le(timedelta(minutes=10))] = timedelta(minutes=3),
    note: Annotated[str, Rest, MaxLen(100)] = "",
) -> Message:
    """Make tea.

    Args:
        tea: Which one.
        cups: How many cups.
        strength: From 0 to 1.
        sugar: With sugar?
        mood: How you feel.
        time: How long it draws, as in 3m or 2m30s.
        note: Anything else.
    """
    del ctx
    return Message(
        t(
            "{cups} × {tea}, strength {strength}, sugar {sugar}, mood {mood}, {seconds} s. {note}",
            cups=cups,
            tea=tea,
            strength=strength,
            sugar=str(sugar),
            mood=mood.value,
            seconds=int(time.total_seconds()),
            note=note,
        )
    )


@command
async def invite(
    ctx: Context, guests: Annotated[list[User], MaxLen(5)], to: Channel | None = None, role: Role | None = None
) -> Message:
    """Invite some people.

    Args:
        guests: Whom; several, one after the other.
        to: The room, this one when none is named.
        role: For whom else it is open.
    """
    where = to.name if to else ctx.place.channel
    said = t(
        "{count} guests to {where}, open for {role}.", count=len(guests), where=where, role=role.name if role else "-"
    )
    return Message(said, *(t(" {guest}", guest=guest) for guest in guests))


@command(platforms=("discord", "telegram"))
async def weigh(ctx: Context, file: Attachment) -> Message:
    """Tell how large a file is. Twitch has no files: this command is not offered there.

    Args:
        file: The file.
    """
    data = await ctx.fetch(file)
    return Message(t("{name} has {size} bytes.", name=file.name, size=len(data)))


def setup(app: App) -> None:
    """Register the commands."""
    app.add(brew, invite, weigh)
