"""notify and inbox: what people are told without asking, where and when, and what came while they were away."""

import asyncio
import re
from functools import cache
from typing import Annotated, Final, Literal
from zoneinfo import available_timezones

from annotated_types import Ge

from bot import (
    App,
    Choice,
    Context,
    Message,
    Rest,
    Suggest,
    UserError,
    b,
    button,
    code,
    command,
    group,
    i,
    select,
    t,
    when,
)
from bot.command import Group
from bot.languages import Languages
from bot.message import Button, Select, Text
from bot.message.plain import Between, carded
from bot.message.text import Part
from bot.notices import LAST, Notices
from bot.store.notices import Wishes
from bot.users import User
from handlers.naming import fold, near

NEVER: Final = "off"
_PAGE = 5
_NIGHT = ("22:00", "07:00")
_CHOICES = 25
_CLOCK = re.compile(r"([0-9]{1,2})(?:[:.h]([0-9]{2}))?\s*(am|pm)?", re.IGNORECASE)
_CARD = Between(title="\n", parts="\n", fields="\n")
_BACK = button(t("All of it"), "notify show", once=False)


@cache
def zones() -> dict[str, str]:
    """Every time zone this machine knows, by its name as `fold` leaves it. Reads some hundred files the first time."""
    return {fold(name): name for name in sorted(available_timezones())}


async def zones_like(_ctx: Context, typed: str) -> list[str]:
    """Suggests time zones."""
    return near((await asyncio.to_thread(zones)).values(), "_".join(typed.split()))


async def zone_called(zone: str) -> str | None:
    """The time zone of this name, None for none. Raises `UserError` for one that there is not."""
    known = await asyncio.to_thread(zones) if zone else {}
    found = known.get(fold(zone))
    if zone and found is None:  # nor is there one like it, which would have been offered
        raise UserError(
            "I do not know the time zone {zone}. They are called like Europe/Berlin or America/New_York.",
            code="unknown_zone",
            zone=zone[:64],
        )
    return found


@command(private=True)
async def show(ctx: Context, *, notices: Notices) -> Message:
    """See where and when I tell you things, and change it."""
    wishes, users = await notices.wishes(ctx)
    where = _called(wishes.platform) if wishes.platform else t("where you were last")
    lines: list[Part] = [
        t("I write to you: {where}", where=where),
        t("\nQuiet hours: {hours}", hours=_hours(wishes)),
    ]
    for topic, about in sorted(notices.topics.items()):
        line = t("{sign} {topic}: {about}", sign="✗" if topic in wishes.off else "✓", topic=b(topic), about=about)
        lines += ["\n", line]
    picks = [*_places(users, wishes), *_topics(notices, wishes)]
    return Message(*lines, selects=picks, buttons=_ways(wishes), private=True, update=True)


def _places(users: list[User], wishes: Wishes) -> list[Select]:
    there = dict.fromkeys(user.platform for user in users if user.platform != wishes.platform)
    choices = [Choice(one, _called(one)) for one in there]
    if wishes.platform:
        choices.append(Choice(LAST, t("Where I was last")))
    elif len(choices) < 2:
        return []
    return [select(t("Where to write to you"), "notify platform", "where", choices, once=False)]


def _topics(notices: Notices, wishes: Wishes) -> list[Select]:
    off = [one for one in notices.topics if one in wishes.off]
    kinds = [
        ("notify off", t("Tell me no more of"), [one for one in notices.topics if one not in wishes.off]),
        ("notify on", t("Tell me again of"), off),
    ]
    return [
        select(hint, path, "topic", [Choice(one, notices.topics[one]) for one in some[:_CHOICES]], once=False)
        for path, hint, some in kinds
        if some
    ]


def _ways(wishes: Wishes) -> list[Button]:
    inbox = button(t("Inbox"), "inbox", once=False)
    if wishes.quiet:
        return [button(t("No quiet hours"), "notify quiet", {"start": NEVER}, once=False), inbox]
    start, end = _NIGHT
    night = t("Quiet from {start} to {end}", start=start, end=end)
    return [button(night, "notify quiet", {"start": start, "end": end}, once=False), inbox]


def _hours(wishes: Wishes) -> Text:
    if wishes.quiet is None:
        return t("none")
    start, end = (f"{minute // 60:02}:{minute % 60:02}" for minute in (wishes.quiet.start, wishes.quiet.end))
    return t("{start} to {end} ({zone})", start=start, end=end, zone=wishes.zone)


def _called(platform: str) -> str:
    return platform.title()


@command(private=True)
async def quiet(
    ctx: Context, start: str, end: str = "", zone: Annotated[str, Rest, Suggest(zones_like)] = "", *, notices: Notices
) -> Message:
    """Choose the hours in which I do not write to you; what comes then waits.

    Args:
        start: When they begin, like 22:00; off ends them for good.
        end: When they end, like 7:00.
        zone: Your time zone, like Europe/Berlin.
    """
    if start.casefold() == NEVER:
        await notices.speak(ctx)
        return _changed(t("There are no quiet hours any more."))
    minutes = clock(start), clock(end)
    await notices.hush(ctx, *minutes, await zone_called(zone))
    wishes, _ = await notices.wishes(ctx)
    return _changed(t("I keep still from {hours}. What comes then waits for you.", hours=_hours(wishes)))


def clock(text: str) -> int:
    """`22:00`, `7`, `7.30` or `10pm` as the minute of the day. Raises `UserError`."""
    found = _CLOCK.fullmatch(text.strip())
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (24, 0)
    if found and found[3]:
        hour = hour % 12 + 12 * (found[3].casefold() == "pm") if 1 <= hour <= 12 else 24
    if hour > 23 or minute > 59:
        raise UserError(
            "Say both times, from 0:00 to 23:59, for example: {line}",
            code="bad_time",
            line=code(t("notify quiet 22:00 7:00 Europe/Berlin")),
        )
    return hour * 60 + minute


@command(private=True)
async def platform(
    ctx: Context, where: Literal["last", "discord", "twitch", "telegram"], *, notices: Notices
) -> Message:
    """Choose where I write to you.

    Args:
        where: A platform; last is the one that you used last.
    """
    await notices.prefer(ctx, where)
    if where == LAST:
        return _changed(t("I write to you where you were last."))
    return _changed(t("I write to you on {platform}.", platform=_called(where)))


def _changed(text: Text) -> Message:
    return Message(text, buttons=[_BACK], private=True, update=True)


def _notify(notices: Notices) -> Group:
    """The commands, two of which suggest what there is."""

    async def topics(_ctx: Context, typed: str) -> list[str]:
        return near(notices.topics, typed)

    Topic = Annotated[str, Suggest(topics)]  # noqa: N806  (a type)

    @command(private=True)
    async def off(ctx: Context, topic: Topic) -> Message:
        """Choose what I do not write to you about; your inbox keeps it all the same.

        Args:
            topic: What it is about.
        """
        await notices.want(ctx, topic.casefold(), wanted=False)
        return _changed(
            t("I no longer write to you about {topic}. Your inbox keeps it all the same.", topic=b(topic.casefold()))
        )

    @command(private=True, name="on")
    async def on_(ctx: Context, topic: Topic) -> Message:
        """Let me write to you about something again.

        Args:
            topic: What it is about.
        """
        await notices.want(ctx, topic.casefold(), wanted=True)
        return _changed(t("I write to you about {topic} again.", topic=b(topic.casefold())))

    return group("notify", "What I write to you without being asked.", show, quiet, platform, off, on_)


@command(private=True)
async def inbox(ctx: Context, page: Annotated[int, Ge(1)] = 1, *, notices: Notices, languages: Languages) -> Message:
    """See what I wrote to you, the newest first.

    Args:
        page: Which page.
    """
    shelf = await notices.inbox(ctx, page, _PAGE)
    if not shelf.notices:
        return Message(t("Nothing has come for you yet."), private=True, update=True)
    translate = languages.translate(ctx.language)
    lines: list[Part] = [b(t("Your inbox: {n} new", n=shelf.unread) if shelf.unread else t("Your inbox: nothing new"))]
    for one in shelf.notices:
        said = one.message.translated(translate)
        lines += ["\n", "● " if one.new else "○ ", when(one.at), " ", *said.runs]
        lines += ["\n", *carded(said.card, _CARD)] if said.card else []
    if shelf.pages > 1:
        lines += ["\n", i(t("Page {page} of {pages}", page=shelf.page, pages=shelf.pages))]
    turns = [(t("Newer"), shelf.page - 1), (t("Older"), shelf.page + 1)]
    ways = [button(said, "inbox", {"page": at}, once=False) for said, at in turns if 1 <= at <= shelf.pages]
    return Message(*lines, buttons=ways, private=True, update=True)


def setup(app: App) -> None:
    """Register both."""
    app.add(_notify(app.notices), inbox)
