"""settings: what moderators set for their server, by typing or by buttons."""

from typing import Annotated, Literal

from annotated_types import MaxLen

from bot import (
    App,
    Channel,
    Choice,
    Context,
    Message,
    Pages,
    Suggest,
    UserError,
    b,
    button,
    code,
    command,
    group,
    needs,
    select,
    t,
)
from bot.command import Group, Registry
from bot.languages import Languages, called, unknown
from bot.message import Button, Text
from bot.servers import ALWAYS, ANNOUNCEMENTS, CHANNEL, LANGUAGE, OFF, PREFIX, Server, Servers
from bot.users import Place
from handlers.naming import near

AUTO = "auto"
_PAGE = 20
_SHARED = (needs.moderator, needs.place("group", "channel"))


@command(*_SHARED)
async def show(ctx: Context, *, servers: Servers, languages: Languages) -> Message:
    """See what is set for this server, and change it."""
    server, place = servers.of(ctx.place), ctx.place
    everybody = t("what everybody reads")
    lines = [
        t("Prefix: {prefix}", prefix=code(servers.prefix(place))),
        t("\nLanguage: {language}", language=called(server.language) if server.language else everybody),
        t("\nAnnouncements: {where}", where=_room(place, server.announcements) if server.announcements else t("none")),
        t("\nI answer in: {where}", where=_rooms(place, server)),
        t("\nSwitched off: {commands}", commands=", ".join(sorted(server.off)) or t("nothing")),
    ]
    choices = [Choice(one, called(one)) for one in languages.codes] + [Choice(AUTO, everybody)]
    pick = select(t("Language"), "settings language", "language", choices[:25], once=False)
    return Message(b(t("Settings of this server")), "\n", *lines, selects=[pick], buttons=_ways(server), update=True)


def _ways(server: Server) -> list[Button]:
    ways = [button(t("Commands"), "settings commands", once=False)]
    if server.announcements:
        ways.append(button(t("No announcements"), "settings announcements", {"on": False}, once=False))
    else:
        ways.append(button(t("Announce here"), "settings announcements", once=False))
    return ways


def _room(place: Place, channel: str) -> Channel:
    return Channel(place.platform, channel, channel, place.server)


def _rooms(place: Place, server: Server) -> Text:
    """Every channel by name where the platform shows one."""
    first, *more = sorted(server.channels) or [""]
    if not first:
        return t("all channels")
    listed = t("{one}", one=_room(place, first))
    for channel in more:
        listed = t("{some}, {one}", some=listed, one=_room(place, channel))
    return listed


@command(*_SHARED, platforms=("discord", "twitch"))
async def prefix(ctx: Context, text: Annotated[str, MaxLen(10)], *, servers: Servers) -> Message:
    """Say what commands begin with here.

    Args:
        text: One to three signs, for example ? or !!
    """
    await servers.change(ctx, PREFIX, text.strip())
    return _changed(t("From now on commands begin with {prefix} here.", prefix=code(text.strip())))


@command(*_SHARED)
async def announcements(ctx: Context, channel: Channel | None = None, on: bool = True, *, servers: Servers) -> Message:
    """Choose the channel for announcements.

    Args:
        channel: Where they go; this channel when you do not say.
        on: No ends the announcements.
    """
    if not on:
        await servers.change(ctx, ANNOUNCEMENTS, None)
        return _changed(t("There are no announcements any more."))
    room = _own(ctx, channel)
    await servers.change(ctx, ANNOUNCEMENTS, room.id)
    return _changed(t("Announcements go to {channel}.", channel=room))


@command(*_SHARED, platforms=("discord",))
async def add(ctx: Context, channel: Channel, *, servers: Servers) -> Message:
    """Name a channel where I answer; in channels that are not named I am silent then.

    Args:
        channel: Where I answer.
    """
    room = _own(ctx, channel)
    await servers.change(ctx, CHANNEL + room.id, "")
    return _changed(t("I answer in {channel}.", channel=room))


@command(*_SHARED, platforms=("discord",))
async def remove(ctx: Context, channel: Channel, *, servers: Servers) -> Message:
    """Take a channel off the list; when none is left, I answer everywhere.

    Args:
        channel: Where I shall not answer.
    """
    await servers.change(ctx, CHANNEL + channel.id, None)
    if servers.of(ctx.place).channels:
        return _changed(t("I no longer answer in {channel}.", channel=channel))
    return _changed(t("No channel is named: I answer everywhere."))


@command(*_SHARED)
async def commands(ctx: Context, page: int = 1, *, servers: Servers, registry: Registry) -> Message:
    """See which commands are on and off.

    Args:
        page: Which page.
    """
    off, names = servers.of(ctx.place).off, _names(registry)
    pages = Pages([t("{sign} {name}", sign="✗" if one in off else "✓", name=code(one)) for one in names], _PAGE)
    page = min(max(page, 1), pages.count)
    shown = names[(page - 1) * _PAGE : page * _PAGE]
    message = pages.message("settings commands", page, title=t("Commands of this server"))
    picks = [
        ("off", t("Switch off"), [one for one in shown if one not in off]),
        ("on", t("Switch on"), [one for one in shown if one in off]),
    ]
    return message.replaced(
        selects=[
            select(hint, "settings command", "name", [Choice(one, one) for one in some], {"state": state}, once=False)
            for state, hint, some in picks
            if some
        ],
        buttons=[*message.buttons, _BACK],
    )


def _own(ctx: Context, channel: Channel | None) -> Channel:
    """A channel of this server, or the one this is said in. Raises `UserError`."""
    place = ctx.place
    if channel is None:
        return _room(place, place.channel)
    if channel.platform != place.platform or channel.server != place.server:
        raise UserError("That is no channel of this server.", code="other_server")
    return channel


def _names(registry: Registry) -> list[str]:
    """What can be switched off: commands, and groups as a whole."""
    paths = [spec for spec in registry if not (spec.subscriber or spec.path == ALWAYS or ALWAYS in spec.groups)]
    return sorted({name for spec in paths for name in (spec.path, *spec.groups)})


def _changed(text: Text) -> Message:
    return Message(text, buttons=[_BACK], update=True)


_BACK = button(t("All settings"), "settings show", once=False)


def _settings(registry: Registry, languages: Languages) -> Group:
    """The commands, two of which suggest what there is."""

    async def codes(_ctx: Context, typed: str) -> list[str]:
        return [one for one in (*languages.codes, AUTO) if one.startswith(typed.casefold())] or [*languages.codes, AUTO]

    async def names(_ctx: Context, typed: str) -> list[str]:
        return near(_names(registry), typed)

    @command(*_SHARED)
    async def language(ctx: Context, language: Annotated[str, Suggest(codes)], *, servers: Servers) -> Message:
        """Choose the language of what everybody here reads.

        Args:
            language: A code like de; auto for what each person reads.
        """
        wanted = language.casefold()
        if wanted == AUTO:
            await servers.change(ctx, LANGUAGE, None)
            languages.again(ctx)
            return _changed(t("Each answer is in the language of who asked."))
        found = next((one for one in languages.codes if one.casefold() == wanted), None)
        if found is None:
            raise unknown(language, languages.codes)
        await servers.change(ctx, LANGUAGE, found)
        languages.again(ctx)
        return _changed(t("From now on I speak {language} here.", language=b(called(found))))

    @command(*_SHARED, name="command")
    async def command_(
        ctx: Context, name: Annotated[str, Suggest(names)], state: Literal["on", "off"], *, servers: Servers
    ) -> Message:
        """Switch a command, or a whole group of them, on or off.

        Args:
            name: Its name; one of several words goes in quotes.
            state: On or off.
        """
        path = " ".join(name.casefold().split())
        if path not in _names(registry):
            raise UserError("I have no command {name} that can be switched off.", code="unknown", name=name[:64])
        await servers.change(ctx, OFF + path, None if state == "on" else "")
        text = "{name} is on again here." if state == "on" else "{name} is off here: I do not answer to it."
        return _changed(t(text, name=code(path)))

    channel = group("channel", "Where I answer.", add, remove)
    about = "What moderators set for this server."
    return group(ALWAYS, about, show, prefix, language, announcements, channel, commands, command_)


def setup(app: App) -> None:
    """Register the settings."""
    app.add(_settings(app.registry, app.languages))
