"""The journey: whispers, what their answers are read as, and what people become on the way."""

from bot.app import App
from bot.model import Models
from bot.moderation.moderation import Moderation
from bot.store import Tx
from handlers.journey import archetypes, codex, profile, revelation, whispers
from handlers.journey.archetypes.metrics import Facts, measure
from handlers.journey.archetypes.unlocking import earned
from handlers.journey.moods import MOODS
from handlers.journey.profile.profile import due, read
from handlers.journey.revelation.saga import facts
from handlers.journey.sigil.raster import Pictures
from handlers.journey.way import draw_journey, journey
from handlers.journey.whispers.choosing import Leaning
from handlers.journey.whispers.writing import Writing


def setup(app: App) -> None:
    """Register the whole way. Needs the economy's `Ledger`."""
    pictures = Pictures()
    app.provide(pictures)
    app.drawing("journey", draw_journey(pictures))
    profile.setup(app)
    writing = Writing(app.service(Models), app.service(Moderation))
    whispers.setup(app, due=due, leaning=_leaning, allowed=_allowed, writing=writing)
    codex.setup(app)
    archetypes.setup(app, facts)
    revelation.setup(app)
    app.add(journey)


def _leaning(tx: Tx, person: int) -> Leaning:
    """What somebody is like, by their pages."""
    measured = measure(Facts(facts(tx, person)), tx.now)
    return Leaning({mood: measured[f"weight.{mood}"] for mood in MOODS}, list(earned(tx, person)))


def _allowed(tx: Tx, person: int) -> bool:
    """May their words leave for the language model?"""
    return read(tx, person).model
