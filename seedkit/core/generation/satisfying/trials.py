"""A row with some of its columns changed, to see what holds then."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from msgspec import Struct, field

from seedkit.core.generation.row_values import RowReader, Values
from seedkit.core.generation.streams import BLOCK

Fresh = Callable[[str, int, int], str | None]
"""Gives another COPY text for a column of a row: by its place in the block and the number of the attempt.

What attempt 0 gives is the value that the row would have, were it not NULL; None where there is no such.
"""


Derive = Callable[[Mapping[str, str]], Mapping[str, str]]
"""Gives the COPY texts of columns that are made of others, from the texts that were changed."""

_Choice = TypeVar("_Choice")


class Trial(Struct, frozen=True):
    """A row by its number: its values, the texts that were changed, and how often it was tried.

    The `attempt` is part of what is drawn: at each one other values are built. `derive` gives texts that follow from
    those that were changed.
    """

    number: int
    attempt: int
    values: Values
    reader: RowReader
    changed: Mapping[str, str] = field(default_factory=dict)
    derive: Derive | None = None

    @property
    def place(self) -> int:
        """Where it stands in its block."""
        return self.number % BLOCK

    def at(self, attempt: int) -> Trial:
        """Give the row at another attempt."""
        return Trial(self.number, attempt, self.values, self.reader, self.changed, self.derive)

    def put(self, texts: Mapping[str, str]) -> Trial:
        """Give the row with other texts in some columns."""
        changed = {**self.changed, **texts}
        if self.derive is not None:
            further = self.derive(changed)
            texts, changed = {**texts, **further}, {**changed, **further}
        values = self.reader.changed(self.values, texts)
        return Trial(self.number, self.attempt, values, self.reader, changed, self.derive)


Truth = Callable[[Values], Any]
"""Evaluates a condition: True, False, None for NULL, or `Unevaluated`."""

Solve = Callable[[Trial], Iterator[Trial]]
"""Gives a row's changes after which a condition may hold, the likeliest first; whoever asks looks which of them do."""


def turned(choices: Sequence[_Choice], trial: Trial) -> Sequence[_Choice]:
    """Begin with another choice in each row."""
    first = trial.number % (len(choices) or 1)
    return [*choices[first:], *choices[:first]]


def nothing(_trial: Trial) -> Iterator[Trial]:
    """Know no change."""
    yield from ()
