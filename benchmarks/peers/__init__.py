"""The same work in other frameworks, each in its own environment of pinned versions."""
