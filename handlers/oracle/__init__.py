"""The oracle: answers from somebody's own pages and from what their server knows, with sources, and never out of nothing."""

from bot import App, group
from handlers.oracle import know, turns
from handlers.oracle.commands import add, ask, list_, oracle, remove
from handlers.oracle.embeddings import Embeddings


def setup(app: App) -> None:
    """Register oracle and know. The tables of codex and profile are there too."""
    app.migrations("handlers.oracle.migrations")
    app.provide(Embeddings())
    app.on_moved(lambda platform, old, new: app.store.write(know.moved, platform, old, new))
    app.on_merge(turns.merge)
    app.retain(turns.forget)
    app.add(oracle, group("know", "What this server knows.", add, ask, list_, remove))
