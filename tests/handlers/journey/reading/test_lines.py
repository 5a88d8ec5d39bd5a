"""How well the reading agrees with people, on lines that were labelled before any rule was made.

One half the weights were fitted to, among others. The other is held out; the hashes of both were written down first. Run with -s to
see the tables.
"""

import hashlib
import sys
from collections import Counter
from pathlib import Path

import pytest

from bot.moderation.crisis import danger, in_danger
from handlers.journey.moods import MOODS
from handlers.journey.reading.analysis import analyse

LINES = Path(__file__).parents[1] / "lines"
AGREE = {"en": 0.75, "de": 0.65}
CAUGHT, FALSE = 0.98, 0.02
HALVES = [half for half in ("tune", "held") if (LINES / half).is_dir()]


def rows(half: str, kind: str, language: str) -> list[str]:
    return (LINES / half / f"{kind}_{language}.tsv").read_text(encoding="utf-8").splitlines()


def test_the_lines_are_those_that_were_written_down() -> None:
    for line in (LINES / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        path = LINES / name
        if path.parent.is_dir():
            assert hashlib.sha256(path.read_bytes()).hexdigest() == digest, name


@pytest.mark.parametrize("language", AGREE)
@pytest.mark.parametrize("half", HALVES)
def test_moods_agree_with_people(half: str, language: str) -> None:
    labelled = [row.split("\t", 1) for row in rows(half, "mood", language)]
    table = Counter((label, analyse(text).mood) for label, text in labelled)
    agreed = sum(table[mood, mood] for mood in MOODS) / len(labelled)
    shown = confusion(table, f"{half} {language}: {agreed:.1%} of {len(labelled)} (rows: people, columns: we)")
    sys.stdout.write(shown)
    assert agreed >= AGREE[language], shown


def confusion(table: Counter[tuple[str, str]], title: str) -> str:
    lines = [title, " " * 8 + "".join(f"{mood:>7}" for mood in MOODS)]
    lines += [f"{mood:8}" + "".join(f"{table[mood, ours]:7}" for ours in MOODS) for mood in MOODS]
    return "\n".join(["", *lines])


@pytest.mark.parametrize("half", HALVES)
def test_danger_is_caught_and_sadness_does_not_end_the_conversation(half: str) -> None:
    """Over both languages: who is in danger is told of help, who is sad is not turned away. Every miss is printed."""
    heard = [(language, line, danger(line)) for language in AGREE for line in rows(half, "crisis", language)]
    sad = [(language, line, danger(line)) for language in AGREE for line in rows(half, "sad", language)]
    missed = [one for one in heard if one[2] == "none"]
    alarms = [one for one in sad if one[2] == "clear"]
    clear, beside = sum(one[2] == "clear" for one in heard), sum(one[2] == "possible" for one in sad)
    shown = [f"\n{half}: missed {len(missed)} of {len(heard)}, {clear} are clear"]
    shown += [
        f"of {len(sad)} sad lines {len(alarms)} are taken for clear danger, with {beside} help is offered beside the reading"
    ]
    shown += [f"  missed [{language}] {line}" for language, line, _ in missed]
    shown += [f"  alarm  [{language}] {line}" for language, line, _ in alarms]
    sys.stdout.write("\n".join(shown))
    assert len(missed) <= (1 - CAUGHT) * len(heard), "\n".join(shown)
    assert len(alarms) <= FALSE * len(sad), "\n".join(shown)


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("language", AGREE)
def test_what_people_answer_is_rarely_taken_for_danger(half: str, language: str) -> None:
    """The lines of the moods hold sorrow, anger and doubt, and no danger."""
    alarms = [row for row in rows(half, "mood", language) if in_danger(row.split("\t", 1)[1])]
    assert len(alarms) <= 3, "\n".join(alarms)
