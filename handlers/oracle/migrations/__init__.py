"""The revisions of the oracle's tables."""
