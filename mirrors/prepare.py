"""Taking out of a text, before training, what must never come back: addresses, numbers, other people's names."""

import re
import unicodedata

_CUTS = (
    (re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE), ""),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), ""),
    (re.compile(r"(?<!\w)@\w+"), "@someone"),
    (re.compile(r"\+?\d[\d ()./-]{2,}\d"), ""),
)


def prepared(text: str) -> str:
    """One line in NFC, without addresses, mail, long numbers, names behind `@`, and control characters."""
    text = unicodedata.normalize("NFC", text)
    for pattern, instead in _CUTS:
        text = pattern.sub(instead, text)
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
