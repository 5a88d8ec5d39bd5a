"""Who is what in a room: badges, and the memory of those seen lately. Source: dev.twitch.tv/docs/eventsub (chat badges)."""

import time
from collections import OrderedDict
from collections.abc import Iterable

from bot.platforms.twitch.limits import Clock
from bot.platforms.twitch.wire import Badge
from bot.users import Role, Standing

MODERATORS = frozenset({"moderator", "lead_moderator"})
ROLES = MODERATORS | {
    "broadcaster", "vip", "subscriber", "founder", "artist-badge", "sub-gifter", "bits", "partner", "ambassador",
    "premium", "turbo", "staff", "admin", "global_mod", "bot-badge",
}  # fmt: skip
"""Badges that people wear for what they are; the others are for what they once did."""
_SECONDS, _KEPT = 600.0, 5_000  # of somebody not seen since, people


def standing_of(badges: Iterable[Badge]) -> Standing:
    """What these badges say."""
    roles = [badge.set_id.lower() for badge in badges]
    if "broadcaster" in roles:
        return Standing("owner", roles)
    return Standing("moderator" if not MODERATORS.isdisjoint(roles) else "member", roles)


def role_of(ref: str, seen: Iterable[str] = ()) -> Role | None:
    """The badge that `vip`, `@vip` or `<@&vip>` means."""
    name = ref.removeprefix("<@&").removesuffix(">").removeprefix("@").lower()
    return Role("twitch", name, name) if name in ROLES or name in seen else None


class Standings:
    """By room and user, as their last message showed it."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._seen: OrderedDict[tuple[str, str], tuple[float, Standing]] = OrderedDict()

    def learn(self, room: str, user: str, standing: Standing) -> None:
        """Somebody was seen like this."""
        self._seen[room, user] = self._clock(), standing
        self._seen.move_to_end((room, user))
        if len(self._seen) > _KEPT:
            self._seen.popitem(last=False)

    def recall(self, room: str, user: str) -> Standing | None:
        """What somebody was ten minutes ago at most."""
        at, standing = self._seen.get((room, user), (0.0, None))
        return standing if standing and at > self._clock() - _SECONDS else None
