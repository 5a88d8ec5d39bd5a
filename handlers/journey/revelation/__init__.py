"""Revelations: an answer becomes a reading, a page of the codex and a sigil."""

from bot import App, group
from bot.languages import Languages
from bot.model import Models
from bot.moderation.moderation import Moderation
from config.journey import JourneySettings, Readings
from config.load import load_data
from economy import Ledger
from handlers.journey.archetypes.unlocking import Unlocking
from handlers.journey.revelation.commands import answer, latest, mood
from handlers.journey.revelation.imagining import Imagining
from handlers.journey.revelation.pictures import draw_emblem, draw_sigil
from handlers.journey.revelation.saga import Saga
from handlers.journey.revelation.telling import Teller
from handlers.journey.sigil.raster import Pictures
from handlers.journey.whispers.whispering import Whispering


def setup(app: App) -> None:
    """Register answer and revelation. Needs the whispers, the archetypes, the ledger, `Pictures`, `Models`, `Moderation`."""
    readings, moderation = load_data(Readings, "readings.toml"), app.service(Moderation)
    imagining = Imagining(app.service(Models), moderation, [one.id for one in readings.theme])
    app.provide(
        Saga(
            app.service(Whispering),
            app.service(Unlocking),
            app.service(Ledger),
            app.service(Languages),
            moderation,
            Teller(readings),
            imagining,
            load_data(JourneySettings, "journey.toml").rewards.answer,
        )
    )
    pictures = app.service(Pictures)
    app.drawing("sigil", draw_sigil(pictures))
    app.drawing("emblem", draw_emblem(pictures))
    app.add(answer, group("revelation", "What your answers were read as.", latest, mood))
