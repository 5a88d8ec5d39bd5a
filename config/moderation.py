"""What decides about words, as an operator edits it: config/moderation.toml, config/crisis.toml and config/signs.toml."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def split(written: object) -> object:
    """A list may be written as one text: its entries stand between commas or line ends, `#` begins a comment."""
    if not isinstance(written, str):
        return written
    lines = (line.partition("#")[0] for line in written.splitlines())
    return [entry.strip() for line in lines for entry in line.split(",") if entry.strip()]


Listed = Annotated[list[str], BeforeValidator(split)]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


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


class Danger(_Data):
    """The patterns of one language.

    `said` are phrases that tell. A rule of `near` has parts between `&`, which stand in one sentence, in any order,
    at most `within` words from each other; those of `together` stand anywhere in the text. A part with `!` must be absent.
    `harmless` are phrases that count as not said. How much it all weighs is in config/signs.toml.
    """

    within: int = Field(default=10, ge=2, le=40)
    fillers: str = ""
    groups: dict[str, Listed] = {}
    harmless: Listed = []
    said: Listed = []
    near: Listed = []
    together: Listed = []


class Sign(_Data):
    """Phrases of one kind, and what each kind is worth: as one word, as two, as three and more. Harmless ones are below 0."""

    weights: tuple[float, float, float]
    phrases: Listed


class Signs(_Data):
    """What adds up in one language: `told` is the worth of the patterns of config/crisis.toml, `enough` is danger."""

    enough: float = Field(gt=0)
    told: float = Field(ge=0)
    kinds: dict[str, Sign]


class Weighed(_Data):
    """config/signs.toml, by the two-letter code of a language."""

    signs: dict[str, Signs]


class Help(_Data):
    """What is said to somebody in danger, and where people are who can help."""

    text: str = Field(min_length=10, max_length=600)
    resources: list[str] = Field(min_length=1, max_length=10)


class Crisis(_Data):
    """config/crisis.toml, both by the two-letter code of a language."""

    danger: dict[str, Danger]
    help: dict[str, Help]
