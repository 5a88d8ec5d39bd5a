"""What people and models write, judged by words, phrases and weights: slurs, danger to life, instructions to a model."""
