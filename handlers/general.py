"""What every bot has: help, ping, and link, which makes one person of somebody's users on several platforms."""

from typing import Annotated

from annotated_types import MaxLen

from bot import App, Context, Message, UserError, attempts, b, code, command, t
from bot.command import Registry
from bot.identity import Identity
from bot.message import Text


@command
async def ping(ctx: Context) -> Message:
    """See whether I am awake."""
    return Message(t("Awake, {who}.", who=b(ctx.author)))


@command(name="help", private=True)
async def help_(_ctx: Context, about: Annotated[str, MaxLen(64)] = "", *, registry: Registry) -> Message:
    """See what I can do.

    Args:
        about: A command you want to know more of.
    """
    if about:
        return Message(*_details(registry, about))
    lines: list[Text] = [t("{command}  {about}\n", command=code(spec.path), about=spec.about) for spec in registry]
    return Message(t("What I can do:\n"), *lines)


def _details(registry: Registry, about: str) -> list[Text]:
    found = registry.find(about)
    if found is None:
        raise UserError("I have no command {about}.", about=about)
    spec, _ = found
    options = [t("\n{name}: {about}", name=code(option.name), about=option.about) for option in spec.options]
    return [t("{usage}\n{about}", usage=code(spec.usage), about=spec.about), *options]


@command(attempts("8/10 minutes"), private=True)
async def link(ctx: Context, token: Annotated[str, MaxLen(32)] = "", *, identity: Identity) -> Message:
    """Be one person on several platforms: ask for a code here, then give it there.

    Args:
        token: The code you were given on another platform.
    """
    if token:
        platform = await ctx.write(identity.redeem, ctx.author, token)
        return Message(t("Linked. You are now the same person here and on {platform}.", platform=b(platform.title())))
    fresh = await ctx.write(identity.issue, ctx.author)
    return Message(
        t(
            "Your code is {code}. Within ten minutes, tell me {line} on another platform.",
            code=code(fresh),
            line=code(f"link {fresh}"),
        )
    )


def setup(app: App) -> None:
    """Register the general commands."""
    app.add(ping, help_, link)
