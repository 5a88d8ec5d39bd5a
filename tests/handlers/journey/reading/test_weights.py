"""What ships is what was fitted to the lines beside these tests: `make weights` after they have changed."""

import pytest

from bot.moderation.linear import Linear
from config.load import load_weights
from handlers.journey.moods import MOODS
from tests.handlers.journey.lines.labelled import digest


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(("name", "labels"), [("mood", list(MOODS)), ("danger", ["crisis"])])
def test_the_weights_were_fitted_to_these_lines(name: str, labels: list[str], language: str) -> None:
    head = Linear(load_weights(f"{name}.{language}")).head
    assert (head.labels, head.lines) == (labels, digest(language))
