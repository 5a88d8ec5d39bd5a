"""The economy: a double-entry ledger of blessings, and what stands on it: prices, rewards, the daily blessings, levels."""

from pathlib import Path

from bot.app import App
from bot.message import t
from bot.store import Store
from config.load import load_data
from economy import daily, prices, rewards
from economy.audit import AUDITS, total
from economy.daily import Daily
from economy.holds import sweep_all
from economy.ledger import GIFTS, Ledger
from economy.levels import Levels
from economy.prices import Prices
from economy.rewards import Rewards
from economy.settings import EconomySettings, PriceSettings
from economy.support import forget

__all__ = ["Daily", "Ledger", "Levels", "Prices", "setup"]


def texts() -> list[str]:
    """What is translated too, though it stands in data: the names of the levels."""
    return [step.name for step in load_data(EconomySettings, "economy.toml").levels.steps]


def setup(app: App) -> None:
    """Provides `Ledger`, `Daily`, `Levels`, `Prices` and `Rewards`; puts prices before commands; rewards what happens."""
    settings = load_data(EconomySettings, "economy.toml")
    app.translations(Path(__file__).parent / "locale")
    app.migrations("economy.migrations")
    ledger = Ledger(settings.blessings.welcome, settings.levels.per_giver, settings.blessings.notice)
    app.topic(GIFTS, t("Gifts you receive"))
    app.provide(ledger)
    app.on_merge(ledger.merge)
    app.report("ledger_sum", total)
    for name, count in AUDITS.items():
        app.audit(name, count)
    app.schedule("ledger sweeper", "* * * * *", sweep_all)
    app.retain(forget)
    app.provide(Levels(settings.levels))
    app.provide(Daily(settings.daily, ledger))
    app.on_merge(daily.merge)
    app.provide(Rewards(settings.rewards, ledger))
    app.add(*rewards.subscribers(settings.rewards))
    _price(app, Prices(load_data(PriceSettings, "prices.toml"), ledger))


def _price(app: App, list_: Prices) -> None:
    """Where everything is free, nothing stands in the way of commands, nor of their end."""
    app.provide(list_)
    app.check(lambda: [*list_.unknown(app.commands), *list_.missing(app.commands)])

    async def begin(_store: Store) -> None:
        list_.refuse_unknown(app.commands)

    app.on_start(begin)
    if not list_.free:
        app.guard(list_.guard)
        app.on_end(prices.end)
