"""How single words of a line read as values: for the grammar, which takes them, and the binder, which judges them."""

import math
import re
from typing import Final

_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,18}(?:\.[0-9]{1,30})?(?:e[+-]?[0-9]{1,3})?", re.IGNORECASE)
_TRUTH: Final = {
    **dict.fromkeys(("yes", "y", "true", "on", "1"), True),
    **dict.fromkeys(("no", "n", "false", "off", "0"), False),
}


def whole(word: str) -> int | None:
    """A whole number of at most 18 digits, or None."""
    return int(word) if _WHOLE.fullmatch(word) else None


def decimal(word: str) -> float | None:
    """A finite number, or None."""
    value = float(word) if _DECIMAL.fullmatch(word) else math.inf
    return value if math.isfinite(value) else None


def truth(word: str) -> bool | None:
    """Yes or no in one of its usual words, or None."""
    return _TRUTH.get(word.casefold())


def reference(word: str) -> str | None:
    """The word itself when it looks like a user (`@bob`, `<@42>`), or None."""
    return word if word.startswith(("@", "<@")) else None
