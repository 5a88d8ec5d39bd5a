"""What happens in a group besides talk: people come and go, and react. Pure but for the time, which is given.

Sources: core.telegram.org/bots/api#chatmemberupdated, #messagereactionupdated. A bot that is an administrator hears of a join
twice, as a message in the chat and as an update; both have the same event id.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator

from bot.command import ReplyHandle
from bot.events import AnyEvent, Joined, Left, Reacted
from bot.platforms.telegram import wire
from bot.platforms.telegram.directory import PLATFORM, user
from bot.platforms.telegram.events import Bearings, handle, place

KINDS = {Joined: "chat_member", Left: "chat_member", Reacted: "message_reaction"}
"""Updates that come only to whom asks for them, by what they tell."""

_SAME = 10  # seconds in which both tell of the same step
_KEPT = 2_000
_INSIDE = ("member", "creator", "administrator")

Told = tuple[AnyEvent, ReplyHandle]


class Steps:
    """When people came and went lately, so that what is told twice has one id."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, int] = OrderedDict()

    def number(self, step: str, at: int) -> int:
        """The second at which this step was first told."""
        known = self._seen.get(step, at)
        first = known if abs(known - at) <= _SAME else at
        self._seen[step] = first
        self._seen.move_to_end(step)
        if len(self._seen) > _KEPT:
            self._seen.popitem(last=False)
        return first


def moves(message: wire.Message, bearings: Bearings, now: int, steps: Steps) -> Iterator[Told]:
    """Who came or went, as the chat says it."""
    for account in message.new_chat_members:
        yield from _step(message.chat, account, message.date, bearings, now, steps, came=True, told=message)
    if message.left_chat_member:
        account = message.left_chat_member
        yield from _step(message.chat, account, message.date, bearings, now, steps, came=False, told=message)


def changed(update: wire.ChatMemberUpdated, bearings: Bearings, now: int, steps: Steps) -> Iterator[Told]:
    """Who came or went, as an administrator is told it. Other changes are none of it."""
    before, after = _inside(update.old_chat_member), _inside(update.new_chat_member)
    if before != after:
        yield from _step(update.chat, update.new_chat_member.user, update.date, bearings, now, steps, came=after)


def reactions(update: wire.MessageReactionUpdated, update_id: int, bearings: Bearings, now: int) -> Iterator[Told]:
    """Every reaction that was put on or taken off; those of nobody in particular are left out."""
    if update.user is None or update.user.is_bot:
        return
    who, where = user(update.user), place(update.chat, None)
    before, after = _emojis(update.old_reaction), _emojis(update.new_reaction)
    steps = [(one, True) for one in after if one not in before] + [(one, False) for one in before if one not in after]
    for at, (emoji, added) in enumerate(steps):
        event = Reacted(
            id=f"{PLATFORM}:{bearings.bot}:{update_id}:{at}",
            place=where,
            at=update.date * 1_000_000,
            user=who,
            message=str(update.message_id),
            emoji=emoji,
            added=added,
        )
        yield event, handle(where, who, bearings, now, message=update.message_id)


def _step(
    chat: wire.Chat,
    account: wire.User,
    date: int,
    bearings: Bearings,
    now: int,
    steps: Steps,
    *,
    came: bool,
    told: wire.Message | None = None,
) -> Iterator[Told]:
    if account.is_bot:
        return
    kind = Joined if came else Left
    step = f"{PLATFORM}:{bearings.bot}:{'joined' if came else 'left'}:{chat.id}:{account.id}"
    number, who = steps.number(step, date), user(account)
    where = place(chat, told.topic if told else None)
    event = kind(id=f"{step}:{number}", place=where, at=number * 1_000_000, user=who)
    yield event, handle(where, who, bearings, now, message=told.message_id if told else None)


def _inside(member: wire.ChatMember) -> bool:
    return member.status in _INSIDE or (member.status == "restricted" and bool(member.is_member))


def _emojis(reactions_: Iterable[wire.ReactionType]) -> list[str]:
    """The character, the id of a custom emoji, or the star of a paid one."""
    return [one.emoji or one.custom_emoji_id or "⭐" for one in reactions_]
