"""The revisions of the archetypes' table."""
