"""Whether a text speaks to a language model rather than to people. The phrases are in config/moderation.toml.

What is found here is kept out of examples and samples. It is a sieve and no wall: the wall is that people's words reach a
model as data only, and that what it says is never run.
"""

import re
from functools import lru_cache

from bot.moderation.normalise import words
from bot.moderation.phrases import Phrases
from config.load import load_data
from config.moderation import Moderation

_FOUND = "instruction"
_MARKERS = re.compile(
    r"^[ \t>*#]{0,8}(?:system|assistant|developer)[ \t]{0,4}(?:prompt|message)?[ \t]{0,4}:"
    r"|<\|[a-z_]{2,20}\|>|\[/?inst\]|<</?sys>>|</?(?:system|assistant|instructions?)>"
    r"|^#{2,6} ?(?:system|instructions?|anweisung)\b",
    re.IGNORECASE | re.MULTILINE,
)
"""What chat templates put between the roles."""


def instructs(text: str) -> bool:
    """Whether it looks like instructions to a model."""
    if _MARKERS.search(text):
        return True
    return any(one.label == _FOUND for one in _phrases().find(words(text, disguised=True)))


@lru_cache(maxsize=1)
def _phrases() -> Phrases:
    data = load_data(Moderation, "moderation.toml")
    return Phrases({_FOUND: data.injection}, data.groups, data.fillers)
