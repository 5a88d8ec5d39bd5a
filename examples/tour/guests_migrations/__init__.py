"""The tables of the tour."""
