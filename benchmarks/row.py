"""A row of the table: what was measured, and its goal. Every module of this package with a `rows` is a part of the table."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """`value` is at most `goal` when it is met, a goal of None is only told; `figure` is how it is shown, with its spread."""

    what: str
    value: float
    figure: str
    goal: float | None = None

    def met(self, slack: float = 1.0) -> bool:
        """Is the goal met, when it may be missed by this factor?"""
        return self.goal is None or self.value <= self.goal * slack

    def line(self, slack: float = 1.0) -> str:
        """As it is printed."""
        if self.goal is None:
            return f"{'':6} {self.what:60} {self.figure}"
        room = "" if slack == 1.0 else f" x {slack:g}"
        return f"{'met' if self.met(slack) else 'MISSED':6} {self.what:60} {self.figure}; at most {self.goal:g}{room}"

    def __str__(self) -> str:
        return self.line()


def told(rows: Iterable[Row], slack: float = 1.0) -> bool:
    """Print each row as soon as it is there; True when all goals are met."""
    met = True
    for row in rows:
        print(row.line(slack), flush=True)
        met = met and row.met(slack)
    return met
