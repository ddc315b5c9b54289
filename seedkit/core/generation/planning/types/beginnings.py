"""When the rows that are there were begun, by the statistics of the column that tells it: new ones are spread alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from seedkit.core.generation.expressions.type_names import without_modifier
from seedkit.core.generation.planning.chosen import Facts, Run
from seedkit.core.generation.planning.types.events import meant_by_time
from seedkit.core.generation.schema import DATES
from seedkit.core.generation.statistics import ColumnStatistics

_LATEST = 9
"""A row's life begins so many days ago at least, so that its next steps are over."""
_SPANS = 10
_TELLERS = {"created": 0, "happened": 1}
"""The meanings that tell when a row began, the best first, and how many days after that they are."""


def beginnings(facts: Facts, run: Run) -> tuple[str, tuple[int, ...]] | None:
    """Name the column that tells when rows began, and days between each two of which as many did.

    They are as Python counts them, None where nothing tells.
    """
    for meaning, later in _TELLERS.items():
        for name, found in _told(facts, meaning, run):
            if (days := days_of(found)) is not None:
                last = run.today.toordinal() - _LATEST
                return name, tuple(min(day - later, last) for day in fewer(days, _SPANS))
    return None


def _told(facts: Facts, meaning: str, run: Run) -> Iterator[tuple[str, ColumnStatistics]]:
    """Give the columns of times that mean so, with what is known of their values."""
    existing, table = facts.rules.existing, facts.rules.table
    for column in table.columns if existing is not None else ():
        found = existing.columns.get(column.name) if existing is not None else None
        if found is not None and without_modifier(column.base_type) in DATES:
            meant = meant_by_time(column.name, facts.rules, run)
            if meant is not None and meant[0] == meaning:
                yield column.name, found


def days_of(found: ColumnStatistics) -> tuple[int, ...] | None:
    """Read the bounds of days, or the first and the last of the common ones; None where they are no plain days."""
    try:
        bounds = [date.fromisoformat(text[:10]).toordinal() for text in found.bounds if not text.endswith("BC")]
        common = [date.fromisoformat(text[:10]).toordinal() for text, _ in found.common if not text.endswith("BC")]
    except ValueError:  # infinity, and another DateStyle than ISO's
        return None
    days = bounds if len(bounds) > 1 else sorted(common)
    return tuple(days) if len(days) > 1 else None


def fewer(bounds: Sequence[int], spans: int) -> tuple[int, ...]:
    """Leave the bounds of so many spans at most, between which there is as much each.

    >>> fewer((1, 2, 3, 5, 8, 13, 21), 3)
    (1, 3, 8, 21)
    """
    count = len(bounds) - 1
    spans = min(spans, count)
    return tuple(bounds[place * count // spans] for place in range(spans + 1))
