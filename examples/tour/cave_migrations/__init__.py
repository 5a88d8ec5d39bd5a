"""The tables of the cave."""
