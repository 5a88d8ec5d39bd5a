"""The revisions of the whispers' table."""
