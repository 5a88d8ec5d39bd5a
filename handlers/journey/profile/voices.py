"""voice show, set, server: how people, and whole servers, want to be spoken to."""

from typing import Annotated, Final, Literal, TypeAlias, cast

from annotated_types import Ge, Le
from msgspec import structs

from bot import Context, Message, User, UserError, b, button, code, command, group, named, needs, t
from bot.message import Button, Text
from bot.store import Tx
from handlers.journey.profile import voice
from handlers.journey.profile.voice import AXES, POINTS, VOICES, WHOLE, Axis, Tone, nearest

What: TypeAlias = Literal["warm", "plain", "mystic", "warmth", "formality", "brevity", "mysticism", "emoji", "auto"]
Value: TypeAlias = Annotated[int, Ge(0), Le(WHOLE)]
AUTO: Final = "auto"


@command(private=True)
async def show(ctx: Context) -> Message:
    """See how I speak with you here, and change it."""
    return _spoken(await ctx.read(_tone, ctx.author, _home(ctx)))


@command(name="set", private=True)
async def set_(ctx: Context, what: What, value: Value | None = None) -> Message:
    """Choose how I speak with you, everywhere.

    Args:
        what: One of my voices, or one side of it; auto leaves it to the server.
        value: How much of that side, from 0 to 100.
    """
    await ctx.write(voice.set_person, ctx.author, _axes(what, value, t("voice set warmth 70")))
    return _spoken(await ctx.read(_tone, ctx.author, _home(ctx)))


@command(needs.moderator, needs.place("group", "channel"), private=True)
async def server(ctx: Context, what: What, value: Value | None = None) -> Message:
    """Choose how I speak with everybody here who has chosen nothing.

    Args:
        what: One of my voices, or one side of it; auto takes away what was chosen.
        value: How much of that side, from 0 to 100.
    """
    await ctx.write(voice.set_server, ctx.place.home, _axes(what, value, t("voice server warmth 70")))
    found = await ctx.read(voice.of_server, ctx.place.home)
    lead = t("With everybody here who has chosen nothing I speak like this: {voice}", voice=b(named(nearest(found))))
    return Message(lead, *_lines(found), private=True, update=True, buttons=_ways("voice server"))


def _home(ctx: Context) -> str:
    return "" if ctx.place.direct else ctx.place.home


def _tone(tx: Tx, user: User, home: str) -> Tone:
    return voice.tone(tx, tx.person(user), home)


def _spoken(tone: Tone) -> Message:
    lead = t("I speak with you like this: {voice}", voice=b(named(nearest(tone))))
    return Message(lead, *_lines(tone), private=True, update=True, buttons=_ways("voice set"))


def _lines(tone: Tone) -> list[Text]:
    """Each side of it, from 0 to 100."""
    found: dict[str, float] = structs.asdict(tone)
    return [t("\n{side}: {value}", side=named(axis), value=round(found[axis] * WHOLE)) for axis in AXES]


def _ways(path: str) -> list[Button]:
    """A button for each voice, and one back to what is usual."""
    voices = [button(named(one), path, {"what": one}, once=False) for one in VOICES]
    return [*voices, button(t("Automatic"), path, {"what": AUTO}, once=False)]


def _axes(what: What, value: int | None, example: Text) -> dict[Axis, int] | None:
    """What is to be set; None for nothing. Raises `UserError` for a side without a value."""
    if what == AUTO:
        return None
    if what in VOICES:
        return POINTS[what]
    if value is None:
        raise UserError("Say how much, from 0 to 100, for example: {line}", code="no_value", line=code(example))
    return {cast(Axis, what): value}


VOICE: Final = group("voice", "How I speak with you.", show, set_, server)
