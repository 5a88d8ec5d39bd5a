"""The revisions of the tables of profiles and voices."""
