"""The whispers that an operator edits in config/whispers.toml."""

from collections import Counter
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

Category = Literal["origin", "shadow", "bond", "threshold", "body", "wonder"]


class Whisper(BaseModel):
    """One question. `id` stays the same for ever: it is how the bot knows what it has asked somebody."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{1,40}$")
    category: Category
    text: str = Field(min_length=10, max_length=200, pattern=r"\?$")


class Whispers(BaseModel):
    """All of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    whisper: list[Whisper] = Field(min_length=1)

    @field_validator("whisper")
    @classmethod
    def _unique(cls, whispers: list[Whisper]) -> list[Whisper]:
        twice = [name for name, times in Counter(one.id for one in whispers).items() if times > 1]
        if twice:
            raise ValueError(f"every id is used once, these are not: {', '.join(twice)}")
        return whispers
