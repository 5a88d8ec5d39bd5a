"""The language model: a small port, and behind it every server that speaks Chat Completions. Nothing heavy before its first use."""

from bot.model.models import Models
from bot.model.port import ModelError
from bot.model.prompt import Prompt, Source, cost, tokens

__all__ = ["ModelError", "Models", "Prompt", "Source", "cost", "tokens"]
