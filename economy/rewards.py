"""Rewards: what people get for what they do on a platform. Nothing is said in the chat; the statement tells of it."""

from bot import on
from bot.command import Handler
from bot.context import Context
from bot.events import Cheered, Event, Followed, Gifted, Joined, Raided, Subscribed
from bot.store import Tx
from bot.users import User
from economy.errors import KeyReusedError
from economy.ledger import Ledger
from economy.settings import RewardSettings

BITS = 100
"""`RewardSettings.cheered` is for so many."""


class Rewards:
    """Gives them."""

    def __init__(self, settings: RewardSettings, ledger: Ledger) -> None:
        self.settings, self._ledger = settings, ledger

    async def give(self, ctx: Context, event: Event, name: str, amount: int, *, once: bool = False) -> None:
        """`amount` for who did it, once for this event; with `once`, once for ever in that server.

        Nobody is rewarded for what nobody, or somebody who stays unknown, has done; nor is the bot.
        """
        who = event.user
        if amount and who is not None and who.id != ctx.invocation.reply.bot:
            key = f"reward:{name}:{event.place.home}:{who.id}" if once else f"reward:{event.id}"
            await ctx.write(self.reward, who, amount, key, f"reward:{name}", event.place.home)

    def reward(self, tx: Tx, who: User, amount: int, key: str, reason: str, home: str) -> bool:
        """The transaction behind `give`. False: they had it before, when it was perhaps another amount."""
        try:
            return self._ledger.reward(tx, tx.person(who), amount, key, reason, home)
        except KeyReusedError:
            return False


@on(Followed)
async def reward_followed(ctx: Context, event: Followed, *, rewards: Rewards) -> None:
    """Reward who follows, once: to leave and follow again brings nothing."""
    await rewards.give(ctx, event, "followed", rewards.settings.followed, once=True)


@on(Joined)
async def reward_joined(ctx: Context, event: Joined, *, rewards: Rewards) -> None:
    """Reward who becomes a member, once."""
    await rewards.give(ctx, event, "joined", rewards.settings.joined, once=True)


@on(Subscribed)
async def reward_subscribed(ctx: Context, event: Subscribed, *, rewards: Rewards) -> None:
    """Reward who pays a subscription; one that was given is its giver's doing."""
    await rewards.give(ctx, event, "subscribed", 0 if event.gifted else rewards.settings.subscribed)


@on(Gifted)
async def reward_gifted(ctx: Context, event: Gifted, *, rewards: Rewards) -> None:
    """Reward who gives subscriptions away, for each of them."""
    await rewards.give(ctx, event, "gifted", rewards.settings.gifted * event.count)


@on(Raided)
async def reward_raided(ctx: Context, event: Raided, *, rewards: Rewards) -> None:
    """Reward the channel that raids."""
    await rewards.give(ctx, event, "raided", rewards.settings.raided)


@on(Cheered)
async def reward_cheered(ctx: Context, event: Cheered, *, rewards: Rewards) -> None:
    """Reward who gives bits, by their number."""
    await rewards.give(ctx, event, "cheered", rewards.settings.cheered * event.bits // BITS)


_ALL: dict[str, Handler] = {
    "followed": reward_followed,
    "joined": reward_joined,
    "subscribed": reward_subscribed,
    "gifted": reward_gifted,
    "raided": reward_raided,
    "cheered": reward_cheered,
}


def subscribers(settings: RewardSettings) -> list[Handler]:
    """Those that have something to give: a platform is asked to tell of nothing else."""
    return [handler for name, handler in _ALL.items() if getattr(settings, name)]
