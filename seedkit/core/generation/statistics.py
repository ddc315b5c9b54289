"""What the server's statistics tell of the rows that a table has: shares, and nothing of any single row."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from msgspec import Struct, field


class ColumnStatistics(Struct, frozen=True, kw_only=True):
    """The values of a column: the share of NULL among all rows, and those of the most `common` values, as texts.

    Between each two of the `bounds` lie as many of the other rows.
    """

    nulls: Decimal = Decimal(0)
    common: tuple[tuple[str, Decimal], ...] = ()
    bounds: tuple[str, ...] = ()

    @property
    def share_of_common(self) -> Decimal:
        """The share of the common values among those that are not NULL."""
        others = 1 - self.nulls
        return sum((share for _, share in self.common), Decimal(0)) / others if others > 0 else Decimal(0)


class Statistics(Struct, frozen=True, kw_only=True):
    """What is known of a table's columns, which had so many `rows`; where nothing is, the `note` says why."""

    rows: int = 0
    columns: Mapping[str, ColumnStatistics] = field(default_factory=dict)
    note: str | None = None
