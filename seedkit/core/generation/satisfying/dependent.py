"""Values that hang on another column of their row, as a CHECK ties the two: beyond it, or NULL where it says so.

Where that is sure for all values that the columns can have, the generator says which condition it `holds`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from seedkit.core.generation.columns.blocks import NULL, Generator
from seedkit.core.generation.expressions.comparing import COMPARISONS
from seedkit.core.generation.expressions.tree import Expression
from seedkit.core.generation.planning.chosen import Facts
from seedkit.core.generation.row_values import Texts
from seedkit.core.generation.satisfying.ladders import Ends, Ladder, ladder_of


class Beyond(Struct, frozen=True):
    """A column's own values, moved where they do not compare with another column's as a CHECK asks.

    How far beyond the bound a moved value lies, the value says that was there before.
    """

    inner: Generator
    other: Generator
    operator: str
    facts: Facts
    ends: Ends
    holds: Expression | None = None

    def values(self, rows: range) -> Iterable[str]:
        """Give the values; NULL stays, and is no bound."""
        ladder = ladder_of(self.facts)
        values, bounds = self.inner.values(rows), self.other.values(rows)
        return values if ladder is None else self._moved(values, bounds, ladder)

    def _moved(self, values: Iterable[str], bounds: Iterable[str], ladder: Ladder) -> Iterator[str]:
        compare, operator, steps, ends = COMPARISONS[self.operator], self.operator, Texts(ladder.count), self.ends
        for text, bound in zip(values, bounds, strict=False):
            value, limit = steps[text], steps[bound]
            if value is None or limit is None or compare(value, limit):
                yield text
                continue
            span = ladder.beside(operator, limit, ends)
            yield text if span is None else ladder.text(span[0] + int(value) % (span[1] - span[0] + 1))


class Where(Struct, frozen=True):
    """Values where another column has one of some texts, or NULL; with `opposite`, the contrary in other rows."""

    inner: Generator
    known: Generator
    other: Generator
    texts: frozenset[str]
    null: bool
    opposite: bool
    holds: Expression | None = None

    def values(self, rows: range) -> Iterable[str]:
        """Give a value, or NULL, by what the other column has; where that says nothing, the column's own."""
        null, opposite = self.null, self.opposite
        made = zip(self.inner.values(rows), self.known.values(rows), self.other.values(rows), strict=False)
        for own, known, other in made:
            if other == NULL or (other not in self.texts and not opposite):
                yield own
            else:
                yield NULL if (other in self.texts) is null else known


class Turn(Struct, frozen=True):
    """Values in some rows of so many, in turn, and NULL in the others: each row has one column of several."""

    known: Generator
    place: int
    columns: int
    at_once: int
    holds: Expression | None = None

    def values(self, rows: range) -> Iterable[str]:
        """Give a value where it is the column's turn."""
        place, columns, at_once = self.place, self.columns, self.at_once
        for row, text in zip(rows, self.known.values(rows), strict=False):
            yield text if (place - row) % columns < at_once else NULL
