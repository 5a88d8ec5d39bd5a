"""What every bot has: help, ping, and link, which makes one person of somebody's users on several platforms."""

from typing import Annotated

from annotated_types import MaxLen

from bot import App, Context, Message, Pages, UserError, attempts, b, code, command, t
from bot.command import CommandSpec, Registry
from bot.identity import Identity
from bot.languages import Languages
from bot.servers import Servers

_PAGE = 20


@command
async def ping(ctx: Context) -> Message:
    """See whether I am awake."""
    return Message(t("Awake, {who}.", who=b(ctx.author)))


@command(name="help", private=True)
async def help_(
    ctx: Context,
    about: Annotated[str, MaxLen(64)] = "",
    page: int = 1,
    *,
    registry: Registry,
    languages: Languages,
    servers: Servers,
) -> Message:
    """See what I can do.

    Args:
        about: A command or group you want to know more of.
        page: Which page of the list.
    """
    said = languages.translate(ctx.language)
    if about and (found := registry.find(about)):
        spec, _ = found
        usage = _called(spec, ctx, registry, languages) + spec.usage.removeprefix(spec.path)
        options = [t("\n{name}: {about}", name=code(one.name), about=said(one.about)) for one in spec.options]
        return Message(t("{usage}\n{about}", usage=code(usage), about=said(spec.about)), *options)
    lines = [
        t("{command}  {about}", command=code(_called(spec, ctx, registry, languages)), about=said(spec.about))
        for spec in registry
        if _offered(spec, ctx, servers) and (not about or spec.path.startswith(f"{about.strip().casefold()} "))
    ]
    if not lines:
        raise UserError("I have no command {about}.", about=about)
    return Pages(lines, _PAGE).message("help", page, {"about": about}, title=t("What I can do:"), private=True)


def _called(spec: CommandSpec, ctx: Context, registry: Registry, languages: Languages) -> str:
    """Its name in the reader's language, unless that is another's."""
    name = languages.path(spec.path, ctx.language)
    found = registry.find(name)
    return name if found and found[0] is spec else spec.path


def _offered(spec: CommandSpec, ctx: Context, servers: Servers) -> bool:
    """Can it be asked for here?"""
    if spec.hidden or spec.subscriber or (spec.platforms and ctx.place.platform not in spec.platforms):
        return False
    return servers.allowed(spec, ctx.place)


@command(attempts("8/10 minutes"), private=True)
async def link(
    ctx: Context, token: Annotated[str, MaxLen(32)] = "", *, identity: Identity, languages: Languages
) -> Message:
    """Be one person on several platforms: ask for a code here, then give it there.

    Args:
        token: The code you were given on another platform.
    """
    if token:
        platform = await ctx.write(identity.redeem, ctx.author, token)
        await languages.follow(ctx)
        return Message(t("Linked. You are now the same person here and on {platform}.", platform=b(platform.title())))
    fresh = await ctx.write(identity.issue, ctx.author)
    return Message(
        t(
            "Your code is {code}. Within ten minutes, tell me {line} on another platform.",
            code=code(fresh),
            line=code(t("link {code}", code=fresh)),
        )
    )


def setup(app: App) -> None:
    """Register the general commands."""
    app.add(ping, help_, link)
