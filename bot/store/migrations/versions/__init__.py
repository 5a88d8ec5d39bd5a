"""The revisions of the framework's own tables."""
