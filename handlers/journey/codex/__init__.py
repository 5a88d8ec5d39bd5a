"""The codex: sealed pages in a chain, which their author alone reads, searches, takes along and forgets."""

from bot import App, group
from handlers.journey.codex import carrying, commands, pages


def setup(app: App) -> None:
    """Register the codex. Its pictures are drawn by the service `Pictures`, which the journey provides."""
    app.migrations("handlers.journey.codex.migrations")
    app.on_merge(pages.merge)
    app.add(
        group(
            "codex",
            "The sealed pages of your journey.",
            commands.read,
            commands.list_,
            commands.search,
            carrying.export,
            commands.verify,
            commands.forget,
            carrying.import_,
        )
    )
