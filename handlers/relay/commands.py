"""relay invite, join, leave, and what carries the talk across."""

from typing import Annotated

from annotated_types import MaxLen

from bot import Context, Message, attempts, b, code, command, needs, on, t, tn
from bot.events import Spoke
from handlers.relay import rooms
from handlers.relay.rooms import Rooms

_LONGEST = 2_000


@command(needs.moderator, needs.place("group", "channel"), private=True)
async def invite(ctx: Context, *, relay: Rooms) -> Message:
    """Get a code with which another room joins this one."""
    fresh = await ctx.write(rooms.invite, ctx.place)
    relay.joined(ctx.place)
    return Message(
        t(
            "The code is {code}. Within ten minutes, tell me {line} in a room on another platform. "
            "Everybody there will read what is said here, and the other way round.",
            code=code(fresh),
            line=code(t("relay join {code}", code=fresh)),
        )
    )


@command(needs.moderator, needs.place("group", "channel"), attempts("8/10 minutes"))
async def join(ctx: Context, token: Annotated[str, MaxLen(32)], *, relay: Rooms) -> Message:
    """Let this room and the one with the code hear each other.

    Args:
        token: The code you were given in the other room.
    """
    count = await ctx.write(rooms.join, ctx.place, token)
    relay.joined(ctx.place)
    return Message(
        tn(
            "From now on this room and one other hear each other.",
            "From now on this room and {n} others hear each other.",
            count,
        )
    )


@command(needs.moderator, needs.place("group", "channel"))
async def leave(ctx: Context, *, relay: Rooms) -> Message:
    """Take this room out of its relay."""
    await ctx.write(rooms.leave, ctx.place)
    relay.left(ctx.place)
    return Message(t("This room is on its own again."))


@on(Spoke)
async def mirror(ctx: Context, event: Spoke) -> Message | None:
    """Say in the other rooms what was said in this one."""
    if event.user is not None and event.text:
        line = Message(
            t(
                "{who} on {platform}: {text}",
                who=b(event.user.name),
                platform=event.place.platform.title(),
                text=event.text[:_LONGEST],
            )
        )
        await ctx.write(rooms.forward, event.place, line.to_json())
    return None
