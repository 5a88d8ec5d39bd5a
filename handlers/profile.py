"""profile: what somebody sets for themselves, on all their platforms."""

from typing import Annotated

from bot import App, Context, Message, Suggest, b, button, command, group, t
from bot.command import Group
from bot.languages import Languages, called
from bot.message import Button

AUTO = "auto"
_MOST = 20


@command(private=True)
async def show(ctx: Context, *, languages: Languages) -> Message:
    """See what I know of you, and choose your language."""
    chosen = languages.chosen(ctx.author)
    who = t("You are {who}.", who=b(ctx.author.name))
    if chosen is None:
        said = t("\nYour language is what {platform} says.", platform=ctx.author.platform.title())
    else:
        said = t("\nYour language is {language}.", language=b(called(chosen)))
    return Message(who, said, private=True, update=True, buttons=_choices(languages, chosen))


def _choices(languages: Languages, chosen: str | None) -> list[Button]:
    """Every other language, by its own name."""
    others = [one for one in languages.codes[:_MOST] if one != chosen]
    buttons = [button(called(one), "profile language", {"language": one}, once=False) for one in others]
    if chosen is not None:
        buttons.append(button(t("Automatic"), "profile language", {"language": AUTO}, once=False))
    return buttons


def _profile(languages: Languages) -> Group:
    """The commands, one of which suggests what there is."""

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
            text = t("From now on I speak what the platform says.")
        else:
            text = t("From now on I speak {language} with you.", language=b(called(found)))
        return Message(text, private=True, update=True, buttons=[button(t("Your profile"), "profile show", once=False)])

    return group("profile", "What you set for yourself.", show, language)


def setup(app: App) -> None:
    """Register the profile."""
    app.add(_profile(app.languages))
