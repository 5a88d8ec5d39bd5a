"""Fits config/weights to the labelled lines beside this file: `make weights`, some minutes. The held lines are not looked at.

First every author is left out once and heard by the weights of the others: so they do on people they have not seen.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from bot.moderation.crisis import meant
from bot.moderation.linear import features
from handlers.journey.moods import MOODS
from handlers.journey.reading.features import measure
from handlers.journey.reading.lexica import lexicon
from handlers.journey.reading.mood import marks
from handlers.journey.reading.sentiment import valence
from tests.handlers.journey.lines.labelled import Line, digest, lines
from tests.handlers.journey.lines.table import Places, packed, rarity, row

WEIGHTS = Path(__file__).parents[4] / "config" / "weights"
PLACES = 1 << 16
STRENGTH = 10.0
"""The inverse of the regularisation; less gave less agreement with authors left out, and more gave no more."""
DANGER = "crisis"
LEVELS = (-1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5)


def for_danger(line: Line, language: str) -> Places:
    """As bot.moderation.crisis hears it."""
    del language
    return features(meant(line.text), (), PLACES)


def for_mood(line: Line, language: str) -> Places:
    """As handlers.journey.reading.mood does."""
    counted = measure(line.text, language)
    found = lexicon(counted.language).phrases.find(counted.said)
    worth = valence(line.text, counted, found)
    return features(counted.said, marks(counted, worth, found), PLACES)


class Fitted:
    """A regression for each label: this one or any other."""

    def __init__(self, known: Sequence[Line], found: Sequence[Places], labels: Sequence[str]) -> None:
        self.rarity = rarity(found, PLACES)
        rows = self._matrix(found)
        regression = LogisticRegression(C=STRENGTH, class_weight="balanced", solver="liblinear", random_state=0)
        truths = [np.array([line.label == label for line in known]) for label in labels]
        models = [(model.coef_[0], model.intercept_[0]) for model in (regression.fit(rows, truth) for truth in truths)]
        self.worths, self.biases = np.array([one[0] for one in models]), [float(one[1]) for one in models]

    def scores(self, found: Sequence[Places]) -> Any:
        """A row for each line, a column for each label."""
        return self._matrix(found) @ self.worths.T + self.biases

    def _matrix(self, found: Sequence[Places]) -> Any:
        """A row for each line, a column for each place."""
        rows = [row(both, self.rarity) for both in found]
        at = np.array([place for places, _ in rows for place in places], np.int32)
        values = np.array([value for _, values in rows for value in values])
        ends = np.cumsum([0, *(len(places) for places, _ in rows)], dtype=np.int32)
        made = csr_matrix((values, at, ends), shape=(len(found), PLACES))
        made.sum_duplicates()
        return made

    def file(self, labels: Sequence[str], lines: str) -> bytes:
        """As `Linear` reads it."""
        return packed(labels, self.rarity, self.worths, self.biases, lines)


def left_out(known: Sequence[Line], found: Sequence[Places], labels: Sequence[str]) -> Any:
    """The scores of each line by the weights of all other authors."""
    scores = np.zeros((len(known), len(labels)))
    for author in sorted({line.author for line in known}):
        ours = [at for at, line in enumerate(known) if line.author == author]
        rest = [at for at, line in enumerate(known) if line.author != author]
        fitted = Fitted([known[at] for at in rest], [found[at] for at in rest], labels)
        scores[ours] = fitted.scores([found[at] for at in ours])
    return scores


def moods(language: str) -> None:
    """How often the mood is the one that people said, author by author; then the weights of all."""
    known = [line for line in lines(language) if line.label in MOODS]
    found = [for_mood(line, language) for line in known]
    heard = left_out(known, found, MOODS).argmax(1)
    agreed = np.array([MOODS[at] == line.label for at, line in zip(heard, known, strict=True)])
    of = {author: [line.author == author for line in known] for author in sorted({line.author for line in known})}
    each = " ".join(f"{author} {agreed[ours].mean():.1%}" for author, ours in of.items())
    sys.stdout.write(f"moods {language}: {agreed.mean():.1%} of {len(known)} agreed: {each}\n")
    (WEIGHTS / f"mood.{language}.bin").write_bytes(Fitted(known, found, MOODS).file(MOODS, digest(language)))


def danger(language: str) -> None:
    """What is caught and what is a false alarm from which score on; then the weights of all."""
    known = list(lines(language))
    found = [for_danger(line, language) for line in known]
    scores = left_out(known, found, [DANGER])[:, 0]
    kinds = np.array([line.label if line.label in (DANGER, "sad") else "mood" for line in known])
    for level in LEVELS:
        rates = {kind: (scores[kinds == kind] >= level).mean() for kind in (DANGER, "sad", "mood")}
        shown = ", ".join(f"{kind} {rate:.1%}" for kind, rate in rates.items())
        sys.stdout.write(f"danger {language} from {level:+.1f} on: {shown}\n")
    (WEIGHTS / f"danger.{language}.bin").write_bytes(Fitted(known, found, [DANGER]).file([DANGER], digest(language)))


if __name__ == "__main__":
    for one in ("en", "de"):
        moods(one)
        danger(one)
