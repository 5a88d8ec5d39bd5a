"""The revisions of the vault's tables."""
