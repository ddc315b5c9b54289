"""How many rows a table can hold, and what has no more."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from seedkit.core.generation.planning.chosen import Chosen
from seedkit.core.generation.planning.situation import Situation

MOST_LOOKED_AT = 2_000_000
"""So many rows may a table have whose keys are looked at row by row: their digests are held in 32 MB."""


class Capacity(Struct, frozen=True):
    """How many rows a table can hold, with those that are there, and by which key; None for any number.

    The `reason` says it in other words, where it is no key that is used up.
    """

    rows: int | None = None
    key: str | None = None
    reason: str | None = None

    def least(self, other: Capacity) -> Capacity:
        """Give the one that leaves less.

        >>> Capacity(9, "mood_letter").least(Capacity()).rows
        9
        """
        if self.rows is None:
            return other
        return self if other.rows is None or self.rows <= other.rows else other

    def told(self, table: str) -> str:
        """Say why a table gets no more rows.

        >>> Capacity(9, "moods_pkey").told("moods")
        'table moods holds 9 rows: moods_pkey has no more'
        """
        if self.reason is not None:
            return f"table {table} {self.reason}"
        rows = "1 row" if self.rows == 1 else f"{self.rows:,} rows"
        return f"table {table} holds {rows}: {self.key} has no more"


def looked_at(keys: Iterable[str]) -> Capacity:
    """Say how many rows a table may have of which some keys are no construction."""
    for key in keys:
        reason = f"gets no more than {MOST_LOOKED_AT:,} rows: {key} can only be looked at row by row"
        return Capacity(MOST_LOOKED_AT, key, reason)
    return Capacity()


def refused(columns: Iterable[Chosen], situation: Situation) -> Capacity:
    """Say of a table that has a column without any values that it holds no further row."""
    refusals = [chosen.refused for chosen in columns if chosen.refused is not None]
    return Capacity(situation.there, reason=refusals[0]) if refusals else Capacity()
