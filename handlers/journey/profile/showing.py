"""profile show: everything for oneself, with ways to change it; for others what somebody shows."""

from typing import Final

from bot import Context, Message, User, UserError, b, button, command, i, t
from bot.languages import Languages, called
from bot.message import Button, Part, Text
from bot.store import Tx
from handlers.journey.profile.profile import Profile, read

AUTO: Final = "auto"
_MOST: Final = 20


@command(private=True)
async def show(ctx: Context, who: User | None = None, *, languages: Languages) -> Message:
    """See what I know of you, and change it; or what somebody else shows of themselves.

    Args:
        who: Whose profile; yours when you do not say.
    """
    if who is not None and who.key != ctx.author.key:
        return Message(*_theirs(who, await ctx.read(own, who)), private=True)
    mine, chosen = await ctx.read(own, ctx.author), languages.chosen(ctx.author)
    said = t("You are {who}.", who=b(mine.name or ctx.author.name))
    buttons = [*_choices(languages, chosen), *_ways(mine)]
    return Message(said, _spoken(ctx, chosen), *_lines(mine), private=True, update=True, buttons=buttons)


def own(tx: Tx, user: User) -> Profile:
    """Their profile."""
    return read(tx, tx.person(user))


def _theirs(who: User, found: Profile) -> list[Part]:
    """What others see. Whoever has no profile is not told from those who keep it to themselves. Raises `UserError`."""
    if not found.public:
        raise UserError("{who} shows no profile.", code="private", who=who.name)
    return [b(found.name or who.name), *_words(found)]


def _spoken(ctx: Context, chosen: str | None) -> Text:
    if chosen is None:
        return t("\nYour language is what {platform} says.", platform=ctx.author.platform.title())
    return t("\nYour language is {language}.", language=b(called(chosen)))


def _words(one: Profile) -> list[Part]:
    lines: list[Part] = []
    if one.purpose:
        lines.append(t("\nPurpose: {words}", words=i(one.purpose)))
    if one.offering:
        lines.append(t("\nOffering: {words}", words=i(one.offering)))
    return lines


def _lines(mine: Profile) -> list[Part]:
    return [
        *_words(mine),
        t("\nDaily whisper: {hour}", hour=waking(mine)),
        t("\nOthers may look at this.") if mine.public else t("\nNobody but you sees this."),
        t("\nYour words may go to the language model.") if mine.model else t("\nYour words stay on this machine."),
    ]


def waking(one: Profile) -> Text:
    """When the daily whisper comes."""
    return t("none") if one.hour is None else t("{hour}:00 ({zone})", hour=one.hour, zone=one.zone)


def _choices(languages: Languages, chosen: str | None) -> list[Button]:
    """Every other language, by its own name."""
    others = [one for one in languages.codes[:_MOST] if one != chosen]
    buttons = [button(called(one), "profile language", {"language": one}, once=False) for one in others]
    if chosen is not None:
        buttons.append(button(t("Automatic"), "profile language", {"language": AUTO}, once=False))
    return buttons


def _ways(mine: Profile) -> list[Button]:
    if mine.public:
        ways = [button(t("Keep it to myself"), "profile privacy", {"who": "me"}, once=False)]
    else:
        ways = [button(t("Show it to others"), "profile privacy", {"who": "everybody"}, once=False)]
    if mine.model:
        return [*ways, button(t("Keep my words here"), "profile model", {"agree": False}, once=False)]
    return [*ways, button(t("Language model"), "profile model", once=False)]
