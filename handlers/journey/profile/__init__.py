"""What somebody says of themselves and allows (profile), and how they and servers want to be spoken to (voice)."""

from bot.app import App
from handlers.journey.profile import profile, voice
from handlers.journey.profile.commands import profile_of
from handlers.journey.profile.voices import VOICE


def setup(app: App) -> None:
    """Register both."""
    app.migrations("handlers.journey.profile.migrations")
    app.on_merge(profile.merge)
    app.on_merge(voice.merge)
    app.on_moved(lambda platform, old, new: app.store.write(voice.moved, platform, old, new))
    app.add(profile_of(app.languages), VOICE)
