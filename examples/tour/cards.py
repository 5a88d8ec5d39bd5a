"""Cards, pictures and files."""

import base64

from bot import App, Card, Context, Field, File, Image, Message, card, command, t

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@command
async def ticket(ctx: Context) -> Message:
    """Get a ticket."""
    return Message(
        card=card(
            t("Ticket"),
            t("For {who}.", who=ctx.author),
            fields={"Seat": "7", "Row": "C"},
            footer=t("Keep it."),
            colour=0x7A5CFF,
            thumbnail=Image("a green dot", DOT, name="dot.png"),
        )
    )


def seats() -> Card:
    """Fields that stand side by side where there is room."""
    return card(t("Seats"), fields=[Field(t("Left"), t("3"), inline=True), Field(t("Right"), t("4"), inline=True)])


@command
async def free(_ctx: Context) -> Message:
    """See which seats are free."""
    return Message(card=seats())


@command
async def album(_ctx: Context) -> Message:
    """See two pictures and take a file with you."""
    return Message(
        t("Two dots:"),
        images=[Image("a dot", DOT, name="one.png"), Image("another dot", DOT, name="two.png")],
        files=[File("dots.txt", b"two dots", alt="a list of dots")],
    )


@command
async def poster(_ctx: Context) -> Message:
    """See a picture and a file that are somewhere else."""
    return Message(
        t("The poster:"),
        images=[Image("a poster", url="https://example.org/poster.png", name="poster.png")],
        files=[File("map.pdf", url="https://example.org/map.pdf")],
    )


@command
async def herald(ctx: Context) -> Message:
    """Announce that you are here."""
    return Message(t("{who} is here!", who=ctx.author), announce=True)


def setup(app: App) -> None:
    """Register the commands."""
    app.add(ticket, free, album, poster, herald)
