"""The tour on all platforms."""
