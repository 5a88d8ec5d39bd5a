"""What decides about words, as an operator edits it: config/moderation.toml and config/crisis.toml."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator


def split(written: object) -> object:
    """A list may be written as one text: its entries stand between commas or line ends, `#` begins a comment."""
    if not isinstance(written, str):
        return written
    lines = (line.partition("#")[0] for line in written.splitlines())
    return [entry.strip() for line in lines for entry in line.split(",") if entry.strip()]


Listed = Annotated[list[str], BeforeValidator(split)]
Score = Annotated[float, Field(strict=True, ge=-20, le=20)]
"""In logits: 0 is as likely as not."""


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Words(_Data):
    """Lists of one language. An entry is matched as a whole word; `word*` also begins longer ones, `*word*` is found
    anywhere. What is in `allow` is never matched."""

    severe: Listed = []
    soft: Listed = []
    allow: Listed = []


class Moderation(_Data):
    """config/moderation.toml. `confusables` maps characters of other scripts, `leet` digits and signs to letters;
    `spellings` are words that stand for others; `injection` are phrases that speak to a model."""

    confusables: dict[str, str]
    leet: dict[str, str]
    spellings: dict[str, str]
    words: dict[str, Words]
    fillers: str = ""
    groups: dict[str, Listed] = {}
    injection: Listed


class Spoken(_Data):
    """What one language says of danger in plain words, and from which score of its weights on the rest is danger.

    `said` are phrases that tell, `harmless` phrases that count as not said. `clear`, `plain` (for what is said in plain
    words) and `possible` are scores in logits.
    """

    clear: Score
    plain: Score
    possible: Score
    fillers: str = ""
    said: Listed
    harmless: Listed = []

    @model_validator(mode="after")
    def _in_order(self) -> "Spoken":
        if max(self.plain, self.possible) > self.clear:
            raise ValueError("plain and possible are at most as high as clear")
        return self


class Help(_Data):
    """What is said to somebody in danger, what is said aside where it is only possible, and where people are who can help."""

    text: str = Field(min_length=10, max_length=600)
    aside: str = Field(min_length=10, max_length=300)
    resources: list[str] = Field(min_length=1, max_length=10)


class Crisis(_Data):
    """config/crisis.toml, both by the two-letter code of a language. Help must be there in English, for all other languages."""

    danger: dict[Literal["en", "de"], Spoken] = Field(min_length=1)
    help: dict[str, Help]

    @field_validator("help")
    @classmethod
    def _for_everybody(cls, told: dict[str, Help]) -> dict[str, Help]:
        if "en" not in told:
            raise ValueError("[help.en] is missing: it is said where there is none in a language")
        return told
