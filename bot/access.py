"""Who may, and where: guards that ask what somebody is in a place. Refusals are one sentence, for the asker alone.

What Discord can enforce by itself is read off the guards by its registration (`discord_permissions`, `contexts`).
"""

import logging
from abc import ABC, abstractmethod
from collections.abc import Awaitable
from typing import Final, Literal

from bot.context import Context
from bot.errors import UserError
from bot.message import Text, t
from bot.users import Standing

Kind = Literal["dm", "group", "channel"]
MANAGE_MESSAGES: Final = 1 << 13
"""Discord's permission bit that its moderators have (https://discord.com/developers/docs/topics/permissions)."""
ADMINISTRATORS: Final = 0
"""What Discord reads as "administrators only"."""

log = logging.getLogger(__name__)
_WHERE: Final = {"dm": t("in private"), "group": t("in groups"), "channel": t("in channels")}


class Need(ABC):
    """A guard that lets some people or places through.

    `discord_permissions` are what Discord should ask of members, None for nothing; `contexts` are the places of `kinds`
    that it may be used in, None for all; `moderators` and `operators` say whom it is for.
    """

    __slots__ = ()
    discord_permissions: int | None = None
    contexts: tuple[Kind, ...] | None = None
    moderators: bool = False
    operators: bool = False

    @abstractmethod
    def enter(self, ctx: Context) -> Awaitable[None] | None:
        """Refuse whom it is not for."""

    def settle(self, ctx: Context, succeeded: bool) -> None:  # noqa: B027  (a need has nothing to count)
        """Nothing to count."""


class _Standing(Need):
    """Judges by what somebody is in the place. Waits only where the platform must be asked; operators pass."""

    __slots__ = ()

    def enter(self, ctx: Context) -> Awaitable[None] | None:
        operators, known = ctx.house.operators, ctx.known_standing
        if operators and ctx.author.key in operators:
            return None
        if known is None:
            return self._ask(ctx)
        self.judge(ctx, known)
        return None

    async def _ask(self, ctx: Context) -> None:
        self.judge(ctx, await ctx.standing())

    @abstractmethod
    def judge(self, ctx: Context, standing: Standing) -> None:
        """Raise `UserError` for who has this standing, or not."""


class _Moderator(_Standing):
    """For who moderates the place; in private nobody moderates anything."""

    __slots__ = ()
    discord_permissions = MANAGE_MESSAGES
    moderators = True

    def judge(self, ctx: Context, standing: Standing) -> None:
        if ctx.place.kind == "direct":
            raise UserError("Here is nothing to moderate. Ask me where you are a moderator.", code="moderator")
        if standing.level == "member":
            raise UserError("That is for moderators.", code="moderator")


class _Operator(Need):
    """For who runs this bot: the users named by `operators` in the settings."""

    __slots__ = ()
    discord_permissions = ADMINISTRATORS
    operators = True

    def enter(self, ctx: Context) -> None:
        if ctx.author.key not in ctx.house.operators:
            raise UserError("That is for those who run this bot.", code="operator")


class _Role(_Standing):
    """For who has one of these roles or badges, by name or id."""

    __slots__ = ("names", "roles")

    def __init__(self, *names: str) -> None:
        if not names:
            raise ValueError("needs.role names at least one role")
        self.names = names
        self.roles = frozenset(name.casefold() for name in names)

    def judge(self, ctx: Context, standing: Standing) -> None:
        del ctx
        if self.roles.isdisjoint(role.casefold() for role in standing.roles):
            raise UserError("That is for {roles}.", code="role", roles=", ".join(self.names))


class _Place(Need):
    """For some kinds of places."""

    __slots__ = ("contexts",)

    def __init__(self, *kinds: Kind) -> None:
        if not kinds or not _WHERE.keys() >= set(kinds):
            raise ValueError(f"needs.place takes {', '.join(_WHERE)}, not {kinds!r}")
        self.contexts = kinds

    def enter(self, ctx: Context) -> None:
        kind = "dm" if ctx.place.direct else ctx.place.kind
        if kind not in (self.contexts or ()):
            raise UserError("That works {where} only.", code="place", where=_either(self.contexts or ()))


class Needs:
    """`@command(needs.moderator, needs.place("channel"))`."""

    __slots__ = ()
    moderator: Final = _Moderator()
    operator: Final = _Operator()

    @staticmethod
    def role(*names: str) -> Need:
        """For who has one of these roles: Discord's roles, Twitch's badges (`vip`), Telegram's titles."""
        return _Role(*names)

    @staticmethod
    def place(*kinds: Kind) -> Need:
        """For private messages (`dm`), group chats without a server (`group`), rooms of a server (`channel`)."""
        return _Place(*kinds)


needs: Final = Needs()


async def allowed(ctx: Context) -> bool:
    """May the author use this command here, as far as its needs say? Limits are not asked: they count."""
    try:
        for guard in ctx.spec.guards:
            if isinstance(guard, Need) and (waits := guard.enter(ctx)) is not None:
                await waits
    except UserError:
        return False
    except Exception:
        log.exception("nobody knows who may use %s", ctx.spec.path)
        return False
    return True


def _either(kinds: tuple[Kind, ...]) -> Text:
    first, *others = kinds
    words = _WHERE[first]
    for kind in others:
        words = t("{one} or {other}", one=words, other=_WHERE[kind])
    return words
