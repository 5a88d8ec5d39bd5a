"""What people and models write, judged by word lists and patterns: slurs, danger to life, instructions to a model."""
