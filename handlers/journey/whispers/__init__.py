"""Whispers: questions that the bot asks, one at a time, when somebody asks for one, or each day."""

from bot import t
from bot.app import App
from config.load import load_data
from config.whispers import Whispers
from handlers.journey.whispers.asking import Allowed, Asking
from handlers.journey.whispers.commands import skip, whisper
from handlers.journey.whispers.daily import TOPIC, Daily, Due, LeaningOf
from handlers.journey.whispers.whispering import Whispering, merge
from handlers.journey.whispers.writing import Writing


def setup(
    app: App,
    *,
    due: Due,
    leaning: LeaningOf,
    allowed: Allowed,
    writing: Writing,
) -> None:
    """Register whisper and skip, and the job that asks those who are `due` and reminds of what waits.

    `leaning` is what somebody is like; `allowed` whether the model may be asked for them, by way of `writing`.
    """
    whispering = Whispering(load_data(Whispers, "whispers.toml"))
    app.migrations("handlers.journey.whispers.migrations")
    app.topic(TOPIC, t("the whisper of the day, and one that waits for an answer"))
    app.provide(whispering)
    app.provide(Asking(whispering, leaning, allowed, writing))
    app.on_merge(merge)
    app.schedule("whispers", "*/5 * * * *", Daily(whispering, due, leaning).run)
    app.add(whisper, skip)
