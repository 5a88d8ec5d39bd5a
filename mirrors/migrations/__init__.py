"""The revisions of the mirrors' tables."""
