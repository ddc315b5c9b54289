"""Which steps give which tables rows: also by way of the table that a partition belongs to, or of its partitions."""

from __future__ import annotations

from collections import defaultdict
from typing import Generic, TypeVar

from seedkit.core.catalog import Table

Step = TypeVar("Step")


class Fillers(Generic[Step]):
    """The steps by the OIDs of the tables that they fill."""

    def __init__(self) -> None:
        self._own: defaultdict[int, list[Step]] = defaultdict(list)
        self._of_partitions: defaultdict[int, list[Step]] = defaultdict(list)
        self._of_tables_above: defaultdict[int, list[Step]] = defaultdict(list)

    def add(self, step: Step, table: Table) -> None:
        """Note that a step fills a table."""
        self._own[table.oid].append(step)
        for oid in table.partition_of:
            self._of_partitions[oid].append(step)
        for oid in table.partitions:
            self._of_tables_above[oid].append(step)

    def own(self, oid: int) -> list[Step]:
        """List the steps that fill just this table."""
        return self._own.get(oid, [])

    def within(self, oid: int) -> list[Step]:
        """List the steps that fill nothing but this table, or a partition of it."""
        return [*self.own(oid), *self._of_partitions.get(oid, [])]

    def above(self, oid: int) -> list[Step]:
        """List the steps that fill a table which this one is a partition of."""
        return self._of_tables_above.get(oid, [])

    def all(self, oid: int) -> list[Step]:
        """List the steps that may give the table rows."""
        return [*self.within(oid), *self.above(oid)]
