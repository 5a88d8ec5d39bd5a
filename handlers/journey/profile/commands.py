"""profile: what somebody says of themselves, wishes for and allows, on all their platforms."""

from typing import Annotated, Final, Literal

from annotated_types import MaxLen

from bot import Context, Message, Rest, Suggest, UserError, b, button, code, command, group, i, limit, t
from bot.command import Group
from bot.languages import Languages, called
from bot.message import Text
from bot.message.plain import short
from handlers.journey.profile import profile as profiles
from handlers.journey.profile.showing import AUTO, own, show, waking
from handlers.notices import NEVER, clock, zone_called, zones_like

_LONGEST: Final = 40
_LINE: Final = 200
_ASKED: Final = (
    "May your words leave this machine for the language model? If you agree, what you answer and ask, and what you wrote in "
    "your codex, can be sent to the model that this bot is set up with, to write your readings and to answer you. Without it "
    "everything works as well, and your words stay here. You end it whenever you want with {end}."
)
_BACK = button(t("Your profile"), "profile show", once=False)


@command(limit("20/minute"), private=True)
async def name(ctx: Context, name: Annotated[str, Rest, MaxLen(_LONGEST)] = "") -> Message:
    """Choose what I call you.

    Args:
        name: Your name; without one I call you what the platform does.
    """
    chosen = short(name, _LONGEST)
    await ctx.write(profiles.change, ctx.author, name=chosen)
    return _changed(t("I call you {name}.", name=b(chosen or ctx.author.name)))


@command(limit("20/minute"), private=True)
async def purpose(ctx: Context, words: Annotated[str, Rest, MaxLen(_LINE)] = "") -> Message:
    """Say what you are on your way for.

    Args:
        words: A sentence; without one the old one is taken away.
    """
    said = short(words, _LINE)
    await ctx.write(profiles.change, ctx.author, purpose=said)
    return _changed(t("Your purpose: {words}", words=i(said)) if said else t("Your profile tells no purpose."))


@command(limit("20/minute"), private=True)
async def offering(ctx: Context, words: Annotated[str, Rest, MaxLen(_LINE)] = "") -> Message:
    """Say what you have to give.

    Args:
        words: A sentence; without one the old one is taken away.
    """
    said = short(words, _LINE)
    await ctx.write(profiles.change, ctx.author, offering=said)
    return _changed(t("Your offering: {words}", words=i(said)) if said else t("Your profile tells no offering."))


@command(private=True)
async def hours(ctx: Context, hour: str, zone: Annotated[str, Rest, Suggest(zones_like)] = "") -> Message:
    """Choose the hour at which a whisper comes to you each day.

    Args:
        hour: A full hour, like 8 or 21:00; off ends it.
        zone: Your time zone, like Europe/Berlin.
    """
    if hour.casefold() == NEVER:
        await ctx.write(profiles.change, ctx.author, hour=None)
        return _changed(t("No whisper comes by itself any more."))
    at, named = _hour(hour), await zone_called(zone)
    known = named or (await ctx.read(own, ctx.author)).zone
    mine = await ctx.write(profiles.change, ctx.author, hour=at, zone=known)
    return _changed(t("A whisper comes to you each day: {hour}", hour=waking(mine)))


def _hour(text: str) -> int:
    """A full hour of the day. Raises `UserError`."""
    try:
        hour, minute = divmod(clock(text), 60)
    except UserError:
        minute = hour = -1
    if minute:
        line = code(t("profile hours 8 Europe/Berlin"))
        raise UserError("Say a full hour, from 0 to 23, for example: {line}", code="bad_hour", line=line)
    return hour


@command(private=True)
async def privacy(ctx: Context, who: Literal["me", "everybody"]) -> Message:
    """Choose who may look at your name, purpose and offering.

    Args:
        who: Everybody, or only you.
    """
    await ctx.write(profiles.change, ctx.author, public=who == "everybody")
    if who == "me":
        return _changed(t("Nobody but you sees your profile."))
    return _changed(t("Whoever asks sees your name, purpose and offering, and nothing else."))


@command(private=True)
async def model(ctx: Context, agree: bool | None = None) -> Message:
    """Choose whether your words may leave this machine for the language model.

    Args:
        agree: Yes, or no; without it I tell you what it means.
    """
    if agree is None:
        answers = [
            button(t("I agree"), "profile model", {"agree": True}, style="primary"),
            button(t("No"), "profile model", {"agree": False}),
        ]
        return Message(t(_ASKED, end=code(t("profile model no"))), private=True, buttons=answers)
    await ctx.write(profiles.change, ctx.author, model=agree)
    if agree:
        return _changed(t("Agreed. You end it with {end}.", end=code(t("profile model no"))))
    return _changed(t("Your words stay on this machine."))


def _changed(text: Text) -> Message:
    return Message(text, private=True, update=True, buttons=[_BACK])


def profile_of(languages: Languages) -> Group:
    """The commands, one of which suggests the languages that there are."""

    async def codes(_ctx: Context, typed: str) -> list[str]:
        return [one for one in (*languages.codes, AUTO) if one.startswith(typed.casefold())] or [*languages.codes, AUTO]

    @command(private=True)
    async def language(ctx: Context, language: Annotated[str, Suggest(codes)]) -> Message:
        """Choose your language, for all your platforms.

        Args:
            language: A code like de; auto for what the platform says.
        """
        wanted = language.casefold()
        found = next((one for one in languages.codes if one.casefold() == wanted), language)
        await languages.prefer(ctx, None if wanted == AUTO else found)
        if wanted == AUTO:
            return _changed(t("From now on I speak what the platform says."))
        return _changed(t("From now on I speak {language} with you.", language=b(called(found))))

    about = "What you set for yourself."
    return group("profile", about, show, language, name, purpose, offering, hours, privacy, model)
