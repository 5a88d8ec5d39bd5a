"""Reading an answer without a model: pure functions from a text to a mood, its themes and how deep it goes."""
