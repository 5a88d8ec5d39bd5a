"""The revisions of the codex's tables."""
