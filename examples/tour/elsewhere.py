"""Elsewhere: what is asked of another service once, whatever crashes, and a picture that comes when it is drawn."""

import base64

from bot import App, Context, Image, Message, command, t

MOON = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


async def look_up(day: int) -> str:
    """The almanac, which is another house: it is slow, it costs something, and it answers otherwise each time."""
    return "full" if day % 28 < 14 else "new"


async def draw(phase: str) -> bytes:
    """The drawing: what takes long is computed in a thread. Here it is small, and always the same."""
    del phase
    return MOON


@command
async def moon(ctx: Context, day: int = 1) -> Message:
    """See the moon of a day.

    Args:
        day: Which day of the year.
    """
    phase = await ctx.step(look_up, day)
    picture = Image(f"a {phase} moon", draw=f"moon:{phase}", name="moon.png")
    return Message(t("The moon is {phase}.", phase=phase), then=Message(images=[picture]))


def setup(app: App) -> None:
    """Register the command, and what it has drawn."""
    app.drawing("moon", draw)
    app.add(moon)
