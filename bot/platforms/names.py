"""Names that people gave themselves: whatever they hold, they stay one short line."""

from bot.message.plain import short

LONGEST = 64
"""Characters of a display name; no platform shows more."""


def shown(*names: str | None) -> str:
    """The first of these names that shows anything, without control characters and marks of direction."""
    for name in names:
        if name:
            if name.isalnum() and len(name) <= LONGEST:  # one word, as most are
                return name
            if line := short(name, LONGEST):
                return line
    return "?"
